"""Notifications in the window."""
