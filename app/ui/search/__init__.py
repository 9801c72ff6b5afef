"""The search: one field, what was read on the left, what servers find on the right."""
