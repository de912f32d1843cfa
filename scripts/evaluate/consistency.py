"""One rendering for each name: share of the names of documents that are written in one way.

python -m scripts.evaluate consistency EVAL --sets newstest2013 newstest2014
python -m scripts.evaluate consistency EVAL --sets --articles EVAL/orangesum-dev.jsonl \
    --model fr-en --limit 100

A group is a name that a document spells in one way in two mentions or more, of which two or more
can be located in the English: the form of the built-in list, an adjective, or what sounds alike.
Abbreviations and adjectives count as the form. Documents are windows of lines of the test sets,
with the outputs of systems, or articles (JSON lines with `article`) that a model translates.
Rows: `plain` the output as it is, `ledger` after the names were settled by the built-in list.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.evaluate.name_sets import Frozen, Settle, articles, load, model, output_of, systems
from scripts.evaluate.summaries import TOUCHING
from service.article import Article
from service.decoding import Translate
from service.names.find import Found, FoundMention, FoundName, find
from service.names.glossary import built_in
from service.names.keys import fold
from service.names.mend import rendering
from service.split import split


@dataclass(frozen=True, slots=True)
class Group:
    """How the mentions of a name that are spelt alike read in the English."""

    french: str
    forms: tuple[str, ...]

    @property
    def is_one(self) -> bool:
        """Whether they read alike."""
        return len(set(self.forms)) == 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("eval", type=Path, help="folder of the test sets")
    parser.add_argument("--sets", nargs="*", default=["newstest2013", "newstest2014"])
    parser.add_argument("--window", type=int, default=25, help="lines taken as one document")
    parser.add_argument("--articles", type=Path, help="JSON lines with `article`")
    parser.add_argument("--model", help="bundle or folder of a model to translate articles with")
    parser.add_argument("--skip", type=int, default=0, help="leave out so many articles first")
    parser.add_argument("--limit", type=int, help="then take only so many")
    parser.add_argument("--show", action="store_true", help="print the groups that are not one")


def main(args: argparse.Namespace) -> int:
    """Print the rows of each set and of the articles."""
    for name in args.sets:
        test = load(args.eval, name)
        for system in systems(args.eval, name):
            lines = output_of(args.eval, name, system)
            documents = list(articles(test.french, lines, args.window))
            frozen = Frozen(test.french, lines)
            report(f"{name} {system}", documents, frozen.settle, args.show)
    if args.articles:
        translate, ask = model(args.model)
        texts = args.articles.read_text(encoding="utf-8").splitlines()[args.skip :][: args.limit]
        documents = [translated(json.loads(text)["article"], translate) for text in texts]
        report(f"{args.articles.stem} {args.model}", documents, ask, args.show)
    return 0


def translated(text: str, translate: Translate) -> Article:
    """Translate an article as it comes from the model, its names untouched."""
    from service.checks import drafted

    article = split(TOUCHING.sub(" ", text))
    todo = article.translatable()
    answers = translate([sentence.source for sentence in todo.values()])
    done = zip(todo.items(), answers, strict=True)
    return article.with_sentences({place: drafted(one, a[0]) for (place, one), a in done})


def report(label: str, documents: Sequence[Article], settle: Settle, show: bool) -> None:
    """Print the share of groups with one form, before and after the ledger."""
    founds = [find(document, built_in()) for document in documents]
    plain = [group for d, f in zip(documents, founds, strict=True) for group in groups(d, f)]
    settled = [settle(d, f) for d, f in zip(documents, founds, strict=True)]
    ledger = [group for d, f in zip(settled, founds, strict=True) for group in groups(d, f)]
    for row, found in (("plain", plain), ("ledger", ledger)):
        one = sum(group.is_one for group in found)
        print(
            f"{label:38} {row:7} {len(documents):4} documents {len(found):5} groups"
            f" {100 * one / max(1, len(found)):6.1f}% in one way"
        )
    for group in ledger if show else ():
        if not group.is_one:
            print(f"    {group.french}: {', '.join(group.forms)}")


def groups(article: Article, found: Found) -> list[Group]:
    """List the groups of two mentions or more that can be located."""
    targets = {(p, s): sentence.target for p, s, sentence in article.sentences()}
    listed = []
    for name in found.names:
        for mentions in by_spelling(name).values():
            if len(mentions) > 1:
                forms = written_forms(name, mentions, targets)
                listed += [Group(mentions[0].source, forms)] if len(forms) > 1 else []
    return listed


def by_spelling(name: FoundName) -> dict[str, list[FoundMention]]:
    """Group the mentions of a name that are written alike in the French."""
    spelt: dict[str, list[FoundMention]] = defaultdict(list)
    for mention in name.mentions:
        spelt[fold(mention.source)].append(mention)
    return spelt


def written_forms(
    name: FoundName, mentions: Iterable[FoundMention], targets: dict[tuple[int, int], str]
) -> tuple[str, ...]:
    """List how mentions read, those that can be located."""
    forms = (rendering(m, name, targets[m.paragraph, m.sentence]) for m in mentions)
    return tuple(form for form in forms if form)
