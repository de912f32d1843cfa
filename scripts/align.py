"""Align the tokens of an encoded corpus, for guided alignment and for marked terms.

    python -m scripts.align DATA --pairs 350000

writes DATA/align.npy: for each target token the position of its source token in the row, or -1.

The model is IBM 2 with the diagonal prior of Dyer, Chahuneau & Smith 2013 ("A simple, fast, and
effective reparameterization of IBM Model 2"), trained in both directions at once so that they agree
(Liang, Taskar & Klein 2006, "Alignment by agreement"): the expected count of a link is the product
of its two posteriors. Both directions share one table of counts, which is dense: 4 V^2 bytes twice,
1.2 GB for 12,000 pieces.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from tqdm import tqdm

from scripts.training.batches import IGNORED, UNLINKED, Encoded, Ints, Links, cut, read, tensors

ROUNDS = 5
TENSION = 4.0  # how steeply the prior falls away from the diagonal (Dyer et al. learn 4 to 6)
NULL = 0.08  # prior of a token that translates nothing
CERTAIN = 0.1  # product of posteriors above which a link is kept
CELLS = 16_384  # padded tokens in a batch


class Aligner:
    """Counts of linked pieces, and the posteriors they give.

    Args:
        size: how many pieces there are, padding included.
        occurrences: how often each piece occurs, on the source side and on the target side.
    """

    def __init__(self, size: int, occurrences: tuple[torch.Tensor, torch.Tensor]) -> None:
        self.counts = torch.ones(size, size)
        self.chance = [count / count.sum() for count in occurrences]

    def learn(self, data: Encoded, batches: list[Ints], pad: int) -> None:
        """Do one round of expectation and maximisation."""
        rows, columns = self.counts.sum(1), self.counts.sum(0)
        learned = torch.full_like(self.counts, 1e-9)
        for batch in tqdm(batches, desc="aligning", leave=False):
            source, target = pieces(data, batch, pad)
            agreed = self.agreed(source, target, rows, columns, pad)
            cells = source[:, None, :] * len(rows) + target[:, :, None]
            learned.view(-1).index_add_(0, cells.flatten(), agreed.flatten())
        self.counts = learned

    def agreed(
        self,
        source: torch.Tensor,
        target: torch.Tensor,
        rows: torch.Tensor,
        columns: torch.Tensor,
        pad: int,
    ) -> torch.Tensor:
        """Multiply the posteriors of both directions: (B, T, S), zero on padding."""
        weights = self.counts[source[:, None, :], target[:, :, None]]
        weights = weights * prior(source != pad, target != pad)
        forward = weights / rows[source][:, None, :]
        backward = weights / columns[target][:, :, None]
        nothing = NULL * self.chance[1][target][:, :, None]
        forward = forward / (forward.sum(2, keepdim=True) + nothing + 1e-12)
        nothing = NULL * self.chance[0][source][:, None, :]
        backward = backward / (backward.sum(1, keepdim=True) + nothing + 1e-12)
        return forward * backward

    def links(self, data: Encoded, batches: list[Ints], pad: int) -> Links:
        """Link each target token of these rows to its likeliest source token, or to none."""
        found = np.full(len(data.target.ids), UNLINKED, np.int16)
        rows, columns = self.counts.sum(1), self.counts.sum(0)
        for batch in tqdm(batches, desc="linking", leave=False):
            source, target = pieces(data, batch, pad)
            sure, place = self.agreed(source, target, rows, columns, pad).max(2)
            place[sure < CERTAIN] = UNLINKED
            for row, links in zip(batch, place.numpy(), strict=True):
                start, length = data.target.starts[row], data.target.lengths[row]
                found[start : start + length] = links[:length]
                found[start + length - 1] = data.source.lengths[row] - 1  # </s> to </s>
        return found


def pieces(data: Encoded, batch: Ints, pad: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Read the ids of both sides, (B, S) and (B, T), padded with `pad`."""
    rows = tensors(data, batch, pad)
    return rows.source, rows.target.masked_fill(rows.target == IGNORED, pad)


def prior(source: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Weigh each (target, source) place by its distance from the diagonal: (B, T, S)."""
    lengths = source.sum(1).clamp(min=1)[:, None], target.sum(1).clamp(min=1)[:, None]
    across = torch.arange(source.shape[1])[None] / lengths[0]
    down = torch.arange(target.shape[1])[None] / lengths[1]
    weights = torch.exp(-TENSION * (down[:, :, None] - across[:, None, :]).abs())
    weights = weights * source[:, None, :] * target[:, :, None]
    return weights / weights.sum(2, keepdim=True).clamp(min=1e-9)


def align(data: Encoded, pairs: int, size: int) -> Links:
    """Align the first `pairs` rows of a corpus.

    Args:
        data: the corpus; rows beyond `pairs` stay unlinked.
        pairs: how many rows to learn from and to link.
        size: vocabulary size without padding, which takes the next id.
    """
    rows = np.arange(min(pairs, len(data)))
    batches = cut(data, rows, CELLS, [0])
    occurrences = (torch.zeros(size + 1), torch.zeros(size + 1))
    for count, side in zip(occurrences, (data.source, data.target), strict=True):
        count += torch.from_numpy(np.bincount(side.ids, minlength=size + 1)).float()
    aligner = Aligner(size + 1, occurrences)
    for _ in range(ROUNDS):
        aligner.learn(data, batches, size)
    return aligner.links(data, batches, size)


def main(arguments: list[str] | None = None) -> int:
    """Align a corpus folder."""
    import sentencepiece

    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path, help="folder of an encoded corpus")
    parser.add_argument(
        "--pairs", type=int, default=350_000, help="align this many, from the first"
    )
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args(arguments)
    torch.set_num_threads(given.threads)
    size = len(sentencepiece.SentencePieceProcessor(model_file=str(given.data / "sp.model")))
    links = align(read(given.data), given.pairs, size)
    np.save(given.data / "align.npy", links)
    print(f"{(links >= 0).mean():.1%} of all target tokens aligned")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
