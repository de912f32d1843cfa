"""What the ledger wrote over, judged by the reference translation."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from service.article import How, Mention
from service.names.keys import fold
from service.names.match import Span, occurrences, words
from service.names.repair import UNTRANSLATED

Site = tuple[int, int]  # number of the line and where in its French


class Verdict(StrEnum):
    """What the reference says of words written over others.

    RIGHT: it has the new words, more often than the draft. STYLE: old and new are the same name but
    for case and accents. WRONG: it has the old words, as often as the draft and outside the new.
    ASKED: the same, but the glossary gives the new words for the very French that stands there, and
    the old are that French as it is ("GRC", which the list calls RCMP) or a part of the new
    ("Villiers" for "Gérard de Villiers"): the name is the one meant, and reads as the glossary has
    it. An adjective, another name, a name of the article's own or one in a title left in French is
    never ASKED. OPEN: the reference has neither.
    """

    RIGHT = "right"
    STYLE = "style"
    WRONG = "wrong"
    ASKED = "asked"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Replacement:
    """Words of a draft, what was written over them in which line, and the verdict.

    `start` is where the mention begins in the French line.
    """

    line: int
    start: int
    old: str
    new: str
    verdict: Verdict


def replacements(
    mentions: Sequence[Mention],
    drafts: Sequence[str],
    lines: Sequence[str],
    reference: Sequence[str],
    given: Collection[Site],
) -> Iterator[Replacement]:
    """Yield each replacement.

    Args:
        mentions: the `paragraph` of each is the number of its line.
        drafts: English before the ledger.
        lines: English after it.
        reference: the human translation.
        given: where the French is a term of a glossary, word for word.
    """
    for one in mentions:
        if one.how is How.REPAIRED and one.target is not None and one.target_start is not None:
            n, end = one.paragraph, one.target_start + len(one.target)
            old = written_over(drafts[n], lines[n], one.target_start, end)
            verdict = judged(reference[n], drafts[n], old, one.target)
            in_french = UNTRANSLATED.search(lines[n][: one.target_start])
            is_given = (n, one.start) in given and is_same(old, one.source, one.target)
            if verdict is Verdict.WRONG and is_given and not in_french:
                verdict = Verdict.ASKED
            yield Replacement(n, one.start, old, one.target, verdict)


def is_same(old: str, french: str, new: str) -> bool:
    """Tell whether the old words are surely the name: the French as it is, or a part of the new."""
    parts, whole = fold(old).split(), fold(new).split()
    return fold(old) == fold(french) or (len(parts) < len(whole) and set(parts) <= set(whole))


def judged(reference: str, draft: str, old: str, new: str) -> Verdict:
    """Judge a replacement by the reference."""
    if fold(old) == fold(new):
        return Verdict.STYLE
    rest = reference
    for span in reversed(spans_of(reference, new)):
        rest = rest[: span.start] + "·" + rest[span.end :]
    if old and 0 < count(rest, old) >= count(draft, old):
        return Verdict.WRONG
    return Verdict.RIGHT if count(reference, new) > count(draft, new) else Verdict.OPEN


def written_over(draft: str, after: str, start: int, end: int) -> str:
    """Find the words of the draft that stand where a stretch of the mended line stands."""
    old = [draft[w.start : w.end] for w in words(draft)]
    spans = words(after)
    new = [after[w.start : w.end] for w in spans]
    inside = {n for n, w in enumerate(spans) if w.start < end and start < w.end}
    taken: list[str] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            taken.extend(old[i1 + j - j1] for j in range(j1, j2) if j in inside)
        elif inside & set(range(j1, j2)):
            taken.extend(old[i1:i2])
    return " ".join(taken)


def spans_of(text: str, form: str) -> list[Span]:
    """List where a form stands in a text as whole words."""
    return sorted(occurrences(text, form), key=lambda span: span.start)


def count(text: str, form: str) -> int:
    """Count how often a form stands in a text as whole words."""
    return len(spans_of(text, form))
