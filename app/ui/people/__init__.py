"""People in the window: one human over all their accounts."""
