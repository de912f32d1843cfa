"""List the words that a model has hardly read, with their English: a file of its bundle.

    python -m scripts.rare_words LEXICON.tsv.xz models/fr-en/rare-words.tsv DATA/pairs.tsv \
        --corpora CORPUS/*.tsv.xz

LEXICON holds French TAB English TAB part of speech TAB sources, parted by "; "; DATA is what
`scripts.corpus` gathered for the model. A lower-case word of the dictionary is rare if its form
(singular, plural, feminine) stands in the pairs at most --most times, or twice as often where its
English is clear. Of its translations that two sources have, that of most sources is taken, then the
one that the English side of DATA has most often; what that never has is no news English, or no
plural. Translators know better: where the sentences of --corpora that have the form (a model reads
a part of them) show another of its translations more often, that is taken ("incorrectes" is
incorrect, not wrong), and where they show none, the form is left to the model.
"""

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from scripts.corpus import read_mixed
from scripts.dictionary import SOURCES, plural
from scripts.training.mix import read_lines, read_pairs
from service.wording.press import WORD

SHORTEST = 5  # letters; shorter words have too many senses
LEAST_ENGLISH = 3  # times that the English must stand in the pairs
CLEAR = 2  # sources that a translation must have more than any other
DECISIVE = 2  # times, and times as often as the dictionary's choice, that another one is met
SHARED = 0.2  # share of the sentences with a form that must show that other one
TRIED, LEAST_SHOWN = 8, 0.02  # sentences from which on such a share must show some choice
CAPITAL = 5  # times that a word must stand with a capital, for once without, to have one
NOUN, ADJECTIVE, ADVERB = "n", "adj", "adv"
FEMININE = {"e": "e", "f": "ve", "eux": "euse", "el": "elle", "ien": "ienne", "on": "onne"}

Senses = Mapping[str, list[tuple[int, str]]]  # of a French word: how many sources, and the English
Choices = Mapping[str, list[str]]
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


def rare_words(lexicon: Path, french: Count, english: Count, *, most: int, source: str) -> Choices:
    """Find the English of the forms that stand in the French at most so many times.

    Returns:
        Of each form the dictionary's choice, and behind it the other translations.
    """
    found: dict[str, list[str]] = {}
    for kind, words in read_senses(read_lines(lexicon), source).items():
        for word, senses in words.items():
            meant, is_clear = choose(senses, english)
            limit = 2 * most if is_clear else most
            others = [other for _, other in senses if other != meant]
            for form, is_plural in french_forms(word, kind):
                if form in found or len(form) < SHORTEST or french[form] > limit:
                    continue
                written = [inflected(one, kind, is_plural, english) for one in (meant, *others)]
                if english[written[0]] >= LEAST_ENGLISH:
                    found[form] = [one for one in written if english[one] >= LEAST_ENGLISH]
    return found


def inflected(word: str, kind: str, is_plural: bool, english: Count) -> str:
    """Write an English word in the number, or with the capital, that a French form asks for."""
    if kind == NOUN:
        return plural(word) if is_plural else word
    return with_capital(word, english) if kind == ADJECTIVE else word


def settle(choices: Choices, corpora: Iterable[Path]) -> dict[str, str]:
    """Choose the English of each form by how often translators wrote it in the same sentence."""
    seen, shown = Count(), Counter[tuple[str, str]]()
    for path in corpora:
        for source, target in read_pairs(path):
            if forms := choices.keys() & set(WORD.findall(source.lower())):
                written = set(WORD.findall(target)) | set(WORD.findall(target.lower()))
                seen.update(forms)
                shown.update(
                    (form, one)
                    for form in forms
                    for one in choices[form]
                    if one in written or plural(one) in written
                )
    settled = {}
    for form, options in choices.items():
        counts = [shown[form, one] for one in options]
        best = max(counts)
        if best >= max(DECISIVE, DECISIVE * counts[0], SHARED * seen[form]):
            settled[form] = options[counts.index(best)]
        elif seen[form] < TRIED or best >= LEAST_SHOWN * seen[form]:
            settled[form] = options[0]
    return settled


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
    parser.add_argument("--corpora", type=Path, nargs="*", default=[], help="French TAB English")
    parser.add_argument("--most", type=int, default=40, help="times that a rare word stands there")
    parser.add_argument("--source", default="enwiktionary", help="that each entry must come from")
    given = parser.parse_args(arguments)
    french, english = count_words(given.pairs)
    choices = rare_words(given.lexicon, french, english, most=given.most, source=given.source)
    found = settle(choices, given.corpora)
    rows = (f"{form}\t{english}\n" for form, english in sorted(found.items()))
    given.output.write_text("".join(rows), encoding="utf-8")
    print(f"{len(found)} rare words")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
