"""Stored glossaries: versions, changes, and many writers at once, on SQLite and on PostgreSQL."""

import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.article import GlossaryVersion, NameType, Origin
from service.errors import BadGlossary, BadInput, NotFound, Outdated, StoreUnavailable
from service.names.glossary import Term
from service.names.limits import LONGEST_FORM, MOST_FORMS, MOST_TERMS
from service.store import Store, open_store
from service.store.changes import Change, patched
from service.store.glossaries import Glossaries
from service.store.shelf import Reference, Shelf, reference_of
from tests.databases import PostgresServer

MOSCOW = Term(("Moscou",), ("Moscow",), NameType.PLACE)
SOCHI = Term(("Sotchi", "Sotchy"), ("Sochi",), NameType.PLACE, note="on the Black Sea")
EI = Term(("EI",), ("IS", "Islamic State"), NameType.ORGANISATION, case_sensitive=True)
STRANGE = Term(("'; DROP TABLE glossaries; --", '%s {0} \\ "“'), ("🇫🇷 <b>&amp;\t(.*)", "العربية"))


@pytest.fixture
def glossaries(store: Store) -> Glossaries:
    """The glossaries of an empty store."""
    return Glossaries(store)


def terms_of(glossaries: Glossaries, glossary_id: str, version: int | None = None) -> list[Term]:
    """Read the terms of a version."""
    return list(glossaries.read(glossary_id, version=version)[1])


def test_a_glossary_comes_back_as_it_was_stored(glossaries: Glossaries) -> None:
    """Terms keep their order, forms, type, case rule and note, whatever characters they hold."""
    terms = [SOCHI, STRANGE, EI, MOSCOW]
    made = glossaries.create("Desk’s “own” %", terms)
    told, glossary = glossaries.read(made.id)
    assert told == made == glossaries.get(made.id)
    assert (made.name, made.version, made.size) == ("Desk’s “own” %", 1, 4)
    assert list(glossary) == terms
    assert {layer.origin for layer in glossary.layers} == {Origin.STORED}


def test_every_change_makes_a_version_that_can_be_read_again(glossaries: Glossaries) -> None:
    """Old versions stay what they were, names included."""
    made = glossaries.create("a", [MOSCOW, SOCHI])
    assert glossaries.patch(made.id, Change(put=[EI])).version == 2
    assert glossaries.replace(made.id, [STRANGE], name="b").version == 3
    assert glossaries.patch(made.id, Change(remove=['%s {0} \\ "“'])).version == 4
    told = glossaries.versions(made.id, size=10)
    assert [(one.version, one.name, one.size) for one in told] == [
        (4, "b", 0),
        (3, "b", 1),
        (2, "a", 3),
        (1, "a", 2),
    ]
    assert terms_of(glossaries, made.id, 1) == [MOSCOW, SOCHI]
    assert terms_of(glossaries, made.id, 2) == [MOSCOW, SOCHI, EI]
    assert terms_of(glossaries, made.id, 3) == [STRANGE]
    assert terms_of(glossaries, made.id) == []
    assert glossaries.get(made.id, version=2) == told[2]
    assert glossaries.get(made.id) == told[0]


def test_what_changes_nothing_makes_no_version(glossaries: Glossaries) -> None:
    """The same sent twice is done once."""
    made = glossaries.create("a", [MOSCOW, SOCHI])
    assert glossaries.replace(made.id, [MOSCOW, SOCHI], name="a") == made
    assert glossaries.patch(made.id, Change(put=[SOCHI])) == made
    assert glossaries.patch(made.id, Change(name="b")).version == 2


def test_a_term_may_be_parted_in_two() -> None:
    """Two new terms that replace one old one are both there, the first in its place."""
    both = Term(("Moscou", "Kiev"), ("x",))
    parts = [Term(("Moscou",), ("Moscow",)), Term(("Kiev",), ("Kyiv",))]
    placed = patched({0: both, 1: SOCHI}, Change(put=parts))
    assert list(placed.values()) == [parts[0], SOCHI, parts[1]]


