"""Measure the ledger on test sets: names right, consistent, reported; BLEU and chrF.

python -m scripts.evaluate names EVAL --sets newstest2013 newstest2014
python -m scripts.evaluate names EVAL --sets newstest2014 --systems bergamot-tiny --show 40

python -m scripts.evaluate names EVAL --sets newstest2013 --systems --model fr-en --limit 1000

EVAL holds SET.fr, SET.en, names-SET.tsv (line, start, French, English in the reference, type) and
systems/SET.SYSTEM.en, a sentence per line. The stored outputs stand for the model, which is never
asked again, so only the rungs that need no second translation count: the floor of what is reached.
With --model, a model translates the French and answers the ladder too.

Rows: `plain` the output as it is; `given` with the pairs of the names file as request glossary;
`built-in` with the built-in list alone; `reference` the human translation, the ceiling.
right: share of mentions whose English, that of the reference or an alternative of the built-in list
("US"), stands in the line as whole words, each occurrence counted once; then the same by type.
+adj: right, or an adjective of the place in its stead. told: right, or reported in the ledger as
unresolved or with the words that stand for it. repl: words written over. wrong: share of them where
the reference has the old words. open: share where it has neither old nor new. consistent: share of
names with two or more mentions in a window of lines that are written in one way.
"""

import argparse
import csv
import html
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path

from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF

from service.article import Article, How, Mention, NameType, Origin, Paragraph, Sentence
from service.decoding import Decoding, Hypothesis, Translate
from service.names import glossary as glossaries
from service.names.find import Found, FoundMention, FoundName, find
from service.names.glossary import Glossary, Term
from service.names.keys import fold
from service.names.match import Span, Wanted, assign, occurrences, words
from service.names.mend import rendering
from service.names.settle import settle

TYPES = ("place", "differs", "diacritics", "acronym", "copied")
KIND = {"place": NameType.PLACE, "acronym": NameType.ORGANISATION}


@dataclass(frozen=True, slots=True)
class Expected:
    """A mention that the reference has: where in the French, what in the English."""

    line: int
    start: int
    french: str
    english: str
    type: str


@dataclass(frozen=True, slots=True)
class TestSet:
    """A test set: French, reference and the mentions to look for."""

    name: str
    french: list[str]
    reference: list[str]
    expected: list[Expected]


@dataclass(frozen=True, slots=True)
class Output:
    """What is measured: English lines, the ledger that made them (if any) and its drafts."""

    lines: list[str]
    drafts: list[str]
    mentions: list[Mention]


class Frozen:
    """A `Translate` that can only say again what is stored."""

    def __init__(self, french: Sequence[str], english: Sequence[str]) -> None:
        self._stored = dict(zip(french, english, strict=True))

    def __call__(
        self,
        sentences: Sequence[str],
        decoding: Decoding = Decoding(),
        prefixes: Sequence[str] | None = None,
    ) -> list[list[Hypothesis]]:
        """Give the stored line of each sentence, and nothing for another sentence."""
        known = (self._stored.get(sentence) for sentence in sentences)
        return [[Hypothesis(text, 0.0)] if text else [] for text in known]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("eval", type=Path, help="folder of the test sets")
    parser.add_argument("--sets", nargs="+", default=["newstest2013", "newstest2014"])
    parser.add_argument("--systems", nargs="*", help="stored outputs; all of them by default")
    parser.add_argument("--model", help="bundle or folder of a model to translate with")
    parser.add_argument("--limit", type=int, help="read this many lines of a set")
    parser.add_argument("--window", type=int, default=25, help="lines taken as one article")
    parser.add_argument("--show", type=int, default=0, help="print this many faults of each kind")


def main(args: argparse.Namespace) -> int:
    """Print a table of rows for each set and system."""
    translate = model(args.model) if args.model else None
    for name in args.sets:
        test = load(args.eval, name, args.limit)
        print(f"\n{name}: {len(test.french)} lines, {len(test.expected)} mentions")
        print(header())
        print(row("reference", test, Output(test.reference, test.reference, []), args.window))
        for system in systems(args.eval, name) if args.systems is None else args.systems:
            lines = read(args.eval / "systems" / f"{name}.{system}.en")[: args.limit]
            report(test, system, lines, Frozen(test.french, lines), args)
        if translate:
            drafts = [hypotheses[0].text for hypotheses in translate(test.french)]
            report(test, args.model, drafts, translate, args)
    return 0


def model(name: str) -> Translate:
    """Load a model behind `Translate`."""
    from service.engines import load_engine
    from service.engines.sentences import SentenceTranslator
    from service.models import find_bundle
    from service.settings import Settings

    return SentenceTranslator(load_engine(find_bundle(name), Settings(model=name)))


def report(
    test: TestSet, system: str, lines: list[str], translate: Translate, args: argparse.Namespace
) -> None:
    """Print the three rows of one system, what each rung did, and faults if asked."""
    built_in = glossaries.built_in()
    print(row(system, test, Output(lines, lines, []), args.window))
    for label, glossary in (
        ("given", glossaries.layered(given(test), built_in)),
        ("built-in", built_in),
    ):
        output = settled(test, lines, glossary, args.window, translate)
        print(row(f"  {label}", test, output, args.window))
        print(f"    mentions by rung (share in the reference): {rungs(test, output)}")
        for fault in list(faults(test, output))[: args.show]:
            print("   ", fault)


