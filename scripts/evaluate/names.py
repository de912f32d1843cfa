"""Measure the ledger on test sets: names right, consistent, reported; BLEU and chrF.

python -m scripts.evaluate names EVAL --sets newstest2013 newstest2014
python -m scripts.evaluate names EVAL --sets newstest2014 --systems bergamot-tiny --show 40

python -m scripts.evaluate names EVAL --sets newstest2013 --systems --model fr-en --limit 1000

EVAL is a folder as `name_sets` describes it. The stored outputs stand for the model, which is never
asked again, so only the rungs that need no second translation count: the floor of what is reached.
With --model, a model translates the French and answers the ladder too; and once with the given
mentions marked, for models that were trained with marks.

Rows: `plain` the output as it is; `given` with the pairs of the names file as request glossary;
`built-in` with the built-in list alone; `reference` the human translation, the ceiling.
right: share of mentions whose English, that of the reference or an alternative of the built-in list
("US"), stands in the line as whole words, each occurrence counted once; then the same by type.
fair: among the mentions whose pair is given, right or told to read as an adjective of the name.
told: among the same, right, or reported in the ledger as unresolved or with the words that stand
for it. one way: share of names with two or more mentions in a window of lines that are written in
one way.
repl: words written over. strict: share of them where the reference has the old words. wrong: the
same without those that write the glossary's own form for the very French that stands there over
that French left as it is, or over a part of the form; a person who gives a glossary asks for these
forms, whatever the reference of a test set prefers ("GRC" where the list says RCMP). Wrong is what
puts a name where the French means another or none, and what damages a word that was right, such as
an adjective. open: share where the reference has neither old nor new.
"""

import argparse
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF

from scripts.evaluate.consistency import groups
from scripts.evaluate.name_sets import (
    Expected,
    Frozen,
    NameSet,
    Settle,
    articles,
    load,
    model,
    output_of,
    systems,
)
from scripts.evaluate.replacements import Replacement, Site, Verdict, count, replacements
from service.article import Article, How, Mention, Origin
from service.decoding import Translate
from service.names import glossary as glossaries
from service.names.find import Found, find
from service.names.glossary import Glossary
from service.names.keys import fold
from service.names.marks import Term as MarkedTerm
from service.names.marks import mark
from service.names.match import Wanted, assign

TYPES = ("place", "differs", "diacritics", "acronym", "copied")
VERDICTS = ("repl", "strict", "wrong", "open")
COLUMNS = ("right", *TYPES, "fair", "told", *VERDICTS, "one way", "BLEU", "chrF")


@dataclass(frozen=True, slots=True)
class Output:
    """What is measured: English lines, the ledger that made them (if any) and its drafts.

    `given` is where the French is a term of the glossary, word for word; `origins` says for each
    mention who gave its form.
    """

    lines: list[str]
    drafts: list[str]
    mentions: list[Mention]
    given: frozenset[Site] = frozenset()
    origins: Mapping[Site, Origin] = field(default_factory=dict)

    def by_line(self) -> dict[int, list[Mention]]:
        """Give the mentions of each line."""
        lines: dict[int, list[Mention]] = defaultdict(list)
        for mention in self.mentions:
            lines[mention.paragraph].append(mention)
        return lines


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
    asked = model(args.model) if args.model else None
    for name in args.sets:
        test = load(args.eval, name, args.limit)
        given = sum(one.pair in test.pairs for one in test.expected)
        print(f"\n{name}: {len(test.french)} lines, {len(test.expected)} mentions, {given} given")
        print(f"{'system':24}" + "".join(f"{column:>11}" for column in COLUMNS))
        print(row("reference", test, Output(test.reference, test.reference, []), args.window))
        for system in systems(args.eval, name) if args.systems is None else args.systems:
            lines = output_of(args.eval, name, system)[: args.limit]
            report(test, system, lines, Frozen(test.french, lines).settle, args)
        if asked:
            translate, ask = asked
            drafts = [hypotheses[0] for hypotheses in translate(test.french)]
            scores = [draft.score for draft in drafts]
            report(test, args.model, [draft.text for draft in drafts], ask, args, scores)
            print(marked(test, translate))
    return 0


def report(
    test: NameSet,
    system: str,
    lines: list[str],
    settle: Settle,
    args: argparse.Namespace,
    scores: list[float] | None = None,
) -> None:
    """Print the three rows of one system, what each rung did, and faults if asked."""
    built_in = glossaries.built_in()
    print(row(system, test, Output(lines, lines, []), args.window))
    for label, glossary in (
        ("given", glossaries.layered(test.given, built_in)),
        ("built-in", built_in),
    ):
        documents = articles(test.french, lines, args.window, scores)
        output = settled(documents, lines, glossary, settle)
        print(row(f"  {label}", test, output, args.window))
        print(f"    mentions by rung (share in the reference): {rungs(test, output)}")
        print(f"    replacements by who gave the form (strict, wrong): {givers(test, output)}")
        for fault in list(faults(test, output))[: args.show]:
            print("   ", fault)


def settled(
    documents: Iterable[Article], drafts: list[str], glossary: Glossary, settle: Settle
) -> Output:
    """Settle the names of an output, article by article."""
    out: list[str] = []
    mentions: list[Mention] = []
    given: set[Site] = set()
    origins: dict[Site, Origin] = {}
    for article in documents:
        found = find(article, glossary)
        done = settle(article, found)
        given |= {(len(out) + line, start) for line, start in word_for_word(found)}
        for name in done.names:
            for mention in name.mentions:
                line = len(out) + mention.paragraph
                mentions.append(replace(mention, paragraph=line))
                origins[line, mention.start] = name.origin
        out += (sentence.target for _, _, sentence in done.sentences())
    return Output(out, drafts, mentions, frozenset(given), origins)


