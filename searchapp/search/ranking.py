"""The weights of the evidence, with the reason for each number."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from indexer import Recency, Scoring

SCORING = Scoring(
    # The usual values (Robertson and Zaragoza 2009); not tuned.
    k1=1.2,
    b=0.75,
    # Title and body are one text; what stands in the title counts once more, as in a short text of its own. On judged
    # questions (cmrc_wiki, domainrag_ruc, drcd_simp) a quarter gained .002 .015 .000 nDCG@10 over nothing; from .2 to
    # .5 little changes, and at 1 a word in a title outweighs an answer in the text (-.004 on drcd_simp).
    title=0.25,
    # Words and pairs of neighbouring characters are evidence of two kinds; their sum beats either by up to .01, at any
    # ratio from .5 to 1. A word that stands only inside longer ones still counts a little.
    word=1.0,
    gram=0.25,
    pair=0.7,
    phrase=2.0,
    # How much of the question one passage of 100 characters holds. A half gained .003 on drcd_simp and .002 on
    # domainrag_ruc, and cost .001 on cmrc_wiki, whose texts are short; windows of 150 and 250 characters gained less.
    passage=0.5,
    # Far above what words add up to (some 20 each): what holds all of the query verbatim, or what was quoted, is a
    # class of its own, not a matter of degree. One part of several says about as much as a word does: of 0, 5, 10, 20
    # and 1000 ten is best for cmrc_wiki (.988, others .987) and domainrag_ruc; 1000 costs headlines .01.
    verbatim=1000.0,
    verbatim_part=10.0,
    # To be dated in the year, month or day that is asked for says as much as to name it; at 1 and 2 questions of
    # domainrag_ruc that name a year gain (.477 to .479), at .5 nothing.
    dated=1.0,
    # Where others are listed as well, what is complete comes first if one passage holds four fifths of what the
    # document holds of the query. Of .5 .6 .7 .8 .9 that is best for headlines (.780 .780 .782 .784 .779 nDCG@10),
    # cmrc_wiki and drcd_simp, and next to best for domainrag_ruc (.460 .461 .472 .473 .479) and compounds (.31 to .34).
    # Complete words all over a long text say as much more as one word does; 5 and 40 rank no better.
    ideal=10.0,
    together=0.8,
    # Above 64 parts that are all verbatim, the most that a query has.
    first=65536.0,
)
# Titles that hold a text, the shortest first: each holds it once, so that all that differs is length (b = 1).
SHORTEST_FIRST = replace(
    SCORING, b=1.0, title=0.0, word=0.0, gram=0.0, pair=0.0, passage=0.0, verbatim=0.0, verbatim_part=0.0
)


def prefer_recent() -> Recency:
    """Return how evidence loses worth by age, where somebody asks for what is recent first."""
    today = date.today()  # noqa: DTZ011 - the day of the house
    return Recency(
        # Half of what can be lost is lost in three years: a term of office (five years) then costs a third, and this
        # year's report stands before last year's wherever both say the same.
        half_life=3.0,
        # Never more than half of the evidence: twice as good an answer stays first however old it is. At 0 the order
        # would be that of dates, which is there as an order of its own.
        floor=0.5,
        today=today.year * 10_000 + today.month * 100 + today.day,
    )
