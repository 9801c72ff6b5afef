"""Benches: ratios against a reference measured in the same run. Never a timed assertion."""
