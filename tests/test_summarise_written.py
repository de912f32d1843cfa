"""A summary that a model writes: read whole, held against the article, else replaced."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

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
    Sentence,
    Severity,
    Summary,
    WrittenSummary,
)
from service.errors import EngineFailed
from service.summarise import summarise, write_summary
from service.summarise.accept import repair, strange_names
from service.summarise.written import MOST_WINDOWS, Refused, windows

PAIRS = [
    ("Le président Poutine a reçu mardi Bachar Al-Assad à Sotchi pour parler de la Syrie.",
     "President Putin received Bashar al-Assad in Sochi on Tuesday to talk about Syria."),
    ("La rencontre a duré quatre heures, selon les services de la présidence russe.",
     "The meeting lasted four hours, according to the services of the Russian presidency."),
    ("Les deux hommes ont parlé de la fin des opérations militaires dans le pays.",
     "The two men talked about the end of military operations in the country."),
]  # fmt: skip
FIRST = PAIRS[0][1]
NAMES = (
    ("Vladimir Putin", "Poutine", "Putin", 0, 13),
    ("Bashar al-Assad", "Bachar Al-Assad", "Bashar al-Assad", 0, 35),
    ("Sochi", "Sotchi", "Sochi", 0, 53),
)


class Stub:
    """Writes from a list, and remembers what it was asked."""

    name = "stub"
    sha256 = "5" * 64

    def __init__(self, *answers: str, language: str = "en", max_tokens: int = 500) -> None:
        self.answers = list(answers)
        self.language = language
        self.max_tokens = max_tokens
        self.asked: list[list[str]] = []

    def count_tokens(self, text: str) -> int:
        """Count words."""
        return len(text.split())

    def write(self, texts: Sequence[str], words: int) -> list[str]:
        """Give the next answer to each text."""
        self.asked.append(list(texts))
        return [self.answers.pop(0) for _ in texts]


class Broken(Stub):
    """Gives up."""

    def write(self, texts: Sequence[str], words: int) -> list[str]:
        """Raise `EngineFailed`."""
        raise EngineFailed("the summariser is busy with other articles")


def article() -> Article:
    """Make an article with a ledger."""
    sentences = tuple(Sentence(0, 0, french, english) for french, english in PAIRS)
    names = tuple(
        Name(canonical, NameType.PERSON, Origin.BUILT_IN, (
            Mention(0, s, start, start + len(source), source, How.MODEL, 0, len(target), target),
        ))
        for canonical, source, target, s, start in NAMES
    )  # fmt: skip
    return Article("", (Paragraph(0, 0, sentences),), names=names)


def written(stub: Stub, words: int = 30) -> Summary:
    """Have the stub write."""
    made = article()
    return write_summary(made, words, stub, summarise(made, words))


def test_a_faithful_summary_is_shown_with_the_sentences_that_support_it() -> None:
    """The other language is not the same sentence for sentence, and is marked so."""
    text = "President Putin received Bashar al-Assad in Sochi. The meeting lasted four hours."
    summary = written(Stub(text))
    assert summary.written is not None
    assert summary.written == WrittenSummary(text, "en", "stub", "5" * 64)
    assert not summary.aligned
    assert [(pair.sentence, pair.source) for pair in summary.pairs] == [
        (0, PAIRS[0][0]), (1, PAIRS[1][0]),
    ]  # fmt: skip


def test_a_french_summariser_reads_and_writes_french() -> None:
    """Its English side is the translation of the sentences that support it."""
    stub = Stub("La rencontre a duré quatre heures.", language="fr")
    summary = written(stub)
    assert stub.asked == [[" ".join(french for french, _ in PAIRS)]]
    assert summary.written is not None
    assert summary.written.language == "fr"
    assert [pair.target for pair in summary.pairs] == [PAIRS[1][1]]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "it is empty"),
        ("War was declared in the north by nobody.", "only 0% of its word triples are in the art"),
        (f"{FIRST} It was the 7th visit.", "the number “7” is not in the article"),
        (f"{FIRST} Donald Trump left.", "the name “Trump” is not in the article in this form"),
        ("word " * 40 + "ends.", "its first sentence does not fit in 30 words"),
    ],
)
def test_what_cannot_be_trusted_is_replaced_and_the_note_says_why(text: str, reason: str) -> None:
    """The chosen sentences are the net."""
    summary = written(Stub(text))
    assert summary.written is None
    assert summary.pairs == summarise(article(), 30).pairs
    assert summary.note.startswith("The summary written by stub was not used: ")
    assert reason in summary.note


def test_a_summariser_that_gives_up_costs_no_article() -> None:
    """The reason is in the note."""
    summary = written(Broken())
    assert summary.pairs
    assert summary.note.endswith("the summariser is busy with other articles.")


@pytest.mark.parametrize(
    "wrong",
    ["President Poutine received Bachar Al-Assad", "President Putyin received Bashar al-Asad"],
)
def test_a_name_is_brought_into_its_form_of_the_ledger(wrong: str) -> None:
    """French forms and misspelt ones are mended before the summary is judged."""
    summary = written(Stub(f"{wrong} in Sochi on Tuesday to talk about Syria."))
    assert summary.written is not None
    assert summary.written.text == FIRST


def test_a_name_of_a_doubtful_sentence_is_no_proof_of_itself() -> None:
    """A form that names has flagged may not come into a summary."""
    made = article()
    doubtful = Flag(FlagKind.NAME, Severity.AMBER, "")
    odd = replace(made.paragraphs[0].sentences[1], target="In Gneva it ended.", flags=(doubtful,))
    made = made.with_sentences({(0, 1): odd})
    assert list(strange_names("It ended in Gneva.", made, "en")) == ["Gneva"]
    assert list(strange_names("The two men met in Sochi.", made, "en")) == []
    assert repair("It ended in Gneva.", made) == "It ended in Gneva."


def test_a_long_article_is_read_in_windows_of_whole_sentences() -> None:
    """Every sentence is read once, and the summaries of windows are summarised."""
    stub = Stub("Putin received Assad.", "It lasted hours.", "They talked.", FIRST, max_tokens=15)
    summary = written(stub)
    assert stub.asked == [
        [english for _, english in PAIRS],
        ["Putin received Assad. It lasted hours. They talked."],
    ]
    assert summary.written is not None


def test_a_sentence_longer_than_a_window_is_parted_and_nothing_is_lost() -> None:
    """No word is cut away to make it fit."""
    long = ", ".join(f"word{n} word{n}" for n in range(20)) + "."
    packed = windows([long], Stub(max_tokens=10))
    assert all(len(window.split()) <= 10 for window in packed)
    assert " ".join(packed).split() == long.split()


def test_a_book_is_refused_rather_than_cut() -> None:
    """Nobody waits an hour for a summary."""
    with pytest.raises(Refused, match="longer than 32 times"):
        windows(
            ["Eight words are in this sentence of mine."] * (MOST_WINDOWS + 1), Stub(max_tokens=8)
        )


def test_summaries_that_do_not_shorten_are_given_up() -> None:
    """A model that repeats its text would never come to an end."""
    stub = Stub(*[english for _, english in PAIRS], max_tokens=15)
    assert "no shorter than these" in written(stub).note


def test_an_article_that_is_its_own_summary_is_not_sent_to_a_model() -> None:
    """Nor is one without prose, nor where none is wanted."""
    stub = Stub()
    for words in (0, 100):
        assert written(stub, words).note
    assert stub.asked == []
