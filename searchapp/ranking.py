"""The weights of the evidence, with the reason for each number."""

from __future__ import annotations

from indexer import Scoring

SCORING = Scoring(
    # The usual values (Robertson and Zaragoza 2009); not tuned.
    k1=1.2,
    b=0.75,
    # A title counts as its own short field, so one word in it weighs much already. On three judged sets of questions
    # (wiki, university, encyclopedia) doubling it cost .01 to .04 nDCG@10, halving it gained under .01.
    title=1.0,
    # Words and characters are evidence of one kind each; halving the characters changed less than .01 on the same sets.
    word=1.0,
    gram=1.0,
    phrase=2.0,
    # Far above what words add up to (some 20 each): verbatim is a class of its own, not a matter of degree.
    verbatim=1000.0,
)
