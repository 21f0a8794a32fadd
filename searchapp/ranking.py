"""The weights of the evidence, with the reason for each number."""

from __future__ import annotations

from indexer import Scoring

SCORING = Scoring(
    # Robertson and Zaragoza's usual values; the judged sets are flat around them (k1 0.9-1.5, b 0.6-0.8).
    k1=1.2,
    b=0.75,
    # A title says what a text is about in some twenty characters; twice the weight of the body, as in most engines.
    title=2.0,
    # Words and characters are evidence of one kind each; their plain sum beats either on the judged sets.
    word=1.0,
    gram=1.0,
    # What stands verbatim as it was typed comes before what only holds its words.
    phrase=2.0,
    # Far above what words add up to (some 20 each): verbatim is a class of its own, not a matter of degree.
    verbatim=1000.0,
)
