"""A summary that a model writes, held against the article; the chosen sentences are its net.

A long article is read in windows of whole sentences, and the summaries of windows are summarised
again, so that nothing is cut. The other language is no translation of what was written, which could
err anew, but the sentences of the article that best support it.
"""

from collections.abc import Sequence
from typing import Protocol

from service.article import Article, Summary, SummaryPair, WrittenSummary
from service.errors import InterligneError
from service.split import segments, split
from service.summarise.accept import accept, repair, strange_names
from service.summarise.choose import WORD, Candidate, prose_of

MOST_WINDOWS = 32  # more would take minutes
MOST_SUPPORT = 4  # sentences


class Summariser(Protocol):
    """A model that writes summaries; knows nothing of articles."""

    @property
    def name(self) -> str:
        """The folder or hub id."""

    @property
    def language(self) -> str:
        """What it reads and writes: "en" or "fr"."""

    @property
    def sha256(self) -> str:
        """Hash of the model."""

    @property
    def max_tokens(self) -> int:
        """The longest text that it reads whole."""

    def count_tokens(self, text: str) -> int:
        """How many tokens a text has."""

    def write(self, texts: Sequence[str], words: int) -> list[str]:
        """Summarise each text on its own, in about so many words.

        Raises:
            ModelError: the model cannot be loaded.
            EngineFailed: the library gave up, is busy, or did not come to an end.
        """


class Refused(Exception):
    """What was written may not be shown; the message is the reason."""


def write_summary(article: Article, words: int, summariser: Summariser, chosen: Summary) -> Summary:
    """Have a model write the summary; if it may not be shown, keep the chosen one and say why.

    Args:
        article: translated, flagged and with its ledger.
        words: the budget.
        summariser: the model.
        chosen: the summary of sentences; its note means that there is nothing to write.
    """
    if chosen.note:
        return chosen
    try:
        text = _checked(_written(article, words, summariser), article, words, summariser.language)
    except (Refused, InterligneError) as reason:
        note = f"The summary written by {summariser.name} was not used: {reason}."
        return Summary(chosen.pairs, note)
    written = WrittenSummary(text, summariser.language, summariser.name, summariser.sha256)
    return Summary(_support(text, article, summariser.language), "", written, aligned=False)


def windows(sentences: Sequence[str], summariser: Summariser) -> list[str]:
    """Pack sentences, in order, into texts that the model reads whole; over-long ones are parted.

    Raises:
        Refused: there are too many.
    """
    limit = summariser.max_tokens
    pieces = [piece for s in sentences for piece in segments(s, summariser.count_tokens, limit)]
    packed: list[str] = []
    for piece in pieces:
        together = f"{packed[-1]} {piece}" if packed else piece
        if packed and summariser.count_tokens(together) <= limit:
            packed[-1] = together
        else:
            packed.append(piece)
        if len(packed) > MOST_WINDOWS:
            raise Refused(f"the article is longer than {MOST_WINDOWS} times what it reads at once")
    return packed


def _written(article: Article, words: int, summariser: Summariser) -> str:
    """Summarise the windows, then their summaries, until one is left."""
    is_english = summariser.language == "en"
    sentences = [
        one.sentence.target if is_english else one.sentence.source for one in prose_of(article)
    ]
    texts = windows(sentences, summariser)
    while True:
        summaries = summariser.write(texts, words)
        if len(summaries) == 1:
            return summaries[0]
        shorter = windows(_sentences(" ".join(summaries)), summariser)
        if len(shorter) >= len(texts):
            raise Refused("its summaries of the parts are no shorter than these")
        texts = shorter


def _checked(text: str, article: Article, words: int, language: str) -> str:
    """Bring the text into the budget and its names into the form of the ledger.

    Raises:
        Refused: it cannot be trusted.
    """
    text = _within(text, words)
    text = repair(text, article) if language == "en" else text
    if strange := next(strange_names(text, article, language), ""):
        raise Refused(f"the name “{strange}” is not in the article in this form")
    if reason := accept(text, article):
        raise Refused(reason)
    return text


def _within(text: str, words: int) -> str:
    """Take the first whole sentences that fit in the budget.

    Raises:
        Refused: none does.
    """
    kept: list[str] = []
    for sentence in _sentences(text):
        if len(" ".join([*kept, sentence]).split()) > words:
            break
        kept.append(sentence)
    if not kept:
        raise Refused(
            f"its first sentence does not fit in {words} words" if text else "it is empty"
        )
    return " ".join(kept)


def _sentences(text: str) -> list[str]:
    return [sentence.source for _, _, sentence in split(" ".join(text.split())).sentences()]


def _support(text: str, article: Article, language: str) -> tuple[SummaryPair, ...]:
    """Find for each sentence of a text the one of the article that has most of its words."""
    prose = prose_of(article)
    sides = [one.sentence.target if language == "en" else one.sentence.source for one in prose]
    bags = [set(WORD.findall(side.lower())) for side in sides]
    best: set[int] = set()
    for sentence in _sentences(text):
        wanted = set(WORD.findall(sentence.lower()))
        ranked = max(range(len(bags)), key=lambda n: (len(wanted & bags[n]), -len(bags[n])))
        best.add(ranked)
    support: list[Candidate] = [prose[n] for n in sorted(best)[:MOST_SUPPORT]]
    return tuple(one.pair for one in support)
