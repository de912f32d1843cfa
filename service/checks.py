"""Checks: what looks wrong in a translation, and a second try at the worst of it.

The checks need no model. They are smoke detectors: a flag means "read the French", and no flag is
no proof of quality. `symptoms` has one function for each thing that can look wrong.
"""

import math
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache

from service import symptoms
from service.article import Article, Flag, FlagKind, How, Sentence, Severity
from service.decoding import Decoding, Hypothesis, Translate
from service.names import capitals

Symptom = Callable[[str, str], Flag | None]
SYMPTOMS: tuple[Symptom, ...] = (
    symptoms.broken, symptoms.untranslated, symptoms.lengths, symptoms.repetition, symptoms.figures,
    symptoms.dates, symptoms.quotes, symptoms.truncation, symptoms.meaning, symptoms.other_names,
)  # fmt: skip

# What a red sentence is tried with: whole without repeating itself, then in small pieces.
SECOND_TRIES = (
    Decoding(beam_size=5, no_repeat_ngram=4),
    Decoding(beam_size=5, no_repeat_ngram=4, max_segment_tokens=24),
)
AMBER = 0.1  # mean log-probability that a flag which is not red weighs as much as
KEPT_KINDS = (FlagKind.TRUNCATED, FlagKind.CORRECTED, FlagKind.NAME)  # of the engine and names

Place = tuple[int, int]


@lru_cache(maxsize=1024)  # a sentence is looked at before and after its names are settled
def examine(source: str, target: str) -> tuple[Flag, ...]:
    """List what looks wrong in the English of a French sentence."""
    if not source.strip():
        return ()
    if not target.strip():
        return (Flag(FlagKind.UNTRANSLATED, Severity.RED, "there is no translation"),)
    if capitals.are_all(source):
        source, target = source.lower(), target.lower()
    return tuple(flag for symptom in SYMPTOMS if (flag := symptom(source, target)))


def is_sound(source: str, target: str) -> bool:
    """Tell whether nothing in the English of a French sentence is surely wrong."""
    return not any(flag.severity is Severity.RED for flag in examine(source, target))


def drafted(sentence: Sentence, hypothesis: Hypothesis) -> Sentence:
    """Take over a translation, flagged if the model never came to its end or figures were wrong."""
    cut_off = Flag(FlagKind.TRUNCATED, Severity.RED, "the model did not come to the sentence's end")
    corrected = tuple(
        Flag(FlagKind.CORRECTED, Severity.AMBER, f"“{wrong}” in the model's English, now “{right}”")
        for wrong, right in hypothesis.corrected
    )
    flags = (cut_off, *corrected) if hypothesis.truncated else corrected
    return replace(sentence, target=hypothesis.text, score=hypothesis.score, flags=flags)


def flag(article: Article) -> Article:
    """Set the final flags of every sentence, beside those that the engine and names have set."""
    settled = _settled(article)
    return article.with_sentences(
        {
            place: _flagged(sentence, settled.get(place, frozenset()))
            for place, sentence in article.translatable().items()
            if not sentence.is_confirmed
        }
    )


def mend(article: Article, translate: Translate) -> Article:
    """Translate the red sentences again, in two calls, and keep the best of the three of each.

    Fewer red flags go before a higher score, of which every other flag takes a little.
    """
    red = {
        place: sentence
        for place, sentence in article.translatable().items()
        if not sentence.is_confirmed and _flagged(sentence).is_red
    }
    if not red:
        return article
    sources = [sentence.source for sentence in red.values()]
    tries = [translate(sources, decoding) for decoding in SECOND_TRIES]
    return article.with_sentences(
        {
            place: max([sentence, *(drafted(sentence, t[n][0]) for t in tries)], key=_merit)
            for n, (place, sentence) in enumerate(red.items())
        }
    )


def rate(article: Article, percentiles: Sequence[float]) -> Article:
    """Say of every translated sentence how sure the model is of it, if its scores are known."""
    if not percentiles:
        return article
    return article.with_sentences(
        {
            place: replace(sentence, confidence=round(confidence(sentence.score, percentiles), 2))
            for place, sentence in article.translatable().items()
            if sentence.score is not None
        }
    )


def confidence(score: float, percentiles: Sequence[float]) -> float:
    """Place a mean log-probability among the scores of ordinary sentences.

    Args:
        score: mean log-probability per token.
        percentiles: scores at equal steps from the lowest to the highest, two or more.

    Returns:
        The share of ordinary sentences that score lower, 0 to 1.
    """
    after = bisect_right(percentiles, score)
    if after == 0 or after == len(percentiles):
        return float(after > 0)
    low, high = percentiles[after - 1], percentiles[after]
    return (after - 1 + (score - low) / (high - low)) / (len(percentiles) - 1)


def _settled(article: Article) -> dict[Place, frozenset[str]]:
    """Collect, for each sentence, the names that were made right and need no second look."""
    found: dict[Place, frozenset[str]] = {}
    for name in article.names:
        for mention in name.mentions:
            if mention.how is not How.UNRESOLVED:
                place = mention.paragraph, mention.sentence
                found[place] = found.get(place, frozenset()) | {mention.source}
    return found


def _flagged(sentence: Sentence, settled: frozenset[str] = frozenset()) -> Sentence:
    """Examine a sentence; flags of the engine and of names go before ours of the same kind."""
    kept = tuple(flag for flag in sentence.flags if flag.kind in KEPT_KINDS)
    kinds = {flag.kind for flag in kept}
    flags = examine(sentence.source, sentence.target)
    if settled and not symptoms.other_names(_without(sentence.source, settled), sentence.target):
        kinds.add(FlagKind.NAME)
    return replace(sentence, flags=kept + tuple(flag for flag in flags if flag.kind not in kinds))


def _without(source: str, names: frozenset[str]) -> str:
    for name in sorted(names, key=len, reverse=True):
        source = source.replace(name, "")
    return source


def _merit(sentence: Sentence) -> tuple[bool, int, float]:
    """Rank a translation, the higher the better; one in French, or none, is the worst."""
    flags = _flagged(sentence).flags
    english = all(flag.kind is not FlagKind.UNTRANSLATED for flag in flags)
    red = sum(flag.severity is Severity.RED for flag in flags)
    score = -math.inf if sentence.score is None else sentence.score
    return english, -red, score - AMBER * (len(flags) - red)
