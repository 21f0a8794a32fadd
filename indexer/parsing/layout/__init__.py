"""Which lines of a text are what: its lines by their looks, header lines and their labels, title and body."""
