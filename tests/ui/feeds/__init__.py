"""Feeds in the window."""