@pytest.mark.parametrize(
    ("change", "after"),
    [
        (Change(put=[EI]), [MOSCOW, SOCHI, EI]),
        (Change(put=[Term(("Moscou",), ("M",))]), [Term(("Moscou",), ("M",)), SOCHI]),
        (Change(put=[Term(("Sotchy", "Moscou"), ("S",))]), [Term(("Sotchy", "Moscou"), ("S",))]),
        (Change(put=[Term(("Moscou",), ("M",), case_sensitive=True)]), None),
        (Change(remove=["Sotchy"]), [MOSCOW]),
        (Change(remove=["Moscou", "Sotchi", "Sotchy"]), []),
        (Change(remove=["Moscou"], put=[MOSCOW]), [MOSCOW, SOCHI]),
    ],
)
def test_a_patch_adds_replaces_and_removes(change: Change, after: list[Term] | None) -> None:
    """A new term takes the place of those that share a form and a case rule with it."""
    placed = patched({0: MOSCOW, 1: SOCHI}, change)
    expected = after if after is not None else [MOSCOW, SOCHI, change.put[0]]
    assert list(placed.values()) == expected


def test_forms_are_compared_as_text(glossaries: Glossaries) -> None:
    """Composed and decomposed accents are one spelling."""
    made = glossaries.create("a", [Term(("Élysée",), ("Elysee",))])
    told = glossaries.patch(made.id, Change(remove=["E\u0301lyse\u0301e"]))
    assert told.size == 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (Change(remove=["Paris"]), "no term has the French form “Paris”"),
        (Change(put=[EI, EI]), "“EI” repeats line 1"),
        (Change(put=[Term(("a\x00",), ("b",))]), "a character that no text contains"),
        (Change(put=[Term(("a",), ("\ud800",))]), "a character that no text contains"),
        (Change(put=[Term(("a" * (LONGEST_FORM + 1),), ("b",))]), "a form over"),
        (Change(put=[Term(tuple(map(str, range(MOST_FORMS + 1))), ("b",))]), "forms"),
        (Change(name=" "), "a name needs"),
        (Change(name="a\x00"), "a name needs"),
    ],
)
def test_what_cannot_be_stored_changes_nothing(
    glossaries: Glossaries, change: Change, message: str
) -> None:
    """A wrong change is refused whole, and says why."""
    made = glossaries.create("a", [MOSCOW])
    with pytest.raises(BadGlossary, match=message):
        glossaries.patch(made.id, change)
    assert glossaries.read(made.id)[0] == made


def test_a_glossary_has_an_end() -> None:
    """No glossary fills the memory of the service."""
    glossaries = Glossaries(open_store("sqlite://"))
    terms = (Term((str(number),), ("x",)) for number in range(MOST_TERMS + 1))
    with pytest.raises(BadGlossary, match="100,001 terms"):
        glossaries.create("a", terms)


def test_pages_hold_every_glossary_once_newest_first(glossaries: Glossaries) -> None:
    """Walking through the pages neither skips nor repeats."""
    made = [glossaries.create(str(number), []) for number in range(5)]
    first = glossaries.page(size=2)
    second = glossaries.page(size=2, after=first[-1].id)
    third = glossaries.page(size=2, after=second[-1].id)
    assert [*first, *second, *third] == made[::-1]
    versions = glossaries.versions(made[0].id, size=1)
    assert glossaries.versions(made[0].id, size=1, before=versions[-1].version) == []


def test_an_owner_sees_only_what_is_theirs(glossaries: Glossaries) -> None:
    """A glossary of somebody else might as well not be there."""
    made = glossaries.create("a", [MOSCOW], owner="me")
    assert glossaries.page("you", size=10) == []
    assert [one.id for one in glossaries.page("me", size=10)] == [made.id]
    for forbidden in (
        lambda: glossaries.read(made.id, "you"),
        lambda: glossaries.versions(made.id, "you", size=1),
        lambda: glossaries.patch(made.id, Change(name="b"), "you"),
        lambda: glossaries.replace(made.id, [], "you"),
        lambda: glossaries.delete(made.id, "you"),
        lambda: Shelf(glossaries).take([Reference(made.id)], "you"),
    ):
        with pytest.raises(NotFound):
            forbidden()


def test_a_shared_glossary_is_everybodys(glossaries: Glossaries) -> None:
    """What belongs to no key can be read and changed by all."""
    made, mine = glossaries.create("a", [MOSCOW]), glossaries.create("b", [], owner="me")
    assert (made.shared, mine.shared) == (True, False)
    assert [one.id for one in glossaries.page("me", size=10)] == [mine.id, made.id]
    assert glossaries.patch(made.id, Change(put=[EI]), "you").shared
    assert list(glossaries.read(made.id, "me")[1]) == [MOSCOW, EI]


