"""What is marked in the French is copied, if the sentence bears it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from service.decoding import Decoding, Hypothesis, Link
from service.engines import Engine, workers_of
from service.engines.copying import CopyingEngine
from service.names.marks import mark

FRENCH = "Les entrepôts sont vides."
MARKED = mark(FRENCH, [(4, 13, "warehouses")])
AT = MARKED.index("entrepôts")
WRONG = "The warhouses are empty."
RIGHT = "The warehouses are empty."
START = "The warehouses"
GOOD = Hypothesis(RIGHT, -0.7)
ALIGNED = Hypothesis(WRONG, -0.9, (Link(0, 3, 0, 3), Link(AT, AT + 9, 4, 13)))
PLAIN = Decoding()


@dataclass
class TabledEngine:
    """Answers each segment and prefix from a table, and remembers them."""

    answers: dict[tuple[str, str], Hypothesis]
    name: str = "tabled"
    max_tokens: int = 100
    asked: list[tuple[str, str, Decoding]] = field(default_factory=list)
    workers: list["TabledEngine"] = field(default_factory=list)

    def count_tokens(self, segment: str) -> int:
        """Count words."""
        return len(segment.split())

    def translate(
        self,
        segments: Sequence[str],
        decoding: Decoding,
        prefixes: Sequence[str] | None = None,
    ) -> list[list[Hypothesis]]:
        """Answer from the table."""
        pairs = list(zip(segments, prefixes or [""] * len(segments), strict=True))
        self.asked += [(*pair, decoding) for pair in pairs]
        return [[self.answers[pair]] * decoding.hypotheses for pair in pairs]


def tabled(again: Hypothesis = GOOD, draft: str = WRONG) -> TabledEngine:
    """Give an engine that spells the marked word wrong at first."""
    return TabledEngine(
        {
            (MARKED, ""): Hypothesis(draft, -0.5),
            (MARKED, draft): replace(ALIGNED, text=draft),
            (MARKED, START): again,
        }
    )


def english(engine: Engine, decoding: Decoding = PLAIN, prefix: str = "") -> str:
    """Translate the marked sentence through the engine that copies."""
    return CopyingEngine(engine).translate([MARKED], decoding, [prefix])[0][0].text


def test_a_marked_word_that_is_not_copied_is_forced_where_the_model_put_another() -> None:
    """The model is asked what comes from where, then to go on behind the marked English."""
    engine = tabled()
    assert english(engine) == RIGHT
    assert engine.asked == [
        (MARKED, "", PLAIN),
        (MARKED, WRONG, Decoding(beam_size=1, alignment=True, scored=False)),
        (MARKED, START, PLAIN),
    ]


@pytest.mark.parametrize("draft", [RIGHT, "Warehouses are empty.", "The warehouse is empty."])
def test_what_is_copied_but_for_a_capital_or_a_plural_is_left_alone(draft: str) -> None:
    """Nothing is asked twice."""
    engine = tabled(draft=draft)
    assert english(engine) == draft
    assert len(engine.asked) == 1


@pytest.mark.parametrize(
    "again",
    [
        pytest.param(Hypothesis(RIGHT, -0.86), id="much less likely"),
        pytest.param(Hypothesis("The warehouses of", -0.5, truncated=True), id="cut off"),
        pytest.param(Hypothesis("The warehouses" + " are" * 20, -0.5), id="much longer"),
        pytest.param(Hypothesis("The ware is empty.", -0.4), id="without the word"),
    ],
)
def test_a_sentence_that_suffers_from_what_is_forced_stays_as_it_was(again: Hypothesis) -> None:
    """A right word is not worth a broken sentence."""
    assert english(tabled(again)) == WRONG


def test_a_sentence_that_loses_a_figure_stays_as_it_was() -> None:
    """A score is worth more than its verb."""
    engine = tabled(draft="The 2 warhouses are empty.")
    engine.answers[MARKED, "The 2 warehouses"] = GOOD
    aligned = replace(ALIGNED, alignment=(Link(AT, AT + 9, 6, 15),))
    engine.answers[MARKED, "The 2 warhouses are empty."] = aligned
    assert english(engine) == "The 2 warhouses are empty."


def test_a_name_may_be_less_likely_than_a_word() -> None:
    """Its letters are never likely."""
    shown = mark("Les Makelele.", [(4, 12, "Makelele")])
    engine = TabledEngine(
        {
            (shown, ""): Hypothesis("The Makele.", -0.5),
            (shown, "The Makele."): Hypothesis("The Makele.", -0.9, (Link(11, 19, 4, 10),)),
            (shown, "The Makelele"): Hypothesis("The Makelele.", -0.9),
        }
    )
    assert CopyingEngine(engine).translate([shown], PLAIN)[0][0].text == "The Makelele."


@pytest.mark.parametrize(
    ("french", "forced", "again", "text"),
    [
        ("Moubarak", "Mubarak", "Mubarakak said so.", "Mubarak said so."),
        ("Grass", "Grass", "Grasss said so.", "Grass said so."),
        ("dépôt", "warehouse", "Warehouses said so.", "Warehouses said so."),
        ("Congo", "Congo", "Congoïa's said so.", "Congo's said so."),
    ],
)
def test_a_word_that_the_model_goes_on_to_spell_ends_where_it_was_forced(
    french: str, forced: str, again: str, text: str
) -> None:
    """But a plural may be right."""
    shown = mark(french, [(0, len(french), forced)])
    start = forced[0].upper() + forced[1:]
    engine = TabledEngine(
        {
            (shown, ""): Hypothesis("Mob said so.", -0.5),
            (shown, "Mob said so."): Hypothesis("Mob said so.", -0.5, (Link(7, 9, 0, 3),)),
            (shown, start): Hypothesis(again, -0.5),
        }
    )
    assert CopyingEngine(engine).translate([shown], PLAIN)[0][0].text == text


def test_two_words_are_forced_one_after_the_other() -> None:
    """The second stands behind the first, where the model goes on."""
    shown = mark("Noix, poires.", [(0, 4, "nuts"), (6, 12, "pears")])
    second = shown.index("poires")
    engine = TabledEngine(
        {
            (shown, ""): Hypothesis("Nots, poars.", -0.5),
            (shown, "Nots, poars."): Hypothesis("Nots, poars.", -0.5, (Link(7, 11, 0, 4),)),
            (shown, "Nuts"): Hypothesis("Nuts, poars.", -0.5),
            (shown, "Nuts, poars."): Hypothesis(
                "Nuts, poars.", -0.5, (Link(second, second + 6, 6, 11),)
            ),
            (shown, "Nuts, pears"): Hypothesis("Nuts, pears.", -0.5),
        }
    )
    assert CopyingEngine(engine).translate([shown], PLAIN)[0][0].text == "Nuts, pears."


def test_a_word_that_has_no_place_in_the_english_is_not_forced() -> None:
    """Where nothing comes from the marked word, there is nothing to write over."""
    engine = tabled()
    engine.answers[MARKED, WRONG] = Hypothesis(WRONG, -0.9, (Link(0, 3, 0, 3),))
    assert english(engine) == WRONG
    assert len(engine.asked) == 2


def test_a_forced_word_that_begins_the_sentence_has_its_capital() -> None:
    """As any first word has."""
    engine = tabled(draft="Warhouses are empty.")
    engine.answers[MARKED, "Warhouses are empty."] = Hypothesis(
        "Warhouses are empty.", -0.9, (Link(AT, AT + 9, 0, 9),)
    )
    engine.answers[MARKED, "Warehouses"] = Hypothesis("Warehouses are empty.", -0.6)
    assert english(engine) == "Warehouses are empty."


@pytest.mark.parametrize(
    ("decoding", "prefix"),
    [(Decoding(hypotheses=4), ""), (Decoding(alignment=True), ""), (PLAIN, "The war")],
    ids=repr,
)
def test_who_wants_hypotheses_or_links_or_forces_a_beginning_gets_what_the_model_says(
    decoding: Decoding, prefix: str
) -> None:
    """The ladder of names has its own way with them."""
    engine = tabled()
    engine.answers[MARKED, prefix] = Hypothesis(WRONG, -0.5)
    assert english(engine, decoding, prefix) == WRONG
    assert len(engine.asked) == 1


def test_only_sentences_that_lack_something_are_asked_again() -> None:
    """The others keep their place and their translation."""
    engine = tabled()
    engine.answers |= {(text, ""): Hypothesis(text.upper(), -0.1) for text in ("a", "b")}
    translated = CopyingEngine(engine).translate(["a", MARKED, "b"], PLAIN)
    assert [best.text for (best,) in translated] == ["A", RIGHT, "B"]
    assert [asked[0] for asked in engine.asked] == ["a", MARKED, "b", MARKED, MARKED]


def test_a_translation_that_leaves_no_room_for_a_beginning_stays_as_it_was() -> None:
    """A prefix may not be longer than the model takes."""
    engine = tabled()
    engine.max_tokens = 19
    assert english(engine) == WRONG


def test_an_engine_that_copies_has_as_many_workers_as_the_one_inside() -> None:
    """A scheduler gives each a batch of its own, and each of them copies."""
    inside = tabled()
    inside.workers = [tabled(), tabled()]
    workers = workers_of(CopyingEngine(inside))
    assert [worker.translate([MARKED], PLAIN)[0][0].text for worker in workers] == [RIGHT, RIGHT]
    assert not inside.asked


def test_the_bundled_model_copies_a_word_that_it_would_spell_wrong(ct2_engine: Engine) -> None:
    """Left alone it writes `warhouses`."""
    shown = mark("Les entrepôts militaires sont vides depuis lundi.", [(4, 13, "warehouses")])
    assert "warehouses" in ct2_engine.translate([shown], PLAIN)[0][0].text
