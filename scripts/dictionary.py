"""Turn a dictionary into short pairs to learn from: rare words that no sentence of the mix teaches.

    python -m scripts.dictionary LEXICON.tsv.xz CORPUS/dictionary.tsv

LEXICON holds French TAB English TAB part of speech TAB sources, parted by "; ". An entry counts if
two sources have it; a French word gives two English ones at most, those with most sources. A verb
is written with "to", and a noun also in the plural with its article, where both languages build it
by rule:

    abeille TAB bee
    les abeilles TAB the bees
"""

import argparse
from collections import defaultdict
from collections.abc import Iterable, Iterator
from operator import itemgetter
from pathlib import Path

from scripts.training.mix import Pair, read_lines
from service.names.demonyms import HISSING

Entry = tuple[str, str, str]  # French, English, part of speech

SOURCES = 2  # that an entry must stand in
SENSES = 2  # of one French word
NOUN, VERB = "n", "v"
KINDS = frozenset({NOUN, VERB, "adj", "adv", "np", "phrase"})
FRENCH_IRREGULAR = ("s", "x", "z", "al", "ail", "au", "eu", "ou")
# What has another plural, or none.
ENGLISH_IRREGULAR = (
    *(
        "man",
        "child",
        "foot",
        "tooth",
        "goose",
        "mouse",
        "louse",
        "person",
        "ox",
        "people",
        "sheep",
    ),
    *("s", "x", "z", "ch", "sh", "f", "fe", "o", "us", "is", "um", "a", "ware", "work", "craft"),
    *("ness", "ity", "ics", "ism", "ing", "ence", "ance", "ment", "ology", "graphy", "cy", "ry"),
)


def entries(lines: Iterable[str]) -> Iterator[Entry]:
    """Yield the entries that count, those of a French word with most sources first."""
    senses: dict[str, list[tuple[int, Entry]]] = defaultdict(list)
    for line in lines:
        french, english, kind, sources, *_ = [*line.split("\t"), "", "", ""]
        known = sources.count(";") + 1
        if kind in KINDS and known >= SOURCES:
            senses[french].append((-known, (french, english, kind)))
    for found in senses.values():
        yield from (entry for _, entry in sorted(found, key=itemgetter(0))[:SENSES])


def pairs(french: str, english: str, kind: str) -> Iterator[Pair]:
    """Yield what an entry teaches."""
    yield french, f"to {english}" if kind == VERB else english
    if kind == NOUN and regular(french, FRENCH_IRREGULAR) and regular(english, ENGLISH_IRREGULAR):
        yield f"les {french}s", f"the {plural(english)}"


def regular(noun: str, endings: tuple[str, ...]) -> bool:
    """Say whether a noun is one plain word whose plural follows the rule."""
    return noun.isalpha() and noun.islower() and not noun.endswith(endings)


def plural(noun: str) -> str:
    """Build a regular English plural."""
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(HISSING) else "s")


def main(arguments: list[str] | None = None) -> int:
    """Write the pairs."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("lexicon", type=Path)
    parser.add_argument("output", type=Path)
    given = parser.parse_args(arguments)
    found = [pair for entry in entries(read_lines(given.lexicon)) for pair in pairs(*entry)]
    given.output.write_text("".join(f"{one}\t{other}\n" for one, other in found), encoding="utf-8")
    print(f"{len(found)} pairs")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