def rungs(test: TestSet, output: Output) -> str:
    """Say how many mentions each rung put right, and how many of these the reference has too."""
    counts: dict[How, list[bool]] = defaultdict(list)
    for one in output.mentions:
        reference = test.reference[one.paragraph]
        counts[one.how].append(bool(one.target) and count(reference, one.target or "") > 0)
    return ", ".join(f"{how} {len(hits)} ({share(hits)})" for how, hits in sorted(counts.items()))


def read(path: Path) -> list[str]:
    """Read the lines of a file; one stored output has HTML entities."""
    return html.unescape(path.read_text(encoding="utf-8")).split("\n")[:-1]


def load(folder: Path, name: str, limit: int | None = None) -> TestSet:
    """Read a test set and its mentions, its first lines only if asked."""
    with (folder / f"names-{name}.tsv").open(encoding="utf-8", newline="") as table:
        rows = csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE)
        expected = [
            Expected(int(r["line"]) - 1, int(r["start"]), r["french"], r["english"], r["type"])
            for r in rows
        ]
    french = read(folder / f"{name}.fr")[:limit]
    expected = [one for one in expected if one.line < len(french)]
    return TestSet(name, french, read(folder / f"{name}.en")[:limit], expected)


def systems(folder: Path, name: str) -> list[str]:
    """List the systems with a stored output."""
    return sorted(p.name.split(".")[1] for p in (folder / "systems").glob(f"{name}.*.en"))


def given(test: TestSet) -> Glossary:
    """Make a request glossary of the pairs of a names file, the more frequent English first.

    A pair that the reference uses in half of the lines or less that have the French ("Galilée",
    "Galilei") is left out, as a person who makes a glossary would.
    """
    english: dict[str, Counter[str]] = defaultdict(Counter)
    kinds: dict[str, NameType] = {}
    lines = Counter(
        french
        for french in {one.french for one in test.expected}
        for line in test.french
        if french in line and occurrences(line, french)
    )
    used = Counter((one.french, one.english) for one in test.expected)
    for one in test.expected:
        if 2 * used[one.french, one.english] <= lines[one.french]:
            continue
        english[one.french][one.english] += 1
        kinds[one.french] = KIND.get(one.type, NameType.OTHER)
    return glossaries.of_terms(
        (
            Term((french,), tuple(form for form, _ in forms.most_common()), kinds[french])
            for french, forms in english.items()
        ),
        Origin.REQUEST,
    )


def articles(test: TestSet, lines: Sequence[str], window: int) -> Iterator[tuple[int, Article]]:
    """Cut a test set into articles of one sentence a paragraph; yield the first line with each."""
    for first in range(0, len(test.french), window):
        paragraphs, place = [], 0
        for french, english in zip(
            test.french[first : first + window], lines[first : first + window], strict=True
        ):
            sentence = Sentence(place, place + len(french), french, english)
            paragraphs.append(Paragraph(sentence.start, sentence.end, (sentence,)))
            place = sentence.end + 1
        yield first, Article("\n".join(test.french[first : first + window]), tuple(paragraphs))


def settled(
    test: TestSet, lines: list[str], glossary: Glossary, window: int, translate: Translate
) -> Output:
    """Settle the names of an output, window by window."""
    out: list[str] = []
    mentions: list[Mention] = []
    for first, article in articles(test, lines, window):
        done = settle(article, find(article, glossary), translate)
        out.extend(sentence.target for _, _, sentence in done.sentences())
        mentions.extend(
            replace(mention, paragraph=first + mention.paragraph)
            for name in done.names
            for mention in name.mentions
        )
    return Output(out, lines, mentions)


def hits(expected: Sequence[Expected], lines: Sequence[str]) -> list[bool]:
    """Tell of each mention whether its English stands in its line, each occurrence used once."""
    by_line: dict[int, list[int]] = defaultdict(list)
    for number, one in enumerate(expected):
        by_line[one.line].append(number)
    found = [False] * len(expected)
    for line, numbers in by_line.items():
        spans = assign(lines[line], [Wanted(accepted(expected[n]), 0.0) for n in numbers])
        for number, span in zip(numbers, spans, strict=True):
            found[number] = span is not None
    return found


def accepted(one: Expected) -> tuple[str, ...]:
    """List the reference's form and the alternatives that the built-in list gives it."""
    return (one.english, *alternatives().get((fold(one.french), one.english), ()))


@cache
def alternatives() -> dict[tuple[str, str], tuple[str, ...]]:
    """Map French and English of the built-in terms to all their English forms."""
    return {
        (fold(french), english): term.english
        for term in glossaries.built_in()
        for french in term.french
        for english in term.english
    }


def told(expected: Expected, mentions: Sequence[Mention]) -> str:
    """Say what the ledger tells of a mention that is not right."""
    for one in mentions:
        if one.start <= expected.start < one.end or (
            expected.start <= one.start < expected.start + len(expected.french)
        ):
            return "unresolved" if one.how is How.UNRESOLVED else f"“{one.target}”"
    return "silent"


