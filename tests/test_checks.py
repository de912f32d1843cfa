"""Flags on an article, and the second try at its worst sentences."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from service import checks
from service.article import (
    Article,
    Flag,
    FlagKind,
    How,
    Mention,
    Name,
    NameType,
    Origin,
    Paragraph,
    Role,
    Sentence,
    Severity,
)
from service.decoding import Decoding, Hypothesis

CUT_OFF = Flag(FlagKind.TRUNCATED, Severity.RED, "the model did not come to the sentence's end")
PAIRS = [("Il a 32 ans.", "He is 23."), ("Il est venu hier.", "He came yesterday.")]


def article(pairs: Sequence[tuple[str, str]], role: Role = Role.TEXT) -> Article:
    """Make a translated article of one paragraph."""
    sentences = tuple(Sentence(0, 0, french, english, score=-0.5) for french, english in pairs)
    return Article("", (Paragraph(0, 0, sentences, role),))


def kinds(result: Article) -> list[list[FlagKind]]:
    """List the kinds of flag of each sentence."""
    return [[flag.kind for flag in sentence.flags] for _, _, sentence in result.sentences()]


class Translator:
    """Answers every sentence of a call alike, and counts the calls."""

    def __init__(self, *answers: Hypothesis) -> None:
        self.answers = list(answers)
        self.calls: list[tuple[list[str], Decoding]] = []

    def __call__(
        self,
        sentences: Sequence[str],
        decoding: Decoding = Decoding(),
        prefixes: Sequence[str] | None = None,
    ) -> list[list[Hypothesis]]:
        """Give the next answer."""
        self.calls.append((list(sentences), decoding))
        answer = self.answers[len(self.calls) - 1]
        return [[answer] for _ in sentences]


def test_flag_marks_what_is_wrong_and_leaves_the_rest() -> None:
    """Each sentence gets its own flags."""
    assert kinds(checks.flag(article(PAIRS))) == [[FlagKind.NUMBERS], []]


def test_nothing_for_something_is_red() -> None:
    """An empty translation is never passed off as one."""
    (flag,) = checks.examine("Il est venu.", " ")
    assert (flag.kind, flag.severity) == (FlagKind.UNTRANSLATED, Severity.RED)


def test_the_source_posing_as_a_translation_is_red() -> None:
    """The French text is no English."""
    (flag,) = checks.examine("Il est venu hier.", "Il est venu hier.")
    assert (flag.kind, flag.severity) == (FlagKind.UNTRANSLATED, Severity.RED)


def test_nothing_for_nothing_is_fine() -> None:
    """A blank has nothing to translate."""
    assert checks.examine(" ", "") == ()


def test_a_dateline_and_a_row_of_stars_are_not_translations() -> None:
    """What is copied on purpose is not flagged as left in French."""
    dateline = article([("date 2017-11 et plus", "date 2017-11 et plus")], Role.DATELINE)
    assert kinds(checks.flag(dateline)) == [[]]
    assert kinds(checks.flag(article([("* * *", "* * *")]))) == [[]]


def test_flags_of_the_engine_and_of_names_are_kept() -> None:
    """Only they know that a sentence was cut off or a name is unresolved."""
    ours = article([("Il est venu", "He came")])
    marked = ours.with_sentences(
        {(0, 0): replace(ours.paragraphs[0].sentences[0], flags=(CUT_OFF,))}
    )
    once = checks.flag(marked)
    assert once.paragraphs[0].sentences[0].flags == (CUT_OFF,)
    assert checks.flag(once) == once


def test_a_name_that_was_settled_is_not_doubted() -> None:
    """A glossary may call a name what it likes."""
    doubtful = article([("Il a vu Durand hier.", "He saw Smith yesterday.")])
    mention = Mention(0, 0, 9, 15, "Durand", How.SUBSTITUTED, 7, 12, "Smith")
    name = Name("Smith", NameType.PERSON, Origin.REQUEST, (mention,))
    assert kinds(checks.flag(doubtful)) == [[FlagKind.NAME]]
    assert kinds(checks.flag(replace(doubtful, names=(name,)))) == [[]]


def test_mend_asks_twice_for_all_red_sentences_and_for_no_other() -> None:
    """The second try costs two calls however many sentences are red, and none if none is."""
    red = [*PAIRS, ("Elle a 54 ans.", "She is 45.")]
    translate = Translator(Hypothesis("He is 23.", -0.4), Hypothesis("He is 23.", -0.4))
    checks.mend(article(red), translate)
    assert [sentences for sentences, _ in translate.calls] == [
        ["Il a 32 ans.", "Elle a 54 ans."]
    ] * 2
    assert translate.calls[1][1].max_segment_tokens > 0
    untroubled = article(PAIRS[1:])
    idle = Translator()
    assert checks.mend(untroubled, idle) == untroubled
    assert idle.calls == []


@pytest.mark.parametrize(
    ("whole", "pieces", "kept", "score"),
    [
        (Hypothesis("He is 32.", -0.9), Hypothesis("He is 23.", -0.1), "He is 32.", -0.9),
        (Hypothesis("He is 32.", -0.9), Hypothesis("He is aged 32.", -0.3), "He is aged 32.", -0.3),
        (Hypothesis("He is 45.", -0.9), Hypothesis("", -0.1), "He is 23.", -0.5),
        (Hypothesis("Il a 32 ans.", -0.1), Hypothesis("", 0), "He is 23.", -0.5),
    ],
)
def test_mend_keeps_the_better_by_flags_then_by_score(
    whole: Hypothesis, pieces: Hypothesis, kept: str, score: float
) -> None:
    """A higher score never buys a red flag; what is no better changes nothing."""
    mended = checks.mend(article(PAIRS[:1]), Translator(whole, pieces))
    sentence = mended.paragraphs[0].sentences[0]
    assert (sentence.target, sentence.score) == (kept, score)


def test_mend_forgets_that_a_sentence_was_cut_off_once_it_is_whole() -> None:
    """The flag belongs to the translation that was replaced."""
    ours = article([("Il est venu hier.", "He came")])
    cut = ours.with_sentences({(0, 0): replace(ours.paragraphs[0].sentences[0], flags=(CUT_OFF,))})
    answer = Hypothesis("He came yesterday.", -0.9)
    assert checks.mend(cut, Translator(answer, answer)).paragraphs[0].sentences[0].flags == ()


def test_a_correction_is_told_for_good() -> None:
    """The reader learns what the model wrote, whatever the checks find afterwards."""
    (sentence,) = article([("Il est venu lundi.", "")]).paragraphs[0].sentences
    answer = Hypothesis("He came on Monday.", -0.4, corrected=(("Friday", "Monday"),))
    drafted = checks.drafted(sentence, answer)
    (flag,) = drafted.flags
    assert (flag.kind, flag.severity) == (FlagKind.CORRECTED, Severity.AMBER)
    assert flag.detail == "“Friday” in the model's English, now “Monday”"
    whole = article([("Il est venu lundi.", "")]).with_sentences({(0, 0): drafted})
    assert checks.flag(whole).paragraphs[0].sentences[0].flags == (flag,)


@pytest.mark.parametrize(
    ("score", "share"),
    [(-9.0, 0.0), (-3.0, 0.0), (-2.0, 0.25), (-1.0, 0.5), (-0.5, 0.75), (0.0, 1.0), (0.5, 1.0)],
)
def test_confidence_is_the_share_of_sentences_that_score_lower(score: float, share: float) -> None:
    """Between two entries of the table the share grows evenly."""
    assert checks.confidence(score, [-3.0, -1.0, 0.0]) == pytest.approx(share)


def test_confidence_stands_equal_entries_of_the_table() -> None:
    """Many sentences may share a score."""
    assert checks.confidence(-1.0, [-2.0, -1.0, -1.0, -1.0, 0.0]) == pytest.approx(0.75)


def test_a_sentence_is_rated_by_the_scores_of_ordinary_ones() -> None:
    """Half of the ordinary sentences score below the median; without scores nothing is said."""
    sentence = Sentence(0, 10, "Il dort.", "He sleeps.", score=-0.5)
    article = Article("Il dort.", (Paragraph(0, 10, (sentence,)),))
    rated = checks.rate(article, [-1.0, -0.5, -0.25])
    assert rated.paragraphs[0].sentences[0].confidence == 0.5
    assert checks.rate(article, []).paragraphs[0].sentences[0].confidence is None
