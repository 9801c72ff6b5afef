"""Draws the demo's pictures: ``python -m tests.demo_pictures`` (see ``__main__``)."""
