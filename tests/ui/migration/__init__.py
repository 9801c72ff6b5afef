"""Moving house, as the window shows it."""
