"""Lists of people, followed tags, and what is talked about: one page over the timeline."""
