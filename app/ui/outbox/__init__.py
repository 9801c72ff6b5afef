"""The outbox: what is under way, what needs somebody, what leaves later."""
