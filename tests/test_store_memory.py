"""Translation memory in a store, on both kinds of database."""

import pytest

from service.article import MemoryHit
from service.errors import BadInput, NotFound, StoreUnavailable
from service.memory import Pair
from service.store import Store, open_store
from service.store.connection import ROWS_AT_ONCE
from service.store.memory import Added, Memories

CAT, TRAIN = "Le chat noir dort.", "Un train part pour Lyon ce soir."
PAIRS = [Pair(CAT, "The black cat sleeps.", "p. 3"), Pair(TRAIN, "A train leaves tonight.")]


@pytest.fixture
def memories(store: Store) -> Memories:
    """Memories with two pairs."""
    memories = Memories(store)
    memories.add(PAIRS)
    return memories


def test_a_sentence_that_was_confirmed_is_found(memories: Memories) -> None:
    """Whatever its blanks and quotes; the answer has the pair as it was kept."""
    hit = MemoryHit(1.0, CAT, "The black cat sleeps.")
    assert memories.of().look_up([f" {CAT} ", "Rien.", CAT]) == [hit, None, hit]


def test_a_sentence_like_one_is_found_with_how_like_it_is(memories: Memories) -> None:
    """It is never as good as the same."""
    (hit,) = memories.of().look_up(["Le chat rouge dort."])
    assert hit == MemoryHit(0.789, CAT, "The black cat sleeps.")  # 1 - 4 / 19


def test_adding_the_same_french_changes_its_english(memories: Memories) -> None:
    """What was confirmed last counts; the answer says what was new."""
    added = memories.add([Pair(CAT, "The cat."), Pair(TRAIN, PAIRS[1].target), Pair("Un.", "One.")])
    assert added == Added(new=1, changed=1)
    assert memories.look_up([CAT]) == [MemoryHit(1.0, CAT, "The cat.")]
    assert memories.size() == 3


def test_of_two_pairs_with_one_french_the_last_is_kept(store: Store) -> None:
    """Also within one call."""
    memories = Memories(store)
    assert memories.add([Pair("Un.", "A."), Pair("Un.", "One.")]) == Added(new=1, changed=0)
    assert [pair.target for pair in memories.pairs()] == ["One."]


def test_a_bad_pair_keeps_all_out(memories: Memories) -> None:
    """Half a file in the memory helps nobody."""
    with pytest.raises(BadInput):
        memories.add([Pair("Un.", "One."), Pair("Deux.", "")])
    assert memories.size() == 2


def test_owners_do_not_see_each_other(memories: Memories) -> None:
    """Neither exactly, nor by likeness, nor in lists; and remove nothing of each other."""
    assert memories.look_up([CAT, "Le chat rouge dort."], "other") == [None, None]
    assert memories.page("other", size=10) == []
    with pytest.raises(NotFound):
        memories.delete(memories.page(size=1)[0].id, "other")
    assert memories.clear("other") == 0
    assert memories.size() == 2


def test_what_is_everybodys_is_found_behind_what_is_ones_own(memories: Memories) -> None:
    """One's own goes first where both have the same sentence; else the closer does."""
    memories.add([Pair(CAT, "My cat."), Pair("Un train part pour Lyon.", "My train.")], "me")
    hits = memories.of("me").look_up([CAT, TRAIN, "Rien."])
    assert [hit and hit.target for hit in hits] == ["My cat.", "A train leaves tonight.", None]


def test_pairs_are_listed_in_pages(memories: Memories) -> None:
    """The next page begins after the last of this one."""
    (first,) = memories.page(size=1)
    assert (first.source, first.target, first.note) == (CAT, "The black cat sleeps.", "p. 3")
    (second,) = memories.page(size=1, after=first.id)
    assert second.source == TRAIN
    assert memories.page(size=1, after=second.id) == []


@pytest.mark.parametrize(
    ("containing", "found"),
    [("CHAT", [CAT]), ("tonight", [TRAIN]), ("%", []), ("t", [CAT, TRAIN]), ("\0", [])],
)
def test_pairs_are_found_by_what_they_contain(
    memories: Memories, containing: str, found: list[str]
) -> None:
    """In either language, in any case, signs of patterns being themselves."""
    assert [pair.source for pair in memories.page(size=9, containing=containing)] == found


def test_all_pairs_can_be_taken_out(memories: Memories) -> None:
    """As they came in, however many."""
    many = [Pair(f"Phrase {number}.", f"Sentence {number}.") for number in range(ROWS_AT_ONCE + 1)]
    assert memories.add(many) == Added(new=len(many), changed=0)
    assert list(memories.pairs()) == PAIRS + many


def test_a_removed_pair_is_found_no_more(memories: Memories) -> None:
    """At once, exactly and by likeness."""
    assert memories.look_up(["Le chat noir dort !"]) != [None]
    memories.delete(memories.page(size=1)[0].id)
    assert memories.look_up([CAT, "Le chat noir dort !"]) == [None, None]
    assert memories.clear() == 1
    assert memories.look_up([TRAIN, "Un train part pour Lyon ce soir !"]) == [None, None]


def test_what_other_processes_do_is_seen(memories: Memories, store: Store) -> None:
    """New pairs, removed ones, and the same number of others in the place of all."""
    asked = ["Le chat noir dort !", "Le bateau quitte le port !"]
    assert memories.look_up(asked)[1] is None
    elsewhere = Memories(store)
    elsewhere.add([Pair("Le bateau quitte le port.", "The ship leaves.")])
    assert memories.look_up(asked)[1] is not None
    elsewhere.delete(elsewhere.page(size=1)[0].id)
    assert memories.look_up(asked)[0] is None
    elsewhere.clear()
    elsewhere.add([Pair(CAT, "A cat."), Pair("Rien ne va plus.", "No more bets.")])
    hit, nothing = memories.look_up(asked)
    assert hit is not None
    assert (hit.source, hit.target) == (CAT, "A cat.")
    assert nothing is None


def test_a_database_that_is_down_is_told() -> None:
    """When it is asked, not before."""
    memory = Memories(open_store("sqlite:////proc/nowhere/store.db")).of()
    with pytest.raises(StoreUnavailable):
        memory.look_up(["Un chat."])
