"""Every facet and filter of a search, declared once."""
