# Layer 3, net: HTTP in and out.
