"""What is told of one post beside itself: who reacted, how it was before, a translation."""
