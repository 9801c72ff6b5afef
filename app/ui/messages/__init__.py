"""Private messages: the inbox, a conversation, whom to write to."""
