# Layer 5, cmd: one file for each command.
