"""Make start weights whose embedding already knows the lexicon, which is worth hours of training.

    python -m scripts.lexicon DATA START --shape small

reads an encoded and aligned corpus and writes a Hugging Face Marian folder for `train --init`.

French and English pieces that translate each other come to lie close together. Each piece is
described by the English and the French pieces around it, where a French piece takes over the
English surroundings of what it is aligned with and the other way round, and by what it becomes in
English: positive pointwise mutual information, then a truncated singular value decomposition (Levy
& Goldberg 2014, "Neural word embedding as implicit matrix factorization"). The rows are turned at
random, so that each attention head sees every dimension. In the cross-attention value and output
start as the identity: what is attended to is what is proposed. Encoder layers start quiet.
"""

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from scipy.sparse import csr_matrix, diags, hstack

from scripts.training.batches import Encoded, Side, read
from scripts.training.shape import SHAPES, Shape, blank, export

WINDOW = 4  # pieces on either side that count as surroundings; nearer ones weigh more
SEEN = 2  # a pair of pieces linked fewer times is chance
SMOOTHING = 0.75  # power of the context distribution (Levy, Goldberg & Dagan 2015, section 3.2)
SPECTRUM = 0.3  # power of the singular values: 0 would weigh every dimension alike
WORD_WEIGHT = 2.0  # of what a piece becomes in English, beside its surroundings
OVERSAMPLING = 40  # extra dimensions of the randomised decomposition
QUIET = 0.3  # scale of what the encoder layers add to the embeddings
TEMPLATES = ("▁président", "▁guerre", "▁économie", "▁avec", "▁mois")  # shown with their neighbours


def lexical_embedding(data: Encoded, size: int, dimensions: int, seed: int = 1) -> torch.Tensor:
    """Embed the pieces of an aligned corpus: (size + 1, dimensions), the last for the padding."""
    torch.manual_seed(seed)
    features, seen = describe(data, size + 1)
    left, spectrum, _ = torch.svd_lowrank(features, q=dimensions + OVERSAMPLING, niter=3)
    rows: torch.Tensor = left[:, :dimensions] * spectrum[:dimensions] ** SPECTRUM
    rows[seen] -= rows[seen].mean(0)
    rows = torch.nn.functional.normalize(rows)
    turn, _ = torch.linalg.qr(torch.randn(dimensions, dimensions))
    rows = rows @ turn
    rows[~seen] = torch.randn(int((~seen).sum()), dimensions) * dimensions**-0.5
    rows[size] = 0
    return rows


def describe(data: Encoded, size: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Describe each piece: sparse features (size, 3 size), and which pieces occur at all."""
    english, french = (np.bincount(side.ids, minlength=size) for side in (data.target, data.source))
    count = english + french
    linked = link_counts(data, size)
    share = english / np.maximum(count, 1)  # how English a piece is
    as_english = diags(share) + diags(1 - share) @ shares(linked)
    as_french = diags(1 - share) + diags(share) @ shares(linked.T.tocsr())
    features = hstack(
        [
            mutual_information(as_english @ shares(surroundings(data.target, size)), count),
            mutual_information(as_french @ shares(surroundings(data.source, size)), count),
            WORD_WEIGHT * mutual_information(as_english, count),
        ]
    ).tocoo()
    places = torch.from_numpy(np.stack([features.row, features.col]).astype(np.int64))
    values = torch.from_numpy(features.data.astype(np.float32))
    return (
        torch.sparse_coo_tensor(places, values, features.shape, check_invariants=False).coalesce(),
        torch.from_numpy(count > 0),
    )


def link_counts(data: Encoded, size: int) -> csr_matrix:
    """Count how often each French piece is linked to each English one: (size, size)."""
    if data.links is None:
        raise SystemExit("the corpus is not aligned: run scripts.align first")
    linked = np.flatnonzero(data.links >= 0)
    rows = np.searchsorted(data.target.starts, linked, side="right") - 1
    french = data.source.ids[data.source.starts[rows] + data.links[linked]]
    ones = np.ones(len(linked), np.float32)
    counts = csr_matrix((ones, (french, data.target.ids[linked])), shape=(size, size))
    counts.data[counts.data < SEEN] = 0
    counts.eliminate_zeros()
    return counts


def surroundings(side: Side, size: int) -> csr_matrix:
    """Count the pieces around each piece, weighed by nearness and never across rows."""
    row = np.repeat(np.arange(len(side.lengths), dtype=np.int32), side.lengths)
    total = csr_matrix((size, size), dtype=np.float32)
    for distance in range(1, WINDOW + 1):
        together = row[distance:] == row[:-distance]
        here, there = side.ids[:-distance][together], side.ids[distance:][together]
        weights = np.full(len(here), 1 / distance, np.float32)
        total = total + csr_matrix((weights, (here, there)), shape=(size, size))
    return (total + total.T).tocsr()


def shares(counts: csr_matrix) -> csr_matrix:
    """Divide each row by its sum; an empty row stays empty."""
    sums = np.asarray(counts.sum(1)).ravel()
    return (diags(1 / np.maximum(sums, 1e-9)) @ counts).tocsr()


def mutual_information(chances: csr_matrix, weights: npt.NDArray[np.int64]) -> csr_matrix:
    """Positive pointwise mutual information of rows of chances, row i seen `weights[i]` times."""
    joint = (diags(weights.astype(np.float64)) @ chances).tocoo()
    rows = np.asarray(joint.sum(1)).ravel()
    columns = np.asarray(joint.sum(0)).ravel() ** SMOOTHING
    expected = rows[joint.row] * (columns / columns.sum())[joint.col]
    information = np.log(np.maximum(joint.data / np.maximum(expected, 1e-12), 1.0))
    kept = information > 0
    places = (joint.row[kept], joint.col[kept])
    return csr_matrix((information[kept].astype(np.float32), places), shape=joint.shape)


@torch.no_grad()
def start(shape: Shape, embedding: torch.Tensor) -> Any:
    """Make a model around an embedding (V, width): identity in cross-attention, quiet layers."""
    model = blank(shape, len(embedding))
    for name, weights in model.named_parameters():
        if "encoder_attn.v_proj.weight" in name or "encoder_attn.out_proj.weight" in name:
            weights.copy_(torch.eye(shape.d))
        elif "encoder.layers" in name and name.endswith(("out_proj.weight", "fc2.weight")):
            weights.mul_(QUIET)
    model.model.shared.weight.copy_(embedding)
    return model


def main(arguments: list[str] | None = None) -> int:
    """Write start weights."""
    import sentencepiece

    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path, help="folder of an encoded, aligned corpus")
    parser.add_argument("start", type=Path, help="folder to write")
    parser.add_argument("--shape", choices=SHAPES, default="small")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(given.data / "sp.model"))
    shape = SHAPES[given.shape]
    embedding = lexical_embedding(read(given.data), len(pieces), shape.d, given.seed)
    for word in (word for word in TEMPLATES if pieces.piece_to_id(word) != pieces.unk_id()):
        nearest = (embedding @ embedding[pieces.piece_to_id(word)]).topk(5).indices.tolist()
        print(word, *(pieces.id_to_piece(piece) for piece in nearest if piece < len(pieces)))
    export(start(shape, embedding), given.data / "sp.model", given.start)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
