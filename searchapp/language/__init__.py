"""What was typed -> a query tree, with everything that means the same."""
