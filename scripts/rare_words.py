"""List the words that a model has hardly read, with their English: a file of its bundle.

    python -m scripts.rare_words LEXICON.tsv.xz models/fr-en/rare-words.tsv DATA/pairs.tsv

LEXICON holds French TAB English TAB part of speech TAB sources, parted by "; "; DATA is what
`scripts.corpus` gathered for the model. A lower-case word of the dictionary is rare if its form
(singular, plural, feminine) stands in the pairs at most --most times, or twice as often where its
English is clear. Of its translations that two sources have, that of most sources is taken, then the
one that the English side of DATA has most often; what that never has is no news English, or no
plural.
"""

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from scripts.corpus import read_mixed
from scripts.dictionary import SOURCES, plural
from scripts.training.mix import read_lines
from service.rare_words import WORD

SHORTEST = 5  # letters; shorter words have too many senses
LEAST_ENGLISH = 3  # times that the English must stand in the pairs
CLEAR = 2  # sources that a translation must have more than any other
CAPITAL = 5  # times that a word must stand with a capital, for once without, to have one
NOUN, ADJECTIVE, ADVERB = "n", "adj", "adv"
FEMININE = {"e": "e", "f": "ve", "eux": "euse", "el": "elle", "ien": "ienne", "on": "onne"}

Senses = Mapping[str, list[tuple[int, str]]]  # of a French word: how many sources, and the English
Count = Counter[str]


def count_words(paths: Iterable[Path]) -> tuple[Count, Count]:
    """Count the French words of pairs, without case, and the English ones that have their own case.

    The first word of an English text has a capital that means nothing.
    """
    french, english = Count(), Count()
    for path in paths:
        for _, source, target in read_mixed(path):
            french.update(WORD.findall(source.lower()))
            english.update(WORD.findall(target)[1:])
    return french, english


def read_senses(lines: Iterable[str], source: str) -> Mapping[str, Senses]:
    """Read, for each part of speech, the words that are one word in both languages."""
    senses: dict[str, dict[str, list[tuple[int, str]]]] = {
        kind: defaultdict(list) for kind in (NOUN, ADJECTIVE, ADVERB)
    }
    for line in lines:
        french, english, part, sources, *_ = [*line.split("\t"), "", "", ""]
        known = sources.count(";") + 1
        is_one_word = french.islower() and WORD.fullmatch(french) and WORD.fullmatch(english)
        if part in senses and known >= SOURCES and source in sources and is_one_word:
            senses[part][french].append((known, english))
    return senses


def french_forms(word: str, kind: str) -> Iterator[tuple[str, bool]]:
    """Yield the regular forms of a word, and whether each is a plural."""
    yield word, False
    if kind == ADVERB:
        return
    yield french_plural(word), True
    if kind == ADJECTIVE:
        yield feminine(word), False
        yield feminine(word) + "s", True


def french_plural(word: str) -> str:
    """Build a regular French plural."""
    if word.endswith(("s", "x", "z")):
        return word
    if word.endswith("al"):
        return word[:-2] + "aux"
    return word + ("x" if word.endswith(("au", "eu")) else "s")


def feminine(adjective: str) -> str:
    """Build a regular French feminine."""
    for ending, other in FEMININE.items():
        if adjective.endswith(ending):
            return adjective.removesuffix(ending) + other
    return adjective + "e"


def rare_words(
    lexicon: Path, french: Count, english: Count, *, most: int, source: str
) -> dict[str, str]:
    """Find the English of the forms that stand in the French at most so many times."""
    found: dict[str, str] = {}
    for kind, words in read_senses(read_lines(lexicon), source).items():
        for word, senses in words.items():
            meant, is_clear = choose(senses, english)
            limit = 2 * most if is_clear else most
            for form, is_plural in french_forms(word, kind):
                written = plural(meant) if is_plural and kind == NOUN else meant
                written = with_capital(written, english) if kind == ADJECTIVE else written
                is_rare = len(form) >= SHORTEST and french[form] <= limit
                if is_rare and english[written] >= LEAST_ENGLISH:
                    found.setdefault(form, written)
    return found


def choose(senses: list[tuple[int, str]], english: Count) -> tuple[str, bool]:
    """Choose the English of a word, and say whether it is clear."""
    known, meant = max(senses, key=lambda sense: (sense[0], english[sense[1]]))
    others = [number for number, other in senses if other != meant]
    return meant, known - max(others, default=1) >= CLEAR  # some sense always has a single source


def with_capital(word: str, english: Count) -> str:
    """Write an adjective with the capital that English gives it ("Hispanic")."""
    capital = word[:1].upper() + word[1:]
    return capital if english[capital] > CAPITAL * english[word] else word


def main(arguments: list[str] | None = None) -> int:
    """Write the list."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("lexicon", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("pairs", type=Path, nargs="+", help="pairs.tsv of encoded corpora")
    parser.add_argument("--most", type=int, default=40, help="times that a rare word stands there")
    parser.add_argument("--source", default="enwiktionary", help="that each entry must come from")
    given = parser.parse_args(arguments)
    french, english = count_words(given.pairs)
    found = rare_words(given.lexicon, french, english, most=given.most, source=given.source)
    rows = (f"{form}\t{english}\n" for form, english in sorted(found.items()))
    given.output.write_text("".join(rows), encoding="utf-8")
    print(f"{len(found)} rare words")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
