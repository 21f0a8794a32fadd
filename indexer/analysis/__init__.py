"""Text -> tokens: folding, words, characters and pairs."""
