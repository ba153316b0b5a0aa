# Statements and migrations, embedded in the program.
