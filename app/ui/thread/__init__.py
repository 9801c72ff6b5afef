"""A conversation, as it is read: ancestors, the post, answers of both networks."""