@pytest.mark.parametrize("glossary_id", ["", "\x00", "\ud800", "x" * 10_000, "' OR 1=1 --"])
def test_no_id_is_too_strange_to_be_looked_for(glossaries: Glossaries, glossary_id: str) -> None:
    """There is no such glossary, and that is all."""
    with pytest.raises(NotFound):
        glossaries.read(glossary_id)


def test_a_deleted_glossary_is_gone_with_all_its_versions(glossaries: Glossaries) -> None:
    """Nothing of it stays in any table."""
    made = glossaries.create("a", [MOSCOW])
    glossaries.patch(made.id, Change(put=[EI]))
    glossaries.delete(made.id, expected=2)
    for version in (None, 1, 2):
        with pytest.raises(NotFound):
            glossaries.read(made.id, version=version)
    with pytest.raises(NotFound):
        glossaries.delete(made.id)


def test_a_version_that_never_was_is_told(glossaries: Glossaries) -> None:
    """The error says which is the newest."""
    made = glossaries.create("a", [])
    with pytest.raises(NotFound, match="no version 2") as caught:
        glossaries.get(made.id, version=2)
    assert caught.value.hint == "the newest is 1"


def test_a_change_meant_for_an_older_version_is_refused(glossaries: Glossaries) -> None:
    """Whoever comes second learns that somebody came first."""
    made = glossaries.create("a", [MOSCOW])
    glossaries.patch(made.id, Change(put=[EI]), expected=1)
    for late in (
        lambda: glossaries.patch(made.id, Change(remove=["EI"]), expected=1),
        lambda: glossaries.replace(made.id, [], expected=1),
        lambda: glossaries.delete(made.id, expected=1),
    ):
        with pytest.raises(Outdated, match="version 2 by now, not 1"):
            late()
    assert terms_of(glossaries, made.id) == [MOSCOW, EI]


def test_a_thousand_reads_and_writes_lose_no_update(glossaries: Glossaries) -> None:
    """Of 500 changes, some of them meant for one version, each is kept or refused, none lost."""
    ids = [glossaries.create(str(number), []).id for number in range(5)]

    def write(number: int) -> None:
        glossary_id = ids[number % len(ids)]
        expected = glossaries.get(glossary_id).version if number % 3 == 0 else None
        try:
            change = Change(put=[Term((f"n{number}",), (f"N{number}",))])
            glossaries.patch(glossary_id, change, expected=expected)
        except Outdated:
            write(number)

    def read(number: int) -> None:
        told, glossary = glossaries.read(ids[number % len(ids)])
        assert told.size == told.version - 1 == len(glossary)

    work = [(act, number) for number in range(500) for act in (read, write)]
    random.Random(0).shuffle(work)
    with ThreadPoolExecutor(16) as pool:
        for _ in pool.map(lambda pair: pair[0](pair[1]), work):
            pass
    stored = set()
    for glossary_id in ids:
        told, glossary = glossaries.read(glossary_id)
        assert (told.version, told.size) == (101, 100)
        stored |= {term.french[0] for term in glossary}
    assert stored == {f"n{number}" for number in range(500)}


def test_ten_thousand_terms_are_stored_and_read_in_under_two_seconds(
    glossaries: Glossaries,
) -> None:
    """Of this process's own time: what else the machine does must not fail the test."""
    terms = [Term((f"Château {n}", f"Ch. {n}"), (f"Castle {n}",)) for n in range(10_000)]
    start = time.process_time()
    made = glossaries.create("long", terms)
    assert time.process_time() - start < 2
    start = time.process_time()
    glossaries.patch(made.id, Change(put=[EI], remove=["Château 5000"]))
    assert time.process_time() - start < 2
    assert terms_of(glossaries, made.id) == [*terms[:5000], *terms[5001:], EI]
    assert terms_of(glossaries, made.id, 1) == terms


_forms = st.lists(st.sampled_from("abcdef"), min_size=1, max_size=2, unique=True).map(tuple)
_terms = st.lists(st.builds(Term, _forms, st.just(("x",)) | st.just(("y",))), max_size=4)


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.booleans(), _terms), max_size=6))
def test_any_history_can_be_read_again(
    sqlite_glossaries: Glossaries, history: list[tuple[bool, list[Term]]]
) -> None:
    """Each version reads as the terms did when it was made."""
    made = sqlite_glossaries.create("a", [])
    seen: dict[int, list[Term]] = {1: []}
    for whole, terms in history:
        try:
            if whole:
                told = sqlite_glossaries.replace(made.id, terms)
            else:
                told = sqlite_glossaries.patch(made.id, Change(put=terms))
        except BadGlossary:  # two of the terms share a form
            continue
        now = terms_of(sqlite_glossaries, made.id)
        assert seen.setdefault(told.version, now) == now
        if whole:
            assert now == terms
        else:
            assert set(terms) <= set(now)
    for version, terms in seen.items():
        assert terms_of(sqlite_glossaries, made.id, version) == terms


