"""Whom a text names, in which part, and who says what."""