def word_for_word(found: Found) -> Iterator[Site]:
    """Yield where the French is a term of the glossary, and not a short form of one."""
    for name in found.names:
        french = {fold(form) for form in name.term.french} if name.term else set()
        yield from ((m.paragraph, m.start) for m in name.mentions if fold(m.source) in french)


def marked(test: NameSet, translate: Translate) -> str:
    """Translate with every given mention marked; say how many come out before any repair."""
    terms: dict[int, list[MarkedTerm]] = defaultdict(list)
    given = [one for one in test.expected if one.pair in test.pairs]
    for one in given:
        terms[one.line].append((one.start, one.start + len(one.french), one.english))
    french = [mark(line, terms[n]) or line for n, line in enumerate(test.french)]
    lines = [hypotheses[0].text for hypotheses in translate(french)]
    right = hits(given, lines)
    bleu = BLEU().corpus_score(lines, [test.reference]).score
    return f"  marked: {share(right)} of {len(given)} given mentions, BLEU {bleu:.2f}"


def rungs(test: NameSet, output: Output) -> str:
    """Say how many mentions each rung put right, and how many of these the reference has too."""
    counts: dict[How, list[bool]] = defaultdict(list)
    for one in output.mentions:
        reference = test.reference[one.paragraph]
        counts[one.how].append(bool(one.target) and count(reference, one.target or "") > 0)
    return ", ".join(f"{how} {len(hits)} ({share(hits)})" for how, hits in sorted(counts.items()))


def givers(test: NameSet, output: Output) -> str:
    """Say how many words were written over by forms of each origin, and how many wrongly."""
    verdicts: dict[Origin, list[Verdict]] = defaultdict(list)
    for one in _replacements(test, output):
        verdicts[output.origins[one.line, one.start]].append(one.verdict)
    counts = (
        (origin, len(found), found.count(Verdict.ASKED), found.count(Verdict.WRONG))
        for origin, found in sorted(verdicts.items())
    )
    return ", ".join(f"{o} {n} ({asked + wrong}, {wrong})" for o, n, asked, wrong in counts)


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


def row(label: str, test: NameSet, output: Output, window: int) -> str:
    """Measure one output."""
    right = hits(test.expected, output.lines)
    by_type = ([r for r, e in zip(right, test.expected, strict=True) if e.type == t] for t in TYPES)
    cells = [
        share(right),
        *map(share, by_type),
        *(_fair_and_told(test, output, right) if output.mentions else ("", "")),
        *_verdicts(test, output),
        _one_way(test, output.lines, window),
        f"{BLEU().corpus_score(output.lines, [test.reference]).score:.2f}",
        f"{CHRF().corpus_score(output.lines, [test.reference]).score:.2f}",
    ]
    return f"{label:24}" + "".join(f"{cell:>11}" for cell in cells)


def _fair_and_told(test: NameSet, output: Output, right: Sequence[bool]) -> tuple[str, str]:
    by_line = output.by_line()
    said = [
        "right" if is_right else told(one, by_line[one.line])
        for one, is_right in zip(test.expected, right, strict=True)
        if one.pair in test.pairs
    ]
    fair = [says == "right" or says.startswith("“") for says in said]
    return share(fair), share([says != "silent" for says in said])


def _verdicts(test: NameSet, output: Output) -> tuple[str, ...]:
    verdicts = [one.verdict for one in _replacements(test, output)]
    kinds = ({Verdict.WRONG, Verdict.ASKED}, {Verdict.WRONG}, {Verdict.OPEN})
    return str(len(verdicts)), *(share([one in kind for one in verdicts]) for kind in kinds)


def _replacements(test: NameSet, output: Output) -> list[Replacement]:
    return list(
        replacements(output.mentions, output.drafts, output.lines, test.reference, output.given)
    )


def _one_way(test: NameSet, lines: Sequence[str], window: int) -> str:
    found = [
        group.is_one
        for article in articles(test.french, lines, window)
        for group in groups(article, find(article, glossaries.built_in()))
    ]
    return share(found)


def share(values: Sequence[bool]) -> str:
    """Write a share in per cent."""
    return f"{100 * sum(values) / len(values):.1f}%" if values else "-"


def faults(test: NameSet, output: Output) -> Iterator[str]:
    """Describe what is not right, the wrong replacements first."""
    for one in _replacements(test, output):
        if one.verdict in (Verdict.WRONG, Verdict.ASKED, Verdict.OPEN):
            edit = f"“{one.old}” -> “{one.new}”"
            yield f"{one.verdict} {one.line + 1}: {edit} | {test.reference[one.line]}"
    by_line = output.by_line()
    for mention, right in zip(test.expected, hits(test.expected, output.lines), strict=True):
        if not right:
            says = (
                f"“{mention.french}” -> “{mention.english}”, {told(mention, by_line[mention.line])}"
            )
            left_out = "" if mention.pair in test.pairs else " (not given)"
            where = f"missed {mention.line + 1} [{mention.type}]{left_out}"
            yield f"{where}: {says} | {output.lines[mention.line]}"
