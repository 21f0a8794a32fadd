"""Comparisons with other engines: ratios from one run on one machine, never a gate. `make bench` runs them."""
