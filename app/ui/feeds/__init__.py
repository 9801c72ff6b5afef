"""Feeds in the window: why a post is where it is, and the lab where feeds are made."""
