"""The search in the terminal: what is typed there, and what it shows."""
