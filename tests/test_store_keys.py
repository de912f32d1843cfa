"""Keys in the store, on SQLite and on PostgreSQL."""

import hmac
from datetime import date
from threading import Thread

import pytest
from sqlalchemy import text

from service.errors import BadInput, NotFound
from service.store import Store
from service.store.keys import Keys, Scope, parse_scopes

TRANSLATE = frozenset({Scope.TRANSLATE})


@pytest.fixture
def all_keys(store: Store) -> Keys:
    """The keys of an empty store."""
    return Keys(store)


def test_a_key_is_found_and_only_its_hash_is_kept(store: Store, all_keys: Keys) -> None:
    """Who steals the database has no key."""
    known, key = all_keys.create("Desk", [Scope.GLOSSARIES, Scope.TRANSLATE], 60)
    assert key.startswith(f"itl_{known.id}_")
    assert len(key) == 4 + 12 + 1 + 64
    assert all_keys.find(key) == known
    assert known.scopes == {Scope.TRANSLATE, Scope.GLOSSARIES}
    assert known.rate_per_minute == 60
    with store.reading() as session:
        rows = str(session.execute(text("SELECT * FROM api_keys")).all())
    assert key.rpartition("_")[2] not in rows


def test_what_is_no_key_is_not_found(all_keys: Keys) -> None:
    """Nor is a key with another ending, or nothing at all."""
    known, key = all_keys.create("Desk", TRANSLATE)
    wrong = f"{key[:-1]}{'0' if key[-1] != '0' else '1'}"
    for other in ("", "_", "__", wrong, f"{key} ", f"itl_{known.id}_", "é\ud800", "x" * 10_000):
        assert all_keys.find(other) is None


def test_a_revoked_key_is_not_found_but_listed(all_keys: Keys) -> None:
    """Who revoked the last key has not opened the doors."""
    assert not all_keys.exist()
    known, key = all_keys.create("Desk", TRANSLATE)
    revoked = all_keys.revoke(known.id)
    assert revoked.revoked is not None
    assert all_keys.revoke(known.id) == revoked
    assert all_keys.find(key) is None
    assert [one.id for one in all_keys.list()] == [known.id]
    assert all_keys.exist()


def test_every_key_is_compared_in_constant_time(
    all_keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Known, unknown or revoked: one comparison, by the function that takes its time."""
    _, key = all_keys.create("Desk", TRANSLATE)
    gone, revoked = all_keys.create("Gone", TRANSLATE)
    all_keys.revoke(gone.id)
    compared: list[tuple[int, int]] = []

    def compare(left: str, right: str) -> bool:
        compared.append((len(left), len(right)))
        return hmac.compare_digest(left, right)

    monkeypatch.setattr("service.store.keys.compare_digest", compare)
    for one in (key, revoked, "itl_000000000000_0", ""):
        all_keys.find(one)
    assert compared == [(64, 64)] * 4


def test_what_is_done_with_a_key_is_added_up(all_keys: Keys) -> None:
    """By day in the table, in all in the list; and when it was last used."""
    known, _ = all_keys.create("Desk", TRANSLATE)
    other, _ = all_keys.create("Other", TRANSLATE)
    all_keys.count(known.id, 100, day=date(2026, 1, 1))
    all_keys.count(known.id, 20, day=date(2026, 1, 2))
    all_keys.count(known.id, 3)
    mine, others = all_keys.list()
    assert (mine.characters, mine.requests) == (123, 3)
    assert mine.last_used is not None
    assert (others.id, others.characters, others.last_used) == (other.id, 0, None)


def test_nothing_is_lost_when_many_count_at_once(all_keys: Keys) -> None:
    """Requests of one key come in many threads."""
    known, _ = all_keys.create("Desk", TRANSLATE)

    def work() -> None:
        for _ in range(5):
            all_keys.count(known.id, 10)

    threads = [Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (mine,) = all_keys.list()
    assert (mine.characters, mine.requests) == (400, 40)


def test_what_cannot_be_is_refused(all_keys: Keys) -> None:
    """A key without a name, an unknown scope, an unknown id."""
    with pytest.raises(BadInput, match="1 to 400 characters"):
        all_keys.create(" ", TRANSLATE)
    with pytest.raises(BadInput, match="'everything'"):
        parse_scopes(["everything"])
    with pytest.raises(NotFound, match="there is no key 'x'"):
        all_keys.revoke("x")
