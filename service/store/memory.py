"""Translation memory in the store: confirmed pairs, found by their French or by what is like it.

A pair is found again by the hash of its normalised French, for which one pair is kept: who adds
another changes it. For what is like it, the French of an owner is held in a `FuzzyIndex` in this
process, made when first asked for; before each use it is brought up to date with what other
processes have added or removed meanwhile.
"""

import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from cachetools import LRUCache
from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from service.article import MemoryHit
from service.errors import NotFound
from service.intake import FORBIDDEN
from service.memory import Pair, key, require_sound
from service.memory.fuzzy import FuzzyIndex
from service.store import Store
from service.store.connection import batched, insert_into
from service.store.tables import SHARED, MemoryRow, now

PAGE = 5_000  # rows read at a time for an export
INDEXES = 16  # owners whose French is held at the same time
LIKELY = 3  # of the closest, for some may have been removed a moment ago

EPOCH = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class State:
    """What tells that an owner's pairs have changed; `last` is the highest number."""

    size: int = 0
    last: int = 0
    updated: datetime = EPOCH


@dataclass(slots=True)
class Held:
    """The French of an owner, as it was in a state."""

    index: FuzzyIndex = field(default_factory=FuzzyIndex)
    state: State = field(default_factory=State)


@dataclass(frozen=True, slots=True)
class StoredPair:
    """A pair and its number; `updated` is when it was last confirmed."""

    id: int
    source: str
    target: str
    note: str
    updated: datetime


@dataclass(frozen=True, slots=True)
class Added:
    """What adding pairs did: so many were new, so many took the place of another English."""

    new: int
    changed: int


class Memories:
    """The memories of a store: one that is everybody's, and one for each owner of an API key."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._indexes: LRUCache[str, Held] = LRUCache(INDEXES)

    def of(self, owner: str = SHARED) -> "OwnedMemory":
        """Give the memory of an owner, for the pipeline."""
        return OwnedMemory(self, owner)

    def add(self, pairs: Iterable[Pair], owner: str = SHARED) -> Added:
        """Keep pairs; of two with the same French, the last. All are kept, or none.

        Raises:
            BadInput: a pair is empty, too long or no text.
        """
        by_hash = {key(pair.source): pair for pair in pairs}
        require_sound(list(by_hash.values()), where="pairs")
        new = changed = 0
        with self._store.writing() as session:
            for some in batched(by_hash.items()):
                before = _targets(session, owner, [one for one, _ in some])
                _put(session, owner, some)
                new += len(some) - len(before)
                changed += sum(before.get(one, pair.target) != pair.target for one, pair in some)
        return Added(new, changed)

    def state(self, owner: str = SHARED) -> State:
        """Tell the pairs of an owner from what they were or will be."""
        with self._store.reading() as session:
            return _state(session, owner)

    def size(self, owner: str = SHARED) -> int:
        """Count pairs."""
        return self.state(owner).size

    def page(
        self, owner: str = SHARED, *, size: int, after: int = 0, containing: str = ""
    ) -> list[StoredPair]:
        """List pairs in the order in which they were first added, from the one after `after`.

        Args:
            owner: whose they are.
            size: how many at most.
            after: number of the last that was seen.
            containing: only those with this in their French or English.
        """
        if FORBIDDEN.search(containing):
            return []  # no text contains it, and not every database may be asked
        row = MemoryRow
        chosen = select(row).where(row.owner == owner, row.id > after)
        if containing:
            chosen = chosen.where(
                row.source.icontains(containing, autoescape=True)
                | row.target.icontains(containing, autoescape=True)
            )
        with self._store.reading() as session:
            return [_told(one) for one in session.scalars(chosen.order_by(row.id).limit(size))]

    def pairs(self, owner: str = SHARED) -> Iterator[Pair]:
        """Yield every pair, a page at a time."""
        after = 0
        while page := self.page(owner, size=PAGE, after=after):
            yield from (Pair(one.source, one.target, one.note) for one in page)
            after = page[-1].id

    def delete(self, number: int, owner: str = SHARED) -> None:
        """Forget a pair.

        Raises:
            NotFound: there is none by that number.
        """
        row = MemoryRow
        with self._store.writing() as session:
            gone = session.scalar(
                delete(row).where(row.id == number, row.owner == owner).returning(row.id)
            )
        if gone is None:
            raise NotFound(
                f"there is no pair {number}", where="pair_id", hint="list those that there are"
            )
        self._held(owner).index.remove(number)

    def clear(self, owner: str = SHARED) -> int:
        """Forget every pair; say how many there were."""
        with self._store.writing() as session:
            size = _state(session, owner).size
            session.execute(delete(MemoryRow).where(MemoryRow.owner == owner))
        self._forget(owner)
        return size

    def look_up(self, sentences: Sequence[str], owner: str = SHARED) -> list[MemoryHit | None]:
        """Find the closest pair of each sentence; None if there is none close enough."""
        keys = {sentence: key(sentence) for sentence in sentences}
        with self._store.reading() as session:
            known = {
                one.source_hash: one
                for some in batched(dict.fromkeys(keys.values()))
                for one in session.scalars(_hashed(owner, some))
            }
            unknown = [sentence for sentence in keys if keys[sentence] not in known]
            alike = self._alike(session, unknown, owner) if unknown else {}
        return [
            MemoryHit(1.0, one.source, one.target)
            if (one := known.get(keys[sentence]))
            else alike.get(sentence)
            for sentence in sentences
        ]

    def _alike(
        self, session: Session, sentences: Sequence[str], owner: str
    ) -> dict[str, MemoryHit]:
        """Find what is like sentences; those that nothing is like are left out."""
        index = self._up_to_date(session, owner)
        closest = {sentence: index.closest(sentence, LIKELY) for sentence in sentences}
        numbers = {number for found in closest.values() for number, _ in found}
        row = MemoryRow
        there = {
            one.id: one
            for some in batched(numbers)
            for one in session.scalars(select(row).where(row.id.in_(some), row.owner == owner))
        }
        return {
            sentence: MemoryHit(round(similarity, 3), there[number].source, there[number].target)
            for sentence, found in closest.items()
            for number, similarity in reversed(found)  # the closest is the last word
            if number in there
        }

    def _up_to_date(self, session: Session, owner: str) -> FuzzyIndex:
        """Bring the index of an owner up to date; it is made anew if others removed pairs."""
        held, state = self._held(owner), _state(session, owner)
        if held.state != state:
            held.index.add(_french(session, owner, held.state))
        if len(held.index) != state.size:
            self._forget(owner)
            held = self._held(owner)
            held.index.add(_french(session, owner, held.state))
        held.state = state
        return held.index

    def _held(self, owner: str) -> Held:
        with self._lock:
            return self._indexes.setdefault(owner, Held())

    def _forget(self, owner: str) -> None:
        with self._lock:
            self._indexes.pop(owner, None)


@dataclass(frozen=True, slots=True)
class OwnedMemory:
    """The `Memory` of one owner, and behind it the one that is everybody's."""

    memories: Memories
    owner: str

    def look_up(self, sentences: Sequence[str]) -> list[MemoryHit | None]:
        """Find the closest pair of each sentence, the owner's own first; see `Memories.look_up`."""
        own = self.memories.look_up(sentences, self.owner)
        if self.owner == SHARED:
            return own
        shared = self.memories.look_up(sentences, SHARED)
        return [
            max((hit for hit in hits if hit), key=lambda hit: hit.similarity, default=None)
            for hits in zip(own, shared, strict=True)
        ]


