"""No "the" before a country: "le Pérou" is Peru, while "the Peru talks" stay.

French has an article before most countries, which a small model carries over.
"""

import re
from functools import cache

from service.names import cldr
from service.names.articles import takes_the
from service.names.mend import Mended

ARTICLE = re.compile(r"\b[Tt]he $")
# What follows a country that stands alone; not in "the Peru talks" or "the Peru of the Incas".
ALONE = re.compile(
    r"$|['’]s |[,.;:?!)”\"]"
    r"| (?:after|against|and|are|at|because|before|but|by|can|could|during|for|from|had|has|in|is"
    r"|on|or|since|than|to|was|were|when|while|will|with|would)\b"
)
# Rivers too, and an island whose name wants its article.
NOT_BARE = frozenset({"Isle of Man", "Niger", "Senegal"})


def polish(mended: Mended) -> Mended:
    """Take "the" away before the countries of one sentence."""
    for number in range(len(mended.spans)):
        span = mended.spans[number]  # an earlier one may have moved it
        if span is None or mended.target[span.start : span.end] not in known():
            continue
        article = ARTICLE.search(mended.target[: span.start])
        if article and ALONE.match(mended.target, span.end):
            mended = mended.rewritten(*article.span(), "")
    return mended


@cache
def known() -> frozenset[str]:
    """List the English of countries and continents that take no article."""
    bare = {english for _, english in cldr.countries() if not takes_the(english)}
    return frozenset(bare - NOT_BARE)
