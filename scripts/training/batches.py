"""An encoded corpus on disk, and batches of rows of similar length.

A corpus is a folder. `data.npz` holds one flat uint16 array of piece ids for each side (`src` is
French, `tgt` English; every row ends in </s>) and the row lengths (`ls`, `lt`). `sp.model` is the
SentencePiece vocabulary of both sides. `align.npy`, if there, gives each target token the position
of its source token in the row, or -1.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from service.names.marks import MARKS

Ints = npt.NDArray[np.int64]
Ids = npt.NDArray[np.uint16]
Links = npt.NDArray[np.int16]

RESERVED = MARKS  # pieces of their own in every vocabulary
IGNORED = -100  # a target position that is padding: torch's own word for it
UNLINKED = -1  # a target token without a source token
HELD_OUT = 1_500  # rows for validation, the first of a corpus; a tenth of a small one
POOL = 60_000  # rows sorted by length together: enough for tight batches, few enough to stay random


@dataclass(frozen=True)
class Side:
    """The rows of one language: flat piece ids, and where each row starts and how long it is."""

    ids: Ids
    starts: Ints
    lengths: Ints

    @classmethod
    def of(cls, ids: Ids, lengths: npt.NDArray[Any]) -> "Side":
        """Make a side of flat ids and row lengths."""
        wide = lengths.astype(np.int64)
        return cls(ids, np.cumsum(wide) - wide, wide)

    def row(self, index: int) -> Ids:
        """Look at one row, </s> included."""
        start = self.starts[index]
        return self.ids[start : start + self.lengths[index]]


@dataclass(frozen=True)
class Encoded:
    """A whole corpus of pairs; `links` runs along `target.ids`."""

    source: Side
    target: Side
    links: Links | None = None

    def __len__(self) -> int:
        return len(self.source.lengths)

    def reversed(self) -> "Encoded":
        """Exchange the sides: French becomes the target, and links go the other way.

        A token that several are linked to keeps the last of them.
        """
        if self.links is None:
            return Encoded(self.target, self.source)
        linked = np.flatnonzero(self.links != UNLINKED)
        rows = np.repeat(np.arange(len(self)), self.target.lengths)[linked]
        links = np.full(len(self.source.ids), UNLINKED, np.int16)
        links[self.source.starts[rows] + self.links[linked]] = linked - self.target.starts[rows]
        return Encoded(self.target, self.source, links)

    def row_links(self, index: int) -> Links:
        """Look at the links of one row; all unlinked where nothing was aligned."""
        start, length = self.target.starts[index], self.target.lengths[index]
        if self.links is None:
            return np.full(length, UNLINKED, np.int16)
        return self.links[start : start + length]


def held_out(rows: int) -> int:
    """Say how many rows, from the first, are for validation and never trained on."""
    return min(HELD_OUT, rows // 10)


def read(folder: Path) -> Encoded:
    """Read a corpus folder."""
    with np.load(folder / "data.npz") as arrays:
        source, target = Side.of(arrays["src"], arrays["ls"]), Side.of(arrays["tgt"], arrays["lt"])
    aligned = folder / "align.npy"
    return Encoded(source, target, np.load(aligned) if aligned.exists() else None)


def write(folder: Path, source: Sequence[Ids], target: Sequence[Ids]) -> None:
    """Write rows, each ending in </s>, as `data.npz`."""
    np.savez(
        folder / "data.npz",
        src=np.concatenate(source),
        tgt=np.concatenate(target),
        ls=np.array([len(row) for row in source], np.uint16),
        lt=np.array([len(row) for row in target], np.uint16),
    )


def cut(data: Encoded, rows: Ints, limit: int, seed: Sequence[int]) -> list[Ints]:
    """Cut rows into shuffled batches of similar length.

    Args:
        data: the corpus.
        rows: which rows, in any order.
        limit: padded tokens a side in one batch; a row longer than that is a batch of its own.
        seed: the same seed gives the same batches in the same order.
    """
    generator = np.random.default_rng(list(seed))
    shuffled = generator.permutation(rows)
    found = [
        batch
        for start in range(0, len(shuffled), POOL)
        for batch in _cut_pool(data, shuffled[start : start + POOL], limit)
    ]
    return [found[i] for i in generator.permutation(len(found))]


def _cut_pool(data: Encoded, rows: Ints, limit: int) -> Iterator[Ints]:
    sources, targets = data.source.lengths[rows], data.target.lengths[rows]
    widths = np.maximum(sources, targets)
    order = np.lexsort((sources, targets, widths))
    rows, widths = rows[order], widths[order]
    start = 0
    while start < len(rows):
        stop = min(len(rows), start + max(1, limit // int(widths[start])))
        while stop - start > 1 and (stop - start) * widths[stop - 1] > limit:
            stop -= 1
        yield rows[start:stop]
        start = stop


@dataclass(frozen=True)
class Batch:
    """Rows as tensors: source (B, S); what the decoder reads, target and links, each (B, T)."""

    source: torch.Tensor
    read: torch.Tensor
    target: torch.Tensor
    links: torch.Tensor | None

    @property
    def tokens(self) -> int:
        """How many target tokens there are, padding left out."""
        return int((self.target != IGNORED).sum())


def tensors(data: Encoded, rows: Ints, pad: int, device: str = "cpu") -> Batch:
    """Pad rows into one batch; the decoder starts from `pad`, as Marian's does."""
    source = _padded(data.source.ids, data.source, rows, pad)
    target = _padded(data.target.ids, data.target, rows, IGNORED)
    read = target.roll(1, 1)
    read[:, 0] = IGNORED
    read[read == IGNORED] = pad
    links = None if data.links is None else _padded(data.links, data.target, rows, UNLINKED)
    return Batch(
        source.to(device),
        read.to(device),
        target.to(device),
        None if links is None else links.to(device),
    )


def _padded(flat: Ids | Links, side: Side, rows: Ints, filler: int) -> torch.Tensor:
    starts, lengths = side.starts[rows], side.lengths[rows]
    columns = np.arange(lengths.max())
    inside = columns < lengths[:, None]
    grid = np.full(inside.shape, filler, np.int64)
    grid[inside] = flat[(starts[:, None] + columns)[inside]]
    return torch.from_numpy(grid)
