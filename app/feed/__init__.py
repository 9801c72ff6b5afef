"""What is shown: merge, echoes, rules, ranking → items with reasons. Pure."""
