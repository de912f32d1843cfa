"""Ask the model again about sentences whose names cannot be mended cheaply, in two calls at most.

First call: other hypotheses of the same sentence, with the alignment of the best; and the sentence
with its names marked, if the model was trained to follow marks. Second call: the best hypothesis
cut off where the wrong name begins, the right name put there, the rest decoded anew
("constrained"); and the sentence with the English name in the place of the French ("substituted").
A hypothesis is taken only if it meets more claims, loses none, is about as long and about as
likely.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from math import inf

from service.article import How, Sentence
from service.decoding import Decoding, Hypothesis, Translate
from service.names.marks import mark
from service.names.match import as_placed
from service.names.mend import Claim, Claims, Mended, Place, credit, loses, mend

HYPOTHESES = 4
# A hypothesis this much shorter or longer than the translation that it would replace is another
# sentence, whatever its names.
SHORTEST, LONGEST = 0.6, 1.6
# A name put in by force must not cost the sentence its sense: it may be less likely than what the
# model wrote by so much, in mean log-probability per token. On 4,000 lines the ten that were 0.3 to
# 0.6 less likely all came nearer to the reference, by 7 chrF.
DOUBT = 0.6


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask about one sentence: the French, how the English must begin, the rung."""

    place: Place
    source: str
    prefix: str
    how: How


Answer = tuple[Question, list[Hypothesis]]


def climb(
    mended: Mapping[Place, Mended],
    claims: Claims,
    sentences: Mapping[Place, Sentence],
    translate: Translate,
    *,
    follows_marks: bool = False,
) -> dict[Place, Mended]:
    """Improve every sentence with unmet claims as far as the model can.

    Args:
        mended: each sentence after the cheap rungs.
        claims: what each sentence must show.
        sentences: the French.
        translate: called twice at most, not at all if nothing is missing.
        follows_marks: the model was trained with marked terms.
    """
    done = dict(mended)
    drafts: dict[Place, Hypothesis] = {}
    first = [
        question
        for place in done
        if done[place].missing
        for question in _open(place, done[place], claims, sentences[place], follows_marks)
    ]
    for question, hypotheses in _ask(first, translate, alignment=True):
        place, floor = question.place, -inf
        if question.how is How.MARKED:
            floor = drafts[place].score - DOUBT if place in drafts else inf
        elif hypotheses:
            drafts[place] = hypotheses[0]
        done[place] = _best(done[place], [(question, hypotheses)], claims, floor)
    second = [
        question
        for place, draft in drafts.items()
        if done[place].missing
        for question in _pointed(place, done[place], claims.by_sentence[place], sentences, draft)
    ]
    answers = list(_ask(second, translate, alignment=False))
    for place, mine in groupby(answers, key=lambda answer: answer[0].place):
        done[place] = _best(done[place], list(mine), claims, drafts[place].score - DOUBT)
    return done


def _ask(
    questions: Sequence[Question], translate: Translate, *, alignment: bool
) -> Iterator[Answer]:
    if questions:
        decoding = Decoding(beam_size=HYPOTHESES, hypotheses=HYPOTHESES, alignment=alignment)
        answers = translate(
            [question.source for question in questions],
            decoding,
            [question.prefix for question in questions],
        )
        yield from zip(questions, answers, strict=True)


def _best(before: Mended, answers: Sequence[Answer], claims: Claims, floor: float = -inf) -> Mended:
    """Take the hypothesis that meets most claims, the likeliest of equals; else change nothing."""
    best = before
    for question, hypotheses in answers:
        for hypothesis in hypotheses:
            after = mend(hypothesis.text, claims.by_sentence[question.place], claims.protected)
            after = replace(credit(before, after, question.how), score=hypothesis.score)
            sane = hypothesis.score >= floor and _is_sane(hypothesis, before)
            if sane and not loses(before, after) and _is_better(after, best, before):
                best = after
    return best


def _is_better(after: Mended, best: Mended, before: Mended) -> bool:
    """Tell whether more claims are met, or as many by a likelier hypothesis."""
    if len(after.missing) != len(best.missing) or best is before:
        return len(after.missing) < len(best.missing)
    return (after.score or 0.0) > (best.score or 0.0)


def _is_sane(hypothesis: Hypothesis, before: Mended) -> bool:
    length = len(hypothesis.text) / max(1, len(before.target))
    return not hypothesis.truncated and SHORTEST <= length <= LONGEST


def _open(
    place: Place, mended: Mended, claims: Claims, sentence: Sentence, follows_marks: bool
) -> Iterator[Question]:
    """Yield the questions that do not yet force a name into place."""
    yield Question(place, sentence.source, "", How.N_BEST)
    if follows_marks:
        missing = (claims.by_sentence[place][number].mention for number in mended.missing)
        marked = mark(sentence.source, ((one.start, one.end, one.english[0]) for one in missing))
        if marked:
            yield Question(place, marked, "", How.MARKED)


def _pointed(
    place: Place,
    mended: Mended,
    claims: Sequence[Claim],
    sentences: Mapping[Place, Sentence],
    draft: Hypothesis,
) -> Iterator[Question]:
    """Yield the questions that name the missing names."""
    source = sentences[place].source
    missing = [claims[number] for number in mended.missing]
    prefixes = (_prefix(claim, draft) for claim in missing)
    prefix = min(filter(None, prefixes), key=len, default="")
    if prefix:
        yield Question(place, source, prefix, How.CONSTRAINED)
    for claim in sorted(missing, key=lambda claim: -claim.mention.start):
        one = claim.mention
        source = source[: one.start] + one.english[0] + source[one.end :]
    if source != sentences[place].source:  # else it was asked before
        yield Question(place, source, "", How.SUBSTITUTED)


def _prefix(claim: Claim, draft: Hypothesis) -> str:
    """Give the draft up to the first word that attends to the mention, then the right name."""
    one = claim.mention
    starts = [
        link.target_start for link in draft.alignment if one.start <= link.source_start < one.end
    ]
    if not starts:
        return ""
    start = draft.text.rfind(" ", 0, min(starts) + 1) + 1
    return draft.text[:start] + as_placed(one.english[0], draft.text, start)
