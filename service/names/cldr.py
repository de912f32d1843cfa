"""Countries, continents and capitals in French and English, from Unicode CLDR through Babel."""

import re
from collections.abc import Iterator

from babel import Locale

CONTINENTS = ("002", "003", "005", "009", "013", "019", "142", "150", "419")

# Display names that no newspaper writes, pseudo territories, and French names that are also a
# first name or a common word at the start of a sentence ("Maurice", "Dominique", "Grenade").
# The curated list has those that matter under the forms that the press uses.
NOT_NAMES = re.compile(
    r"C[CDGIQ]|D[GM]|E[AZ]|G[DS]|H[KM]|I[CO]|JE|M[MOU]|PS|QO|S[VX]|T[FR]|U[MN]|V[AN]|X[AB]|ZZ"
)
# Zones whose CLDR city is a country, an island group, a note in brackets or a trap.
NOT_CITIES = frozenset({"Unknown", "Dominica", "Mauritius", "Grenada", "Kanton", "Tripoli"})


def places() -> Iterator[tuple[str, str]]:
    """Yield (French, English) of countries and continents, then of the cities of time zones."""
    yield from countries()
    yield from _cities(Locale("fr"), Locale("en"))


def countries() -> Iterator[tuple[str, str]]:
    """Yield (French, English) of countries and continents."""
    french, english = Locale("fr").territories, Locale("en").territories
    for code in french:
        wanted = code in CONTINENTS or (code.isalpha() and not NOT_NAMES.fullmatch(code))
        if wanted and code in english:
            yield _plain(french[code]), _plain(english[code])


def _cities(french: Locale, english: Locale) -> Iterator[tuple[str, str]]:
    """CLDR leaves a city out of English where it is the last part of the zone's identifier."""
    countries = set(map(_plain, french.territories.values()))
    for zone, names in french.time_zones.items():
        last = zone.rpartition("/")[2]
        city = names.get("city")
        other = english.time_zones.get(zone, {}).get("city") or last.replace("_", " ")
        if city and last not in NOT_CITIES and city not in countries and city[-1] not in ")]":
            yield _plain(city), _plain(other)


def _plain(name: str) -> str:
    """Write a display name as a newspaper would."""
    return name.replace("’", "'").replace(" & ", " and ")