def _hashed(owner: str, hashes: Sequence[str]) -> Select[Any]:
    return select(MemoryRow).where(MemoryRow.owner == owner, MemoryRow.source_hash.in_(hashes))


def _targets(session: Session, owner: str, hashes: Sequence[str]) -> dict[str, str]:
    return {one.source_hash: one.target for one in session.scalars(_hashed(owner, hashes))}


def _state(session: Session, owner: str) -> State:
    row = MemoryRow
    told = select(func.count(), func.max(row.id), func.max(row.updated)).where(row.owner == owner)
    size, last, updated = session.execute(told).one()
    return State(size, last or 0, updated or EPOCH)


def _french(session: Session, owner: str, since: State) -> Iterator[tuple[int, str]]:
    """Yield the numbers and the French of an owner's pairs that are new or changed since then."""
    row = MemoryRow
    chosen = select(row.id, row.source).where(
        row.owner == owner, (row.id > since.last) | (row.updated > since.updated)
    )
    for number, source in session.execute(chosen.order_by(row.id)).yield_per(PAGE):
        yield int(number), str(source)


def _put(session: Session, owner: str, pairs: Sequence[tuple[str, Pair]]) -> None:
    """Insert pairs by hash, or change those that are there."""
    moment = now()
    rows = [
        {
            "owner": owner,
            "source_hash": one,
            "source": pair.source,
            "target": pair.target,
            "note": pair.note,
            "created": moment,
            "updated": moment,
        }
        for one, pair in pairs
    ]
    statement = insert_into(session, MemoryRow)
    new = {name: statement.excluded[name] for name in ("source", "target", "note", "updated")}
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[MemoryRow.owner, MemoryRow.source_hash], set_=new
        ),
        rows,
    )


def _told(row: MemoryRow) -> StoredPair:
    return StoredPair(row.id, row.source, row.target, row.note, row.updated)
