"""Ask the model again about sentences whose names cannot be mended cheaply, the surest rung first.

A model that was trained to follow marks is shown the missing names in the French ("marked"). What
is still missing: other hypotheses of the same sentence ("n-best"), with the alignment of the best;
then the best hypothesis cut off where the wrong name begins, the right name put there, the rest
decoded anew ("constrained"). A model without marks gets, in the same call, the sentence with the
English name in the place of the French ("substituted"); after marks that brought nothing more. Each
rung asks about all its sentences in one call. A hypothesis is taken only if it meets more claims,
loses none, is about as long and about as likely, and as sound.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from math import inf

from service.article import How, Sentence
from service.decoding import Decoding, Hypothesis, Translate
from service.names.force import beginning, is_whole
from service.names.marks import mark
from service.names.mend import Claim, Claims, Mended, Place, credit, loses, mend

HYPOTHESES = 4
SHOWN = 2  # the same of a sentence whose names are shown: a narrower search finds them as well
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
Sound = Callable[[str, str], bool]  # of French and English: nothing in the English is surely wrong


def climb(
    mended: Mapping[Place, Mended],
    claims: Claims,
    sentences: Mapping[Place, Sentence],
    translate: Translate,
    is_sound: Sound,
    *,
    follows_marks: bool = False,
) -> dict[Place, Mended]:
    """Improve every sentence with unmet claims as far as the model can.

    Args:
        mended: each sentence after the cheap rungs.
        claims: what each sentence must show.
        sentences: the French, and how likely its English was.
        translate: called three times at most, not at all if nothing is missing.
        is_sound: a sentence that is sound is not given up for one that is not.
        follows_marks: the model was trained with marked terms.
    """
    done = {
        place: one for place, one in mended.items() if len(sentences[place].source) <= LONGEST_ASKED
    }
    ladder = Ladder(done, claims, sentences, translate, is_sound)
    if follows_marks:
        ladder.show()
    ladder.force(ladder.ask_again(), substitute=not follows_marks)
    return {**mended, **done}


@dataclass(frozen=True, slots=True)
class Ladder:
    """The sentences of an article on their way up; `done` is where each has come to."""

    done: dict[Place, Mended]
    claims: Claims
    sentences: Mapping[Place, Sentence]
    translate: Translate
    is_sound: Sound

    def show(self) -> None:
        """Ask about every unfinished sentence with its missing names marked."""
        questions = [question for place in self.done for question in self.marked(place)]
        for question, hypotheses in self._ask(questions, beam=SHOWN):
            floor = _floor(self.sentences[question.place].score)
            self._take(question.place, [(question, hypotheses)], floor)

    def ask_again(self) -> dict[Place, Hypothesis]:
        """Ask for other hypotheses of every unfinished sentence; give the best of what stays so."""
        drafts: dict[Place, Hypothesis] = {}
        questions = [
            Question(place, self.sentences[place].source, "", How.N_BEST)
            for place, one in self.done.items()
            if one.missing
        ]
        for question, hypotheses in self._ask(questions, alignment=True):
            self._take(question.place, [(question, hypotheses)])
            if hypotheses and self.done[question.place].missing:
                drafts[question.place] = hypotheses[0]
        return drafts

    def force(self, drafts: Mapping[Place, Hypothesis], *, substitute: bool) -> None:
        """Ask with the missing names forced into the English, or also put into the French."""
        questions: list[Question] = []
        for place, draft in drafts.items():
            questions += self.constrained(place, draft)
            questions += self.substituted(place) if substitute else []
        for place, mine in groupby(self._ask(questions), key=lambda answer: answer[0].place):
            self._take(place, list(mine), _floor(drafts[place].score))

    def marked(self, place: Place) -> list[Question]:
        """Ask with the missing names marked, if any are missing and can be."""
        terms = [
            (one.mention.start, one.mention.end, one.mention.english[0])
            for one in self._missing(place)
        ]
        shown = mark(self.sentences[place].source, terms) if terms else ""
        return [Question(place, shown, "", How.MARKED)] if shown else []

    def substituted(self, place: Place) -> list[Question]:
        """Ask with the missing names in English, if any are missing and are not so already."""
        source = self.sentences[place].source
        for claim in sorted(self._missing(place), key=lambda claim: -claim.mention.start):
            one = claim.mention
            source = source[: one.start] + one.english[0] + source[one.end :]
        changed = source != self.sentences[place].source
        return [Question(place, source, "", How.SUBSTITUTED)] if changed else []

    def constrained(self, place: Place, draft: Hypothesis) -> list[Question]:
        """Ask with the first missing name that has a place in the draft put there."""
        mentions = (claim.mention for claim in self._missing(place))
        prefixes = (beginning(draft, one.start, one.end, one.english[0]) for one in mentions)
        prefix = min(filter(None, prefixes), key=len, default="")
        source = self.sentences[place].source
        return [Question(place, source, prefix, How.CONSTRAINED)] if prefix else []

    def _missing(self, place: Place) -> list[Claim]:
        return [self.claims.by_sentence[place][number] for number in self.done[place].missing]

    def _ask(
        self, questions: Sequence[Question], *, alignment: bool = False, beam: int = HYPOTHESES
    ) -> Iterator[Answer]:
        if questions:
            decoding = Decoding(beam_size=beam, hypotheses=beam, alignment=alignment)
            answers = self.translate(
                [question.source for question in questions],
                decoding,
                [question.prefix for question in questions],
            )
            yield from zip(questions, answers, strict=True)

    def _take(self, place: Place, answers: Sequence[Answer], floor: float = -inf) -> None:
        """Take the hypothesis that meets most claims, the likeliest of equals, if any does."""
        before = best = self.done[place]
        for question, hypotheses in answers:
            for hypothesis in hypotheses:
                if not best.missing and hypothesis.score <= (best.score or 0.0):
                    continue  # however it is mended, it is no better
                after = mend(hypothesis.text, self.claims.by_sentence[place], self.claims.protected)
                after = replace(credit(before, after, question.how), score=hypothesis.score)
                fit = hypothesis.score >= floor and is_whole(hypothesis, before.target)
                gains = not loses(before, after) and _is_better(after, best, before)
                if fit and gains and self._is_as_sound(place, after):
                    best = after
        self.done[place] = best

    def _is_as_sound(self, place: Place, after: Mended) -> bool:
        source, before = self.sentences[place].source, self.done[place]
        return self.is_sound(source, after.target) or not self.is_sound(source, before.target)


def _floor(score: float | None) -> float:
    """Say how likely a sentence must be to replace one of this score."""
    return -inf if score is None else score - DOUBT


def _is_better(after: Mended, best: Mended, before: Mended) -> bool:
    """Tell whether more claims are met, or as many by a likelier hypothesis."""
    if len(after.missing) != len(best.missing) or best is before:
        return len(after.missing) < len(best.missing)
    return (after.score or 0.0) > (best.score or 0.0)
