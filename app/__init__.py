"""Godwit: Mastodon and Bluesky in one timeline, on your own machine."""

__version__ = "0.1.0"
