"""Read the training mix, and the corpora it names."""

import lzma
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MIX = Path(__file__).parents[1] / "mix.toml"

Pair = tuple[str, str]


@dataclass(frozen=True)
class Source:
    """A corpus in the mix: at most `limit` of its pairs, each `repeat` times."""

    name: str
    limit: int
    repeat: int
    licence: str


def read_mix(path: Path, *, last: bool = False) -> list[Source]:
    """Read the mix, as it is or as it is for the last cycle; without a limit a corpus is whole."""
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    shares = {
        name: table | (table.get("last", {}) if last else {}) for name, table in tables.items()
    }
    return [
        Source(name, share.get("limit", 10**9), share.get("repeat", 1), share["licence"])
        for name, share in shares.items()
    ]


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
