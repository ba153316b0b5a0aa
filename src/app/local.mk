# Layer 4, app: what the program does.
