"""The weights of the evidence, with the reason for each number, and the facets that are counted."""

from __future__ import annotations

from indexer import Scoring

FACETS = ("source", "year", "genre")
SCORING = Scoring(
    # The usual values (Robertson and Zaragoza 2009); not tuned.
    k1=1.2,
    b=0.75,
    # A title counts as its own short field, so one word in it weighs much already. On three judged sets of questions
    # (wiki, university, encyclopedia) doubling it cost .01 to .04 nDCG@10, halving it gained under .01.
    title=0.25,
    # Words and pairs of neighbouring characters are evidence of two kinds; their sum beats either. On the judged sets
    # (cmrc_wiki, domainrag_ruc, drcd_simp; every ninth question of the large ones) nDCG@10 went from .949 .398 .941
    # without pairs to .964 .453 .957. A word that stands only inside longer ones still counts a little.
    word=1.0,
    gram=0.25,
    pair=0.7,
    phrase=2.0,
    passage=0.5,
    # Far above what words add up to (some 20 each): verbatim is a class of its own, not a matter of degree.
    verbatim=1000.0,
    ideal=65536.0,
)
