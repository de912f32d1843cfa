"""Weights as whole numbers of 8 bits that every processor multiplies alike.

An x86 processor without VNNI multiplies a byte of the input, 0 to 255, by a byte of a weight, and
adds two neighbours in 16 bits: what does not fit is cut, silently. With rows scaled to 127, as
CTranslate2 does it, that costs the bundled model up to a point of BLEU on such processors. Here a
row is scaled so that no two neighbours can overflow: the precision of 100 instead of 127 on
average, and the same sums on all processors.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

LARGEST = 127
# 255 * 128 = 32,640 fits into 16 bits. Rounding makes two neighbours larger by one at most.
LARGEST_PAIR = 127.5


def quantise(spec: Any) -> None:
    """Replace the float32 matrices of a CTranslate2 specification by 8-bit weights and scales."""
    from ctranslate2.specs.model_spec import NumpyVariable, visit_spec

    def replace(layer: Any, name: str, value: Any) -> None:
        key = name.rpartition("/")[2]
        if hasattr(layer, f"{key}_scale") and not isinstance(value, str):  # a name: shared weights
            weights, scales = in_8_bits(value.numpy())
            setattr(layer, key, NumpyVariable(weights))
            setattr(layer, f"{key}_scale", NumpyVariable(scales))

    visit_spec(spec, replace)


def in_8_bits(
    matrix: NDArray[np.float32],
) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Round a matrix to whole numbers, each row by its own scale; `matrix` is about the quotient.

    Args:
        matrix: rows of weights, each multiplied with the input. The last column may stand alone.

    Returns:
        The whole numbers, -127 to 127, of the same shape, and the scale of each row.
    """
    scales = np.minimum(
        LARGEST / _positive(np.abs(matrix).max(axis=1)),
        LARGEST_PAIR / _positive(_largest_pairs(matrix)),
    ).astype(np.float32)
    return np.rint(matrix * scales[:, None]).astype(np.int8), scales


def _largest_pairs(matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    """Give the largest sum of two neighbours of the same sign in each row, as a size.

    Neighbours are columns 0 and 1, 2 and 3...: the instruction takes them so.
    """
    even = np.pad(matrix, ((0, 0), (0, matrix.shape[1] % 2)))
    pairs = even.reshape(len(even), -1, 2)
    sizes = [np.clip(sign * pairs, 0, None).sum(axis=2).max(axis=1) for sign in (1, -1)]
    largest: NDArray[np.float32] = np.maximum(*sizes)
    return largest


def _positive(sizes: NDArray[np.float32]) -> NDArray[np.float32]:
    """Replace zeros, those of rows without weights, by a size that keeps scales finite."""
    return np.maximum(sizes, np.float32(1e-30))
