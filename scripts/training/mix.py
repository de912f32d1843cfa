"""Read the training mix, and the corpora it names."""

import lzma
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from operator import or_
from pathlib import Path

MIX = Path(__file__).parents[1] / "mix.toml"
PHASES = ("broad", "last", "cool")

Pair = tuple[str, str]


@dataclass(frozen=True)
class Source:
    """A corpus in the mix: at most `limit` of its pairs, each `repeat` times."""

    name: str
    limit: int
    repeat: int
    licence: str


def read_mix(path: Path, phase: str = PHASES[0]) -> list[Source]:
    """Read the mix of a phase, which says what changes from the one before.

    Without a limit a corpus is whole; with none to take it is left out.
    """
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    changing = PHASES[1 : PHASES.index(phase) + 1]
    shares = {
        name: reduce(or_, (table.get(later, {}) for later in changing), table)
        for name, table in tables.items()
    }
    sources = [
        Source(name, share.get("limit", 10**9), share.get("repeat", 1), share["licence"])
        for name, share in shares.items()
    ]
    return [source for source in sources if source.limit]


def read_lines(path: Path) -> Iterator[str]:
    """Yield the lines of a text file that may be packed with xz."""
    opener = lzma.open if path.suffix == ".xz" else open
    with opener(path, "rt", encoding="utf-8", errors="replace") as lines:
        for line in lines:
            yield line.rstrip("\n")


def find_file(folder: Path, name: str) -> Path:
    """Find NAME.tsv.xz, or NAME.tsv where there is no packed one."""
    packed = folder / f"{name}.tsv.xz"
    return packed if packed.exists() else folder / f"{name}.tsv"


def read_pairs(path: Path) -> Iterator[Pair]:
    """Yield the pairs of a file, packed or not; lines that are not two columns are skipped."""
    for line in read_lines(path):
        columns = line.split("\t")
        if len(columns) == 2:
            yield columns[0], columns[1]
