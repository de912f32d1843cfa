"""Damage good translations in known ways and count what the checks catch.

python -m scripts.evaluate checks EVAL --set newstest2014 --systems google bergamot-tiny

EVAL holds SET.fr and systems/SET.SYSTEM.en, a sentence per line. A sentence counts as caught, or as
a false alarm, when it gets any flag, amber or red. The damage is drawn with a fixed seed.
"""

import argparse
import html
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from service import checks
from service.article import Severity

BOUNDARY = re.compile(r"[,;:] | [–-] | (?=(?:and|but|which|who|that|because|while|when|as|or) )")
ROOT = 4  # letters that two forms of a name share
NEGATION = re.compile(r"(?<=\b(?:do|id|es|re|as|ve|ad|ld))n['’]t\b|\b(?:not|never) ")
MONTHS = "January February March April June July August September October November December".split()
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()


@dataclass(frozen=True, slots=True)
class Pair:
    """A French sentence and its English; the English of the next one; names here and nearby."""

    source: str
    target: str
    next_target: str
    names: tuple[str, ...]
    other_names: tuple[str, ...]


Damage = Callable[[Pair, random.Random], str | None]


def dropped_clause(pair: Pair, rng: random.Random) -> str | None:
    """Drop what stands between two clause boundaries, five words and a fifth or more."""
    text = pair.target
    ends = [0, *(m.end() for m in BOUNDARY.finditer(text)), len(text.rstrip(".!?"))]
    words = len(text.split())
    spans = [
        (start, end)
        for start, end in pairwise(ends)
        if max(5, words / 5) <= len(text[start:end].split()) <= words - 3
    ]
    if not spans:
        return None
    start, end = rng.choice(spans)
    return (text[:start].rstrip() + " " + text[end:].lstrip()).strip()


def doubled_phrase(pair: Pair, rng: random.Random) -> str | None:
    """Say two to five words twice."""
    words = pair.target.split()
    length = rng.randint(2, 5)
    if len(words) < length + 2:
        return None
    start = rng.randrange(len(words) - length)
    return " ".join(words[: start + length] + words[start:])


def changed_number(pair: Pair, rng: random.Random) -> str | None:
    """Change one digit of a number."""
    places = [m.start() for m in re.finditer(r"\d", pair.target)]
    if not places:
        return None
    place = rng.choice(places)
    digit = rng.choice([d for d in "123456789" if d != pair.target[place]])
    return pair.target[:place] + digit + pair.target[place + 1 :]


def changed_date(pair: Pair, rng: random.Random) -> str | None:
    """Name another month or weekday."""
    for names in (MONTHS, DAYS):
        found = [name for name in names if re.search(rf"\b{name}\b", pair.target)]
        if found:
            other = rng.choice([name for name in names if name not in found])
            return re.sub(rf"\b{rng.choice(found)}\b", other, pair.target)
    return None


def left_in_french(pair: Pair, rng: random.Random) -> str | None:
    """Leave the whole sentence in French."""
    return pair.source if len(pair.source.split()) >= 4 else None


