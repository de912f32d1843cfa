"""What makes which shard: decided once, kept beside the shards, and followed by every run."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from pydantic import TypeAdapter, ValidationError

from service.corpus.files import write_whole
from service.corpus.sources import Source, Start, sources, starts, unreadable
from service.errors import FileFailed

NAME = "plan.json"


class Piece(NamedTuple):
    """So many articles that follow each other in a file, from `start` on."""

    place: str
    start: Start
    articles: int


class State(NamedTuple):
    """What tells that a file is still the same: its size in bytes, and when it was changed."""

    size: int
    changed: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What makes which shard.

    Attributes:
        made_by: a hash of all that a translation depends on but its source.
        shard_articles: what a shard holds, but the last.
        files: every input, by its place below the corpus.
        shards: of what pieces each is made.
    """

    made_by: str
    shard_articles: int
    files: dict[str, State]
    shards: list[list[Piece]]

    @property
    def articles(self) -> int:
        """How many there are."""
        return sum(piece.articles for pieces in self.shards for piece in pieces)

    def todo(self, out: Path, files: Mapping[str, Path]) -> list["Shard"]:
        """List the shards that are not there, in order."""
        shards = (
            Shard(number, out, tuple((files[piece.place], piece) for piece in pieces))
            for number, pieces in enumerate(self.shards)
        )
        return [shard for shard in shards if not shard.output.exists()]


@dataclass(frozen=True, slots=True)
class Shard:
    """A file of the output.

    Attributes:
        number: from 0.
        out: the folder it goes to.
        pieces: of what it is made, in order, and the files that they are in.
    """

    number: int
    out: Path
    pieces: tuple[tuple[Path, Piece], ...]

    @property
    def output(self) -> Path:
        """Where it is written; it is there when it is whole."""
        return self.out / f"articles-{self.number:05}.jsonl"

    @property
    def articles(self) -> int:
        """How many it holds."""
        return sum(piece.articles for _, piece in self.pieces)

    def sources(self) -> Iterator[Source]:
        """Yield its articles.

        Raises:
            FileFailed: a file cannot be read.
        """
        for path, piece in self.pieces:
            yield from sources(path, piece.place, piece.start, piece.articles)


_PLAN = TypeAdapter(Plan)


def open_plan(out: Path, files: Mapping[str, Path], made_by: str, shard_articles: int) -> Plan:
    """Read the plan of an earlier run into a folder, or make it.

    Args:
        out: the folder.
        files: the inputs, by place.
        made_by: a hash of all that a translation depends on but its source.
        shard_articles: what a shard shall hold; an earlier plan stays as it is.

    Raises:
        FileFailed: a file cannot be read or written; or the plan is of other files, or of another
            model or other wishes, so that the folder would hold both.
    """
    states = {place: _state(path) for place, path in files.items()}
    earlier = _read(out / NAME)
    if earlier is None:
        shards = list(planned(files, shard_articles))
        plan = Plan(made_by, shard_articles, states, shards)
        write_whole(out / NAME, [_PLAN.dump_json(plan)])
        return plan
    if earlier.made_by != made_by:
        raise _another(out, "with another model or other wishes")
    if earlier.files != states:
        raise _another(out, f"of other files: {_difference(earlier.files, states)}")
    return earlier


def planned(files: Mapping[str, Path], shard_articles: int) -> Iterator[list[Piece]]:
    """Fill shards with the articles of files, in order.

    Raises:
        FileFailed: a file cannot be read.
    """
    shard: list[Piece] = []
    room = shard_articles
    for place, path in files.items():
        for start in starts(path):
            if shard and shard[-1].place == place:
                shard[-1] = shard[-1]._replace(articles=shard[-1].articles + 1)
            else:
                shard.append(Piece(place, start, 1))
            room -= 1
            if not room:
                yield shard
                shard, room = [], shard_articles
    if shard:
        yield shard


def _state(path: Path) -> State:
    try:
        found = path.stat()
    except OSError as error:
        raise unreadable(path, error) from error
    return State(found.st_size, found.st_mtime_ns)


def _read(path: Path) -> Plan | None:
    try:
        return _PLAN.validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise unreadable(path, error) from error
    except ValidationError as error:
        raise FileFailed(
            "this is no plan of ours", where=str(path), hint="choose another folder for the output"
        ) from error


def _difference(before: Mapping[str, State], now: Mapping[str, State]) -> str:
    """Name a file that is new, gone or changed."""
    return next(place for place in sorted({*before, *now}) if before.get(place) != now.get(place))


def _another(out: Path, what: str) -> FileFailed:
    return FileFailed(
        f"the corpus was begun {what}", where=str(out), hint="choose another folder for the output"
    )
