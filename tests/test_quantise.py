"""Weights of 8 bits, and what comes out of a multiplication with them."""

from pathlib import Path

import ctranslate2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from service.engines.pieces import Vocabulary
from service.models import Bundle, convert, find_bundle
from service.models.quantise import in_8_bits
from service.wording.typography import to_model

SEEDS = Path(__file__).parents[1] / "seeds/parallel.tsv"
LINES = 100
# Nats a token. Rows scaled to 127 came to 0.126 on a processor without VNNI, these to 0.058.
FURTHEST = 0.09


@given(
    arrays(
        np.float32,
        array_shapes(min_dims=2, max_dims=2, max_side=9),
        elements=st.floats(-100, 100, width=32),
    )
)
def test_no_two_neighbours_overflow(matrix: np.ndarray) -> None:
    """The largest input byte times any two of them stays within 16 bits, and none is far off."""
    weights, scales = in_8_bits(matrix)
    even = np.pad(weights.astype(int), ((0, 0), (0, weights.shape[1] % 2)))
    for first, second in ((0, 0), (0, 255), (255, 0), (255, 255)):
        sums = first * even[:, ::2] + second * even[:, 1::2]
        assert sums.min() >= np.iinfo(np.int16).min
        assert sums.max() <= np.iinfo(np.int16).max
    assert np.abs(weights).max() <= 127
    assert np.abs(weights - matrix * scales[:, None]).max() <= 0.501


@pytest.mark.parametrize(
    ("row", "weights", "scale"),
    [
        ([1.0, 1.0, 0.5], [64, 64, 32], 63.75),  # two neighbours would come to 255 * 254
        ([1.0, -1.0, 0.5], [127, -127, 64], 127.0),  # these make up for each other
        ([0.0, 0.0, 0.0], [0, 0, 0], None),
    ],
)
def test_a_row_is_as_fine_as_its_neighbours_let_it(
    row: list[float], weights: list[int], scale: float | None
) -> None:
    """Only rows with two large neighbours of one sign lose precision; zeros stay zeros."""
    rounded, scales = in_8_bits(np.array([row], np.float32))
    assert rounded.tolist() == [weights]
    assert np.isfinite(scales).all()
    assert scale is None or scales[0] == pytest.approx(scale)


def test_eight_bits_judge_translations_nearly_as_float_does(tmp_path: Path) -> None:
    """On whatever processor this runs."""
    bundle = find_bundle("models/fr-en")
    scores = {
        kind: token_scores(bundle, convert(bundle, tmp_path, kind), kind)
        for kind in ("float32", "int8")
    }
    assert len(scores["int8"]) > 10 * LINES
    assert np.abs(scores["int8"] - scores["float32"]).mean() < FURTHEST


def token_scores(bundle: Bundle, folder: Path, kind: str) -> np.ndarray:
    """Score the English of the seeds' pairs; a log-probability each token."""
    rows = [line.split("\t") for line in SEEDS.read_text(encoding="utf-8").splitlines()[:LINES]]
    vocabulary = Vocabulary(bundle)
    jobs = vocabulary.jobs(
        [to_model(french) for french, _ in rows],
        [to_model(english) for _, english in rows],
        links=False,
    )
    results = ctranslate2.Translator(str(folder), compute_type=kind).score_batch(
        [vocabulary.source_tokens(job) for job in jobs],
        [vocabulary.prefix_tokens(job) for job in jobs],
    )
    return np.concatenate([result.log_probs for result in results])