def half_in_french(pair: Pair, rng: random.Random) -> str | None:
    """Leave the second half of the sentence in French."""
    english, french = pair.target.split(), pair.source.split()
    if len(french) < 8:
        return None
    return " ".join(english[: len(english) // 2] + french[len(french) // 2 :])


def swapped_name(pair: Pair, rng: random.Random) -> str | None:
    """Put another name of the set in the place of a name; "Egyptians" is no other than Egypt."""
    known = {word[:ROOT] for word in re.findall(r"\w+", f"{pair.target} {pair.source}".casefold())}
    others = [
        name
        for name in pair.other_names
        if not known & {word[:ROOT] for word in re.findall(r"\w+", name.casefold())}
    ]
    if not pair.names or not others:
        return None
    return pair.target.replace(rng.choice(pair.names), rng.choice(others))


def truncated_end(pair: Pair, rng: random.Random) -> str | None:
    """Stop after 40 to 80% of the words."""
    words = pair.target.split()
    if len(words) < 8 or pair.target[-1] not in ".!?":
        return None
    return " ".join(words[: int(len(words) * rng.uniform(0.4, 0.8))]).rstrip(",;:.")


def repeated_sentence(pair: Pair, rng: random.Random) -> str | None:
    """Say the sentence twice."""
    return f"{pair.target} {pair.target}" if len(pair.target.split()) >= 3 else None


def wrong_quotes(pair: Pair, rng: random.Random) -> str | None:
    """Lose one quotation mark, or all of them."""
    places = [m.start() for m in re.finditer(r'["“”]', pair.target)]
    if not places:
        return None
    if rng.random() < 0.5:
        return re.sub(r'["“”]', "", pair.target)
    place = rng.choice(places)
    return pair.target[:place] + pair.target[place + 1 :]


def other_sentence(pair: Pair, rng: random.Random) -> str | None:
    """Give the translation of the next sentence."""
    return pair.next_target if len(pair.source.split()) >= 6 else None


def dropped_negation(pair: Pair, rng: random.Random) -> str | None:
    """Say the contrary: lose the only "not" or "never"."""
    if len(NEGATION.findall(pair.target)) != 1 or not re.search(r"\b(?:pas|jamais)\b", pair.source):
        return None
    return NEGATION.sub("", pair.target)


DAMAGES: tuple[Damage, ...] = (
    dropped_clause, doubled_phrase, changed_number, changed_date, left_in_french, half_in_french,
    swapped_name, truncated_end, repeated_sentence, wrong_quotes, other_sentence, dropped_negation,
)  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the subcommand."""
    parser.add_argument("folder", type=Path, help="evaluation sets")
    parser.add_argument("--set", default="newstest2014", dest="name")
    parser.add_argument("--systems", nargs="+", default=["google", "bergamot-tiny"])
    parser.add_argument("--limit", type=int, default=1000, help="damaged sentences per kind")
    parser.add_argument("--show", default="", help="print misses of a kind, or `false-alarms`")


def main(args: argparse.Namespace) -> int:
    """Print the table of kinds."""
    for system in args.systems:
        report(system, read_pairs(args.folder, args.name, system), args.limit, args.show)
    return 0


def read_pairs(folder: Path, name: str, system: str) -> list[Pair]:
    """Read a set, the output of a system and the names of the set that the output shows."""
    french = (folder / f"{name}.fr").read_text(encoding="utf-8").splitlines()
    path = folder / "systems" / f"{name}.{system}.en"
    english = [html.unescape(line) for line in path.read_text(encoding="utf-8").splitlines()]
    names = read_names(folder / f"names-{name}.tsv", len(french))
    pairs = []
    for line, (source, target) in enumerate(zip(french, english, strict=True)):
        if source.strip() and line + 1 < len(english):
            here = tuple(n for n in names[line] if re.search(rf"\b{re.escape(n)}\b", target))
            nearby = tuple(n for other in names[line + 1 : line + 30] for n in other)
            pairs.append(Pair(source, target, english[line + 1], here, nearby))
    return pairs


def read_names(path: Path, lines: int) -> list[list[str]]:
    """Read the English names of each line of a set."""
    names: list[list[str]] = [[] for _ in range(lines)]
    for row in path.read_text(encoding="utf-8").splitlines()[1:]:
        line, _, _, english, _ = row.split("\t")
        names[int(line) - 1].append(english)
    return names


def report(system: str, pairs: Sequence[Pair], limit: int, show: str) -> None:
    """Print false alarms on the pairs and the share of each damage that is caught."""
    flagged = [(pair, checks.examine(pair.source, pair.target)) for pair in pairs]
    alarms = [(pair, flags) for pair, flags in flagged if flags]
    red = sum(any(f.severity == Severity.RED for f in flags) for _, flags in alarms)
    print(f"{system}: {len(alarms) / len(pairs):.2%} false alarms, {red / len(pairs):.2%} red")
    if show == "false-alarms":
        for pair, flags in alarms:
            kinds = "; ".join(f"{flag.kind}: {flag.detail}" for flag in flags)
            print(f"  {kinds}\n    {pair.source}\n    {pair.target}")
    sound = [pair for pair, flags in flagged if not flags]
    total = caught = 0
    for damage in DAMAGES:
        made, missed = damage_all(damage, sound, limit)
        total, caught = total + made, caught + made - len(missed)
        print(f"  {damage.__name__:20} {1 - len(missed) / made:7.1%} of {made}")
        if show == damage.__name__:
            for pair, damaged in missed:
                print(f"    {pair.source}\n    {damaged}\n")
    print(f"  {'all':20} {caught / total:7.1%} of {total}")


def damage_all(
    damage: Damage, pairs: Sequence[Pair], limit: int
) -> tuple[int, list[tuple[Pair, str]]]:
    """Damage up to `limit` pairs; give how many, and those that no check saw."""
    rng = random.Random(1)
    made = [(pair, damage(pair, rng)) for pair in pairs]
    changed = [(pair, bad) for pair, bad in made if bad and bad != pair.target][:limit]
    return len(changed), [(p, bad) for p, bad in changed if not checks.examine(p.source, bad)]
