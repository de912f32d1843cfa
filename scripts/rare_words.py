"""List the words that a model has hardly read, with their English: a file of its bundle.

    python -m scripts.rare_words LEXICON.tsv.xz models/fr-en/rare-words.tsv DATA/pairs.tsv

LEXICON holds French TAB English TAB part of speech TAB sources, parted by "; "; DATA is what
`scripts.corpus` gathered for the model. A lower-case word of the dictionary is rare if its form
(singular, plural, feminine) stands in at most --most pairs, or twice as many where its English is
clear. Of its translations that two sources have, that of most sources is taken, then the one that
the English side of DATA has most often; what that never has is no news English, or no plural.
"""

import argparse
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from scripts.corpus import read_mixed
from scripts.dictionary import SOURCES, plural
from scripts.training.mix import read_lines

SHORTEST = 5  # letters; shorter words have too many senses
LEAST_ENGLISH = 3  # times that the English must stand in the pairs
CLEAR = 2  # sources that a translation must have more than any other
CAPITAL = 5  # times that a word must stand with a capital, for once without, to have one
WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
NOUN, ADJECTIVE, ADVERB = "n", "adj", "adv"
FEMININE = {"e": "e", "f": "ve", "eux": "euse", "el": "elle", "ien": "ienne", "on": "onne"}

Senses = Mapping[str, list[tuple[int, str]]]  # of a French word: how many sources, and the English
Count = Counter[str]


def count_words(texts: Iterable[str], *, inside: bool = False) -> Count:
    """Count the words of texts; only those `inside`, whose capitals mean something, if asked."""
    return Counter(word for text in texts for word in WORD.findall(text)[inside:])


def read_senses(lines: Iterable[str], kind: str, source: str) -> Senses:
    """Read the words of one part of speech that are one word in both languages."""
    senses: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for line in lines:
        french, english, part, sources, *_ = [*line.split("\t"), "", "", ""]
        known = sources.count(";") + 1
        is_one_word = french.islower() and WORD.fullmatch(french) and WORD.fullmatch(english)
        if part == kind and known >= SOURCES and source in sources and is_one_word:
            senses[french].append((known, english))
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
    """Find the English of the forms that stand in at most so many French texts."""
    found: dict[str, str] = {}
    for kind in (NOUN, ADJECTIVE, ADVERB):
        for word, senses in read_senses(read_lines(lexicon), kind, source).items():
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
    parser.add_argument("--most", type=int, default=10, help="pairs that a rare word stands in")
    parser.add_argument("--source", default="enwiktionary", help="that each entry must come from")
    given = parser.parse_args(arguments)
    french = count_words(line[1].lower() for path in given.pairs for line in read_mixed(path))
    texts = (line[2] for path in given.pairs for line in read_mixed(path))
    english = count_words(texts, inside=True)
    found = rare_words(given.lexicon, french, english, most=given.most, source=given.source)
    rows = (f"{form}\t{english}\n" for form, english in sorted(found.items()))
    given.output.write_text("".join(rows), encoding="utf-8")
    print(f"{len(found)} rare words")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
