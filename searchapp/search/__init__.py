"""A request and an open index -> a page of results."""
