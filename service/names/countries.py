"""No "the" before a country or a region: "le Pérou" is Peru, while "the Peru talks" stay.

French has an article before most of them, which a small model carries over.
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
# What CLDR does not count as a country, or calls by another name.
REGIONS = frozenset(
    {
        "Alsace", "America", "Andalusia", "Asia Minor", "Bavaria", "Bohemia", "Bosnia",
        "British Columbia", "Brittany", "Burgundy", "Cairo", "Calabria", "California", "Castile",
        "Catalonia", "Central Asia", "Chechnya", "Corsica", "Crete", "Crimea", "Czechoslovakia",
        "Dagestan", "Darfur", "East Africa", "Eastern Europe", "England", "Flanders", "Florida",
        "Galicia", "Galilee", "Great Britain", "Havana", "Herzegovina", "Ivory Coast", "Kashmir",
        "Korea", "Kurdistan", "Lombardy", "Lorraine", "Louisiana", "Macedonia", "Mauritius",
        "Moravia", "Myanmar", "Newfoundland", "Normandy", "North Africa", "Northern Ireland",
        "Nova Scotia", "Palestine", "Patagonia", "Pennsylvania", "Picardy", "Piedmont",
        "Polynesia", "Prussia", "Quebec", "Sardinia", "Savoy", "Saxony", "Scandinavia",
        "Scotland", "Siberia", "Sicily", "Silesia", "Southeast Asia", "Swaziland", "Tasmania",
        "Thuringia", "Tibet", "Transylvania", "Turkey", "Tuscany", "Tyrol", "Vietnam",
        "Virginia", "Wales", "Wallonia", "West Africa", "Western Europe", "Xinjiang",
        "Yugoslavia",
    }
)  # fmt: skip
# Rivers too, and an island whose name wants its article.
NOT_BARE = frozenset({"Isle of Man", "Niger", "Senegal"})


def polish(mended: Mended) -> Mended:
    """Take "the" away before the countries and regions of one sentence."""
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
    """List the English of those that take no article."""
    bare = {english for _, english in cldr.countries() if not takes_the(english)}
    return REGIONS | bare - NOT_BARE
