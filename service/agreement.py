"""Names that only one side of a sentence has: a sign that one was swapped or lost.

Nothing here knows which capitalised words are names of what; `names` does, and puts mentions right.
This is the smoke detector behind it: a capitalised word inside the French sentence should have in
the English a word that looks like it ("Poutine", "Putin"), or that a glossary gives for it
("Allemagne", "Germany", "German").
"""

import re
from functools import cache

from service.article import NameType
from service.names import demonyms, glossary
from service.names.common import common_capitals
from service.names.keys import fold, fold_with_origins, likeness, romanised

ALIKE = 0.7  # romanised likeness from which two words may be one name
SHARED = 3  # or that many first letters

# English words for parts of states that are in no list of states, and for names with two histories.
MORE_EQUIVALENTS = {
    "angleterre": {"england", "english"},
    "bretagne": {"britain", "british", "brittany", "breton", "uk"},
    "ecosse": {"scotland", "scottish", "scots", "scotia"},
    "galles": {"wales", "welsh", "nsw"},
    "hexagone": {"france", "french"},
    "tsahal": {"israeli", "israel", "idf"},
    "toussaint": {"saints"},
    "mecque": {"mecca", "makkah"},
    "kheops": {"khufu", "cheops"},
    "boot": {"boat", "boats", "boots"},
    "boots": {"boat", "boats"},
    "royaume": {"kingdom", "uk", "britain", "british"},
    "pays": {"netherlands", "dutch", "wales", "basque"},
    "mahomet": {"muhammad", "mohammed"},
    "mohammed": {"muhammad", "mohamed"},
    "londres": {"london", "londoners"},
}

SMALL_WORDS = frozenset("of the and for de du la le".split())

# A capitalised word of four letters or more, not at the start of a sentence or of a quotation.
NAME = re.compile(r"(?:(?<=[\w,;%)] )|(?<=\w['’-]))(?<![.!?] )[A-ZÀ-ÖØ-ÞŒŠŽČŁ][^\W\d_A-Z]{3,}")
# "Les Fantômes de notre économie": the capital of a headline, not of a name. "La Belle et la Bête":
# the title of a work. "Le ministère des Pêches": English has its own words for these.
HEADLINE = re.compile(
    r"(?:^|(?<=[.!?:«\"] ))(?:Les|Une?|Des) [A-ZÉÈÀ]\w+"
    r"|[«\"“]\s?(?:L['’]|L[ae]s? )[A-ZÉÈÀ][^«»“”\"]+(?=[»\"”])"
    r"|\bminist(?:ère|res?) (?:de la |de l['’]|des |du )[A-ZÉÈÀ]\w+"
)
FIRST_NAME = re.compile(
    r"\b([A-ZÀ-ÖØ-ÞŒŠŽČŁ][^\W\d_A-Z]{3,}) (?:(?i:de|el|van|ben) )?([A-ZÀ-ÖØ-ÞŒŠŽČŁ][^\W\d_]{2,})"
)
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
    surnames = dict(FIRST_NAME.findall(source))  # a surname alone says who it is
    missing = [
        name
        for name in NAME.findall(HEADLINE.sub("", source))
        if fold(name) not in common_capitals()
        and name.lower() not in source  # a word of the sentence, in a title
        and not equivalents(fold(name)) & folded
        and not _has_like(name, english)
        and not (surnames.get(name) and _has_like(surnames[name], english))
    ]
    extra = [
        name
        for name in NAME.findall(target)
        if not ENGLISH_CAPITALS.match(name)
        and fold(name) not in rendered
        and not _has_like(name, french)
    ]
    return missing, extra


def gone(source: str, target: str) -> str:
    """Name a known person or place of the French that the English does not show, "" if none.

    Such a name may be said in other words; it was swapped if the English has a name of its own.
    """
    for layer in glossary.built_in().layers:
        for match in layer.index.search(source, fold_with_origins(source)):
            name = source[match.start : match.end]
            is_part = source[: match.start].endswith("-")  # Grande-Bretagne is not Bretagne
            if not is_part and _is_gone(name, layer.terms[match.term], target):
                return name
    return ""


def _is_gone(name: str, term: glossary.Term, target: str) -> bool:
    """Tell whether the English shows no word of a person or place, nor anything like it."""
    if term.type not in (NameType.PERSON, NameType.PLACE):
        return False
    folded, keys = fold(target), _keys(target)
    forms = {fold(form) for form in term.english}
    words = {w for form in forms for w in (*WORD.findall(form), *demonyms.table().get(form, ()))}
    return (
        not any(form in folded for form in forms)
        and not (words - SMALL_WORDS) & set(WORD.findall(folded))
        and not any(_has_like(word, keys) for word in WORD.findall(name))
    )


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
    alone: dict[str, set[str]] = {}
    found: dict[str, set[str]] = {}
    for term in glossary.built_in():
        english = {fold(form) for form in term.english}
        words = {word for form in english for word in WORD.findall(form)} - SMALL_WORDS
        words |= {word for form in english for word in people.get(form, ())}
        for french in term.french:
            parts = WORD.findall(fold(french))
            for word in parts:
                (found if len(parts) > 1 else alone).setdefault(word, set()).update(words)
    found |= alone  # "Québec" is Quebec, whatever "Ville de Québec" is
    for word, more in MORE_EQUIVALENTS.items():
        found.setdefault(word, set()).update(more)
    return {word: frozenset(words) for word, words in found.items()}
