"""Rows → plain values: rectangles and laid-out text. Nothing is painted here."""
