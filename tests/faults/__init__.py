"""Faults that stop a house, injected into the real programs; `make test-faults` runs a sample of each."""
