"""What the program does: async, Qt-free."""
