"""What I don’t want to see: its page in the settings, and what it is made of."""