@pytest.fixture
def sqlite_glossaries(tmp_path: Path) -> Iterator[Glossaries]:
    """Glossaries on SQLite alone."""
    store = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    yield Glossaries(store)
    store.close()


class CountingGlossaries(Glossaries):
    """Counts how often terms are read."""

    reads = 0

    def read(self, *args: object, **kwargs: object) -> object:  # type: ignore[override]
        """Count."""
        self.reads += 1
        return super().read(*args, **kwargs)  # type: ignore[arg-type]


def test_a_version_is_read_and_compiled_once(store: Store) -> None:
    """Articles share the index of a glossary until the glossary changes."""
    glossaries = CountingGlossaries(store)
    made = glossaries.create("a", [MOSCOW])
    shelf = Shelf(glossaries)
    first, second = shelf.take([Reference(made.id)]), shelf.take([Reference(made.id, 1)])
    assert first == second
    assert first.glossary.layers[0].index is second.glossary.layers[0].index
    assert first.versions == (GlossaryVersion(made.id, 1),)
    assert glossaries.reads == 1
    glossaries.patch(made.id, Change(put=[EI]))
    third = shelf.take([Reference(made.id)])
    assert third.versions == (GlossaryVersion(made.id, 2),)
    assert list(third.glossary) == [MOSCOW, EI]
    assert list(shelf.take([Reference(made.id, 1)]).glossary) == [MOSCOW]
    assert glossaries.reads == 2


def test_what_was_not_asked_for_of_late_makes_room(store: Store) -> None:
    """The shelf holds so many terms and no more; what is too long for it is read each time."""
    glossaries = CountingGlossaries(store)
    short = [glossaries.create(str(number), [MOSCOW]) for number in range(3)]
    long = glossaries.create("long", [MOSCOW, SOCHI, EI, STRANGE])
    shelf = Shelf(glossaries, most_terms=4)
    for made in (*short, short[2], short[1], short[0], long, long, short[0]):
        assert len(shelf.take([Reference(made.id)]).glossary) == made.size
    assert glossaries.reads == 3 + 1 + 2


def test_several_glossaries_go_in_the_order_that_they_are_named(store: Store) -> None:
    """The first named wins."""
    glossaries = Glossaries(store)
    one = glossaries.create("1", [MOSCOW])
    two = glossaries.create("2", [Term(("Moscou",), ("Moskva",)), EI])
    taken = Shelf(glossaries).take([Reference(two.id), Reference(one.id)])
    assert [term.english[0] for term in taken.glossary] == ["Moskva", "IS", "Moscow"]
    assert [version.id for version in taken.versions] == [two.id, one.id]


@pytest.mark.parametrize(
    ("text", "reference"),
    [("abc", Reference("abc")), (" abc@3 ", Reference("abc", 3)), ("a@0", Reference("a", 0))],
)
def test_a_reference_is_an_id_and_perhaps_a_version(text: str, reference: Reference) -> None:
    """`ID@3` is the third version, `ID` the newest."""
    assert reference_of(text) == reference


@pytest.mark.parametrize("text", ["abc@", "abc@x", "abc@-1", "abc@1.5", "abc@" + "9" * 30, "a@b@1"])
def test_a_version_that_is_no_number_is_refused(text: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(BadInput, match="is no version"):
        reference_of(text)


def test_glossaries_outlive_a_restart_of_the_database(postgres: PostgresServer) -> None:
    """While it is down that is said; after that all is as it was."""
    store = open_store(postgres.create_database())
    glossaries = Glossaries(store)
    made = glossaries.create("a", [MOSCOW])
    postgres.stop()
    try:
        with pytest.raises(StoreUnavailable):
            glossaries.read(made.id)
        with pytest.raises(StoreUnavailable):
            glossaries.patch(made.id, Change(put=[EI]))
    finally:
        postgres.start()
    assert list(glossaries.read(made.id)[1]) == [MOSCOW]
    store.close()
