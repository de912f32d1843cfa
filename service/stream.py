"""Paragraphs that are told before their article is done.

A paragraph is settled early from what is known by then: the names found in the whole article, its
own sentences, no second opinion of the model. The end may be another, where the majority of the
article spells a name otherwise or a sentence is translated anew: `revisions` tells what changed.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from service.article import Article, Role, Sentence
from service.decoding import Decoding, Hypothesis
from service.names.find import Found, FoundMention, FoundName
from service.names.settle import settle
from service.split import render

Place = tuple[int, int]  # paragraph and sentence


@dataclass(frozen=True, slots=True)
class StreamedParagraph:
    """A paragraph that can be read alone.

    Attributes:
        index: its number in `Article.paragraphs`.
        start: its place in `Article.text`.
        source, translation: the French and the English.
        sentences: those of the article, but that `start` and `end` are places in `source`,
            `target_start` and `target_end` in `translation`: a revision moves no other paragraph.
    """

    index: int
    start: int
    role: Role
    source: str
    translation: str
    sentences: tuple[Sentence, ...]


OnParagraph = Callable[[StreamedParagraph], None]


class Preview:
    """Tells the paragraphs of an article in order, each as soon as its sentences are translated.

    Args:
        article: split, not translated.
        found: the names of the whole article.
        judge: flags and rates the sentences of a translated article.
        tell: called with each paragraph by `add`, in its thread.
    """

    def __init__(
        self,
        article: Article,
        found: Found,
        judge: Callable[[Article], Article],
        tell: OnParagraph,
    ) -> None:
        self._article = article
        self._glossary = found.glossary
        self._names = _names_by_paragraph(found)
        self._judge = judge
        self._tell = tell
        self._translated: dict[Place, Sentence] = {}
        self._next = 0

    def add(self, translated: Mapping[Place, Sentence]) -> None:
        """Take note of translated sentences and tell the paragraphs that are complete by them."""
        self._translated.update(translated)
        while self._next < len(self._article.paragraphs) and self._is_complete(self._next):
            self._tell(self._settled(self._next))
            self._next += 1

    def _is_complete(self, index: int) -> bool:
        count = len(self._article.paragraphs[index].sentences)
        # Backwards, for the last sentence is the last to come.
        return all((index, s) in self._translated for s in reversed(range(count)))

    def _settled(self, index: int) -> StreamedParagraph:
        sentences = tuple(
            self._translated.pop((index, s))
            for s in range(len(self._article.paragraphs[index].sentences))
        )
        alone = _alone(self._article, index, sentences)
        found = Found(tuple(self._names.get(index, ())), self._glossary)
        alone = settle(alone, found, _no_opinion)
        return _streamed(self._article, index, self._judge(alone))


def revisions(told: Sequence[StreamedParagraph], article: Article) -> Iterator[StreamedParagraph]:
    """Yield the paragraphs of a finished article that differ in anything from what was told."""
    for before in told:
        sentences = article.paragraphs[before.index].sentences
        after = _streamed(article, before.index, _alone(article, before.index, sentences))
        if after != before:
            yield after


def _alone(article: Article, index: int, sentences: tuple[Sentence, ...]) -> Article:
    """Make an article of one paragraph, with these sentences in place of its own."""
    paragraph = article.paragraphs[index]
    text = article.text[paragraph.start : paragraph.end]
    moved = tuple(
        replace(one, start=one.start - paragraph.start, end=one.end - paragraph.start)
        for one in sentences
    )
    return Article(text, (replace(paragraph, start=0, end=len(text), sentences=moved),))


def _streamed(article: Article, index: int, alone: Article) -> StreamedParagraph:
    alone = render(alone)
    (paragraph,) = alone.paragraphs
    start = article.paragraphs[index].start
    return StreamedParagraph(
        index, start, paragraph.role, alone.text, alone.translation, paragraph.sentences
    )


def _names_by_paragraph(found: Found) -> Mapping[int, list[FoundName]]:
    """Part the names by paragraph, as if each were the first and only one of its article."""
    names: dict[int, list[FoundName]] = defaultdict(list)
    for name in found.names:
        mentions: dict[int, list[FoundMention]] = defaultdict(list)
        for mention in name.mentions:
            mentions[mention.paragraph].append(replace(mention, paragraph=0))
        for index, mine in mentions.items():
            names[index].append(replace(name, mentions=tuple(mine)))
    return names


def _no_opinion(
    sentences: Sequence[str],
    decoding: Decoding = Decoding(),
    prefixes: Sequence[str] | None = None,
) -> list[list[Hypothesis]]:
    """Stand in for the model, which is busy with the sentences to come."""
    return [[] for _ in sentences]
