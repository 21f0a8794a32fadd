"""Text -> tokens: folding, words, characters and pairs."""

# Stands in folded text for a run of punctuation, and for white space between two words of a spaced script.
SEPARATOR = "\x1f"