def replacements(test: TestSet, output: Output) -> Iterator[tuple[str, int, str, str]]:
    """Yield (verdict, line, what was written over, what was written) of each replacement."""
    for one in output.mentions:
        if one.how is How.REPAIRED and one.target is not None and one.target_start is not None:
            draft, after = output.drafts[one.paragraph], output.lines[one.paragraph]
            old = written_over(draft, after, one.target_start, one.target_start + len(one.target))
            yield (
                judged(test.reference[one.paragraph], draft, old, one.target),
                one.paragraph,
                old,
                one.target,
            )


def judged(reference: str, draft: str, old: str, new: str) -> str:
    """Judge a replacement by the reference.

    right: the reference has the new words, more often than the draft. style: old and new are the
    same name but for case and accents. wrong: the reference has the old words, as often as the
    draft and outside the new. open: the reference has neither.
    """
    if fold(old) == fold(new):
        return "style"
    rest = reference
    for span in reversed(spans_of(reference, new)):
        rest = rest[: span.start] + "·" + rest[span.end :]
    if old and 0 < count(rest, old) >= count(draft, old):
        return "wrong"
    return "right" if count(reference, new) > count(draft, new) else "open"


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


def consistency(test: TestSet, lines: Sequence[str], window: int) -> tuple[int, int]:
    """Count the names with two mentions or more in a window, and those written in one way."""
    groups = alike = 0
    for _, article in articles(test, lines, window):
        found = find(article, glossaries.built_in())
        for name in found.names:
            for group in by_spelling(name).values():
                forms = written_forms(article, found, name, group)
                if len(group) > 1 and len(forms) > 1:
                    groups += 1
                    alike += len(set(forms)) == 1
    return groups, alike


def by_spelling(name: FoundName) -> dict[str, list[FoundMention]]:
    """Group the mentions of a name that are written alike in the French."""
    groups: dict[str, list[FoundMention]] = defaultdict(list)
    for mention in name.mentions:
        groups[fold(mention.source)].append(mention)
    return groups


def written_forms(
    article: Article, found: Found, name: FoundName, group: Sequence[FoundMention]
) -> list[str]:
    """List how the mentions of a group read, those that can be located; abbreviations alike."""
    targets = {p: sentence.target for p, _, sentence in article.sentences()}
    forms = (rendering(m, name, targets[m.paragraph]) for m in group)
    return [form for form in forms if form]


def header() -> str:
    """Name the columns."""
    names = ("right", *TYPES, "+adj", "told", "repl", "wrong", "open", "consistent", "BLEU", "chrF")
    return f"{'system':24}" + "".join(f"{name:>11}" for name in names)


def row(label: str, test: TestSet, output: Output, window: int) -> str:
    """Measure one output."""
    right = hits(test.expected, output.lines)
    by_line: dict[int, list[Mention]] = defaultdict(list)
    for mention in output.mentions:
        by_line[mention.paragraph].append(mention)
    said = [told(one, by_line[one.line]) for one in test.expected]
    adjective = [r or s.startswith("“") for r, s in zip(right, said, strict=True)]
    reported = [r or s != "silent" for r, s in zip(right, said, strict=True)]
    verdicts = Counter(verdict for verdict, *_ in replacements(test, output))
    total = sum(verdicts.values())
    groups, alike = consistency(test, output.lines, window)
    cells = [
        share(right),
        *(
            share([r for r, e in zip(right, test.expected, strict=True) if e.type == t])
            for t in TYPES
        ),
        share(adjective) if output.mentions else "",
        share(reported) if output.mentions else "",
        str(total),
        f"{100 * verdicts['wrong'] / total:.1f}%" if total else "",
        f"{100 * verdicts['open'] / total:.1f}%" if total else "",
        f"{100 * alike / groups:.1f}%" if groups else "",
        f"{BLEU().corpus_score(output.lines, [test.reference]).score:.2f}",
        f"{CHRF().corpus_score(output.lines, [test.reference]).score:.2f}",
    ]
    return f"{label:24}" + "".join(f"{cell:>11}" for cell in cells)


def share(values: Sequence[bool]) -> str:
    """Write a share in per cent."""
    return f"{100 * sum(values) / len(values):.1f}%" if values else "-"


def faults(test: TestSet, output: Output) -> Iterator[str]:
    """Describe what is not right, the wrong replacements first."""
    for verdict, line, old, new in replacements(test, output):
        if verdict in ("wrong", "open"):
            yield f"{verdict} {line + 1}: “{old}” -> “{new}” | {test.reference[line]}"
    by_line: dict[int, list[Mention]] = defaultdict(list)
    for mention in output.mentions:
        by_line[mention.paragraph].append(mention)
    for one, right in zip(test.expected, hits(test.expected, output.lines), strict=True):
        if not right:
            says = f"“{one.french}” -> “{one.english}”, {told(one, by_line[one.line])}"
            yield f"missed {one.line + 1} [{one.type}]: {says} | {output.lines[one.line]}"
