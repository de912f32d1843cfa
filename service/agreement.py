"""Names that only one side of a sentence has: a sign that one was swapped or lost.

Nothing here knows which capitalised words are names of what; `names` does, and puts mentions right.
This is the smoke detector behind it: a capitalised word inside the French sentence should have in
the English a word that looks like it ("Poutine", "Putin"), or that a glossary gives for it
("Allemagne", "Germany", "German").
"""

import re
from functools import cache
from importlib import resources

from service.names import demonyms, glossary
from service.names.keys import fold, likeness, romanised

ALIKE = 0.7  # romanised likeness from which two words may be one name
SHARED = 3  # or that many first letters
COMMON_CAPITALS = "capitals.txt"

# English words for parts of states that are in no list of states, and for names with two histories.
MORE_EQUIVALENTS = {
    "angleterre": {"england", "english"},
    "bretagne": {"britain", "british", "brittany", "breton", "uk"},
    "ecosse": {"scotland", "scottish", "scots"},
    "galles": {"wales", "welsh"},
    "royaume": {"kingdom", "uk", "britain", "british"},
    "pays": {"netherlands", "dutch", "wales", "basque"},
    "mahomet": {"muhammad", "mohammed"},
    "londres": {"london", "londoners"},
}

# A capitalised word of four letters or more, not at the start of a sentence or of a quotation.
NAME = re.compile(r"(?:(?<=[\w,;%)] )|(?<=\w['’-]))(?<![.!?] )[A-ZÀ-ÖØ-ÞŒŠŽČŁ][^\W\d_A-Z]{3,}")
# "Les Fantômes de notre économie": the capital of a headline, not of a name.
HEADLINE = re.compile(r"(?:^|(?<=[.!?:«\"] ))(?:Les|Une?|Des) [A-ZÉÈÀ]\w+")
WORD = re.compile(r"[^\W\d_]{2,}")
# English capitalises these where French does not.
ENGLISH_CAPITALS = re.compile(
    r"(?:January|February|March|April|June|July|August|September|October|November|December"
    r"|\w+day|\w+(?:ish|ese|ians?))s?$"
)


def unmatched(source: str, target: str) -> tuple[list[str], list[str]]:
    """List the names of the French with nothing like them in the English, and the reverse."""
    french, english = _keys(source), _keys(target)
    rendered = {word for name in WORD.findall(fold(source)) for word in equivalents(name)}
    folded = set(WORD.findall(fold(target)))
    missing = [
        name
        for name in NAME.findall(HEADLINE.sub("", source))
        if fold(name) not in common_capitals()
        and not equivalents(fold(name)) & folded
        and not _has_like(name, english)
    ]
    extra = [
        name
        for name in NAME.findall(target)
        if not ENGLISH_CAPITALS.match(name)
        and fold(name) not in rendered
        and not _has_like(name, french)
    ]
    return missing, extra


def _keys(text: str) -> set[str]:
    return {romanised(word) for word in WORD.findall(text)}


def _has_like(name: str, keys: set[str]) -> bool:
    key = romanised(name)
    return any(key[:SHARED] == other[:SHARED] for other in keys) or any(
        likeness(key, other) >= ALIKE for other in keys
    )


def equivalents(word: str) -> frozenset[str]:
    """Give the folded English words that may stand for a folded French word of a known name."""
    return _equivalents().get(word, frozenset())


@cache
def _equivalents() -> dict[str, frozenset[str]]:
    """Map each French word of the built-in glossary to the English words of its names."""
    people = demonyms.table()
    found = {word: set(words) for word, words in MORE_EQUIVALENTS.items()}
    for term in glossary.built_in():
        english = {fold(form) for form in term.english}
        words = {word for form in english for word in WORD.findall(form)}
        words |= {word for form in english for word in people.get(form, ())}
        for french in term.french:
            for word in WORD.findall(fold(french)):
                found.setdefault(word, set()).update(words)
    return {word: frozenset(words) for word, words in found.items()}


@cache
def common_capitals() -> frozenset[str]:
    """Give the folded words that French capitalises in titles and English translates."""
    text = resources.files(__package__).joinpath(COMMON_CAPITALS).read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return frozenset(fold(word) for line in lines for word in line.split())
