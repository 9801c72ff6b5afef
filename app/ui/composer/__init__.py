"""The composer: one draft at the left, a lane for each account at the right."""
