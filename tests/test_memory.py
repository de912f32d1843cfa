"""Translation memory without a store: what is the same sentence, and what may be kept."""

from collections.abc import Sequence

import pytest

from service.article import MemoryHit
from service.errors import BadInput
from service.memory import LONGEST, LONGEST_NOTE, Pair, key, normalised, recall, require_sound
from service.split import split


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("L’heure est venue.", "L'heure est venue."),
        ("Il dit : « non »", "Il\u00a0dit\u202f:\n«\u00a0non »  "),
        ("“oui”", '"oui"'),
        ("e\u0301té", "été"),
    ],
)
def test_typography_makes_no_other_sentence(one: str, other: str) -> None:
    """Programs write blanks, quotes and accents in different ways."""
    assert key(one) == key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Il dort.", "il dort."), ("Il dort.", "Il dort"), ("du", "dû")]
)
def test_what_reads_otherwise_is_another_sentence(one: str, other: str) -> None:
    """Case, marks and stops can mean something."""
    assert key(one) != key(other)


def test_normalised_text_reads_as_before() -> None:
    """It is compared, and shown to nobody."""
    assert normalised("  L’« été »\u00a0!") == "L'« été » !"


@pytest.mark.parametrize(
    "pair",
    [
        Pair("", "English"),
        Pair("Français", " \n"),
        Pair("a" * (LONGEST + 1), "b"),
        Pair("a", "b", "c" * (LONGEST_NOTE + 1)),
        Pair("a\0", "b"),
        Pair("a", "b\ud800"),
    ],
)
def test_what_is_no_pair_is_refused_by_number(pair: Pair) -> None:
    """Nothing of that kind reaches a database."""
    with pytest.raises(BadInput, match="pair 2: "):
        require_sound([Pair("Un chat.", "A cat."), pair], where="pairs")


class Asked:
    """A memory that knows “Un chat.”, and what it was asked."""

    def __init__(self) -> None:
        self.sentences: list[str] = []

    def look_up(self, sentences: Sequence[str]) -> list[MemoryHit | None]:
        """Find what is there."""
        self.sentences += sentences
        known = MemoryHit(1.0, "Un chat.", "A cat.")
        alike = MemoryHit(0.8, "Un chat.", "A cat.")
        return [{"Un chat.": known, "Un rat.": alike}.get(one) for one in sentences]


def test_only_what_would_be_translated_is_looked_up() -> None:
    """A dateline and figures are copied in any case."""
    memory = Asked()
    article = recall(split("date 2017-11\n\nUn chat. Un rat. Un veau.\n\n12 %"), memory)
    assert memory.sentences == ["Un chat.", "Un rat.", "Un veau."]
    known, alike, unknown = article.paragraphs[1].sentences
    assert (known.target, known.is_confirmed) == ("A cat.", True)
    assert (alike.target, alike.is_confirmed) == ("", False)
    assert alike.memory is not None
    assert unknown.memory is None


def test_no_memory_changes_nothing() -> None:
    """It is off unless it is asked for, and not asked about nothing."""
    article = split("Un chat.")
    assert recall(article, None) is article
    memory = Asked()
    recall(split("12 %"), memory)
    assert memory.sentences == []
