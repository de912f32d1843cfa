"""Ask the model again about sentences whose names cannot be mended cheaply, the surest rung first.

A model that was trained to follow marks is shown the missing names in the French ("marked"), then
gets the English names in the place of the French ("substituted"). What is still missing: other
hypotheses of the same sentence ("n-best"), with the alignment of the best; then the best hypothesis
cut off where the wrong name begins, the right name put there, the rest decoded anew
("constrained"). Other models are asked for those first, and "substituted" beside the last. Each
rung asks about all its sentences in one call. A hypothesis is taken only if it meets more claims,
loses none, is about as long and about as likely.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from math import inf

from service.article import How, Sentence
from service.decoding import Decoding, Hypothesis, Translate
from service.names.marks import mark
from service.names.match import as_placed
from service.names.mend import Claim, Claims, Mended, Place, credit, loses, mend

HYPOTHESES = 4
SHOWN = 2  # the same of a sentence whose names are shown: a narrower search finds them as well
# A hypothesis this much shorter or longer than the translation that it would replace is another
# sentence, whatever its names.
SHORTEST, LONGEST = 0.6, 1.6
# Characters. A longer sentence is cut into many segments, of which each hypothesis is a mixture.
LONGEST_ASKED = 2000
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
Rung = Callable[[Place, Mended, Claims, Mapping[Place, Sentence]], list[Question]]


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
        sentences: the French, and how likely its English was.
        translate: called four times at most, not at all if nothing is missing.
        follows_marks: the model was trained with marked terms.
    """
    done = {
        place: one for place, one in mended.items() if len(sentences[place].source) <= LONGEST_ASKED
    }
    first: tuple[Rung, ...] = (_marked, _substituted) if follows_marks else ()
    last: tuple[Rung, ...] = () if follows_marks else (_substituted,)
    for rung in first:
        _show(rung, done, claims, sentences, translate)
    drafts = _ask_again(done, claims, sentences, translate)
    _force(last, done, drafts, claims, sentences, translate)
    return {**mended, **done}


def _show(
    rung: Rung,
    done: dict[Place, Mended],
    claims: Claims,
    sentences: Mapping[Place, Sentence],
    translate: Translate,
) -> None:
    """Ask about every unfinished sentence with its missing names in the French."""
    questions = [
        question for place, one in done.items() for question in rung(place, one, claims, sentences)
    ]
    for question, hypotheses in _ask(questions, translate, beam=SHOWN):
        place = question.place
        floor = _floor(sentences[place].score)
        done[place] = _best(done[place], [(question, hypotheses)], claims, floor)


def _ask_again(
    done: dict[Place, Mended],
    claims: Claims,
    sentences: Mapping[Place, Sentence],
    translate: Translate,
) -> dict[Place, Hypothesis]:
    """Ask for other hypotheses of every unfinished sentence; give the best of what stays so."""
    drafts: dict[Place, Hypothesis] = {}
    questions = [
        Question(place, sentences[place].source, "", How.N_BEST)
        for place, one in done.items()
        if one.missing
    ]
    for question, hypotheses in _ask(questions, translate, alignment=True):
        place = question.place
        done[place] = _best(done[place], [(question, hypotheses)], claims)
        if hypotheses and done[place].missing:
            drafts[place] = hypotheses[0]
    return drafts


def _force(
    rungs: Sequence[Rung],
    done: dict[Place, Mended],
    drafts: Mapping[Place, Hypothesis],
    claims: Claims,
    sentences: Mapping[Place, Sentence],
    translate: Translate,
) -> None:
    """Ask with the missing names forced into the English, and by further rungs in the same call."""
    questions: list[Question] = []
    for place, draft in drafts.items():
        questions += _constrained(place, done[place], claims, sentences, draft)
        for rung in rungs:
            questions += rung(place, done[place], claims, sentences)
    answers = _ask(questions, translate)
    for place, mine in groupby(answers, key=lambda answer: answer[0].place):
        done[place] = _best(done[place], list(mine), claims, _floor(drafts[place].score))


def _floor(score: float | None) -> float:
    """Say how likely a sentence must be to replace one of this score."""
    return -inf if score is None else score - DOUBT


def _ask(
    questions: Sequence[Question],
    translate: Translate,
    *,
    alignment: bool = False,
    beam: int = HYPOTHESES,
) -> Iterator[Answer]:
    if questions:
        decoding = Decoding(beam_size=beam, hypotheses=beam, alignment=alignment)
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
            if not best.missing and hypothesis.score <= (best.score or 0.0):
                continue  # however it is mended, it is no better
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


def _marked(
    place: Place, mended: Mended, claims: Claims, sentences: Mapping[Place, Sentence]
) -> list[Question]:
    """Ask with the missing names marked, if any are missing and can be."""
    missing = (claims.by_sentence[place][number].mention for number in mended.missing)
    terms = [(one.start, one.end, one.english[0]) for one in missing]
    shown = mark(sentences[place].source, terms) if terms else ""
    return [Question(place, shown, "", How.MARKED)] if shown else []


def _substituted(
    place: Place, mended: Mended, claims: Claims, sentences: Mapping[Place, Sentence]
) -> list[Question]:
    """Ask with the missing names in English, if any are missing and are not so already."""
    source = sentences[place].source
    missing = [claims.by_sentence[place][number].mention for number in mended.missing]
    for one in sorted(missing, key=lambda mention: -mention.start):
        source = source[: one.start] + one.english[0] + source[one.end :]
    changed = source != sentences[place].source
    return [Question(place, source, "", How.SUBSTITUTED)] if changed else []


def _constrained(
    place: Place,
    mended: Mended,
    claims: Claims,
    sentences: Mapping[Place, Sentence],
    draft: Hypothesis,
) -> list[Question]:
    """Ask with the first missing name that has a place in the draft put there."""
    missing = (claims.by_sentence[place][number] for number in mended.missing)
    prefixes = (_prefix(claim, draft) for claim in missing)
    prefix = min(filter(None, prefixes), key=len, default="")
    return [Question(place, sentences[place].source, prefix, How.CONSTRAINED)] if prefix else []


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
