"""Muon for the matrices of a Marian model, AdamW for its embedding, norms and biases."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import torch

# Quintic Newton-Schulz coefficients (Jordan et al. 2024, "Muon: an optimizer for hidden layers in
# neural networks"): singular values end up between about 0.7 and 1.2, which is enough.
LINEAR, CUBIC, QUINTIC = 3.4445, -4.7750, 2.0315
NEWTON_SCHULZ_STEPS = 4
# Makes an update as large as AdamW's, so that both can share one learning rate (Liu et al. 2025,
# "Muon is scalable for LLM training", section 2.2).
UPDATE_SIZE = 0.2
TINY = 1e-7  # keeps a zero gradient from being divided by its own norm


class Muon(torch.optim.Optimizer):
    """Momentum whose update of each matrix is made orthogonal.

    Matrices of one shape are worked on together: on a CPU a step is a third shorter than with
    `torch.optim.Muon`, which takes them one by one.

    Args:
        parameters: matrices only.
        lr: learning rate.
        momentum: share of the running mean that is kept at each step (Nesterov's form).
        dtype: what Newton-Schulz computes in.
    """

    def __init__(
        self,
        parameters: Iterable[torch.nn.Parameter],
        lr: float,
        momentum: float = 0.95,
        dtype: torch.dtype = torch.float32,
    ) -> None:
        super().__init__(parameters, {"lr": lr, "momentum": momentum})
        self.dtype = dtype

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:  # type: ignore[override]
        """Update every matrix that has a gradient."""
        for group in self.param_groups:
            alike: dict[torch.Size, list[torch.Tensor]] = defaultdict(list)
            for matrix in group["params"]:
                if matrix.grad is not None:
                    alike[matrix.shape].append(matrix)
            for shape, matrices in alike.items():
                moves = torch.stack([self._momentum(matrix, group) for matrix in matrices])
                moves = orthogonal(moves.to(self.dtype)).to(matrices[0].dtype)
                rate = group["lr"] * UPDATE_SIZE * max(shape) ** 0.5
                torch._foreach_add_(matrices, list(moves.unbind()), alpha=-rate)

    def _momentum(self, matrix: torch.Tensor, group: dict[str, Any]) -> torch.Tensor:
        grad, state = matrix.grad, self.state[matrix]
        assert grad is not None
        if "m" not in state:
            state["m"] = torch.zeros_like(matrix)
        mean: torch.Tensor = state["m"]
        mean.lerp_(grad, 1 - group["momentum"])
        return grad.lerp(mean, group["momentum"])


def orthogonal(matrices: torch.Tensor) -> torch.Tensor:
    """Bring (N, rows, columns) near to the closest orthogonal matrices, by Newton-Schulz."""
    tall = matrices.shape[1] > matrices.shape[2]
    x = matrices.mT if tall else matrices
    x = x / (x.norm(dim=(1, 2), keepdim=True) + TINY)
    for _ in range(NEWTON_SCHULZ_STEPS):
        gram = x @ x.mT
        x = torch.baddbmm(
            x, torch.baddbmm(gram, gram, gram, beta=CUBIC, alpha=QUINTIC), x, beta=LINEAR
        )
    return x.mT if tall else x


def optimisers(
    model: Any, rate: float, embedding_share: float, dtype: torch.dtype
) -> list[torch.optim.Optimizer]:
    """Make Muon for the matrices of the layers and AdamW for the rest.

    Args:
        model: a MarianMTModel.
        rate: learning rate of both.
        embedding_share: learning rate of the tied embedding, as a share of `rate`; kept in its
            parameter group as `share`.
        dtype: what Newton-Schulz computes in.
    """
    embedding = model.model.shared.weight
    learned = [
        (name, parameter)
        for name, parameter in model.named_parameters()
        if parameter is not embedding and "embed_positions" not in name  # sinusoids stay
    ]
    matrices = [parameter for _, parameter in learned if parameter.dim() == 2]
    others = [parameter for _, parameter in learned if parameter.dim() != 2]
    groups: list[dict[str, Any]] = [
        {"params": others},
        {"params": [embedding], "share": embedding_share},
    ]
    adam = torch.optim.AdamW(groups, lr=rate, betas=(0.9, 0.98), weight_decay=0.0)
    return [Muon(matrices, rate, dtype=dtype), adam]


def set_rate(optimisers: Iterable[torch.optim.Optimizer], rate: float) -> None:
    """Set the learning rate of every group, scaled by the group's `share`."""
    for optimiser in optimisers:
        for group in optimiser.param_groups:
            group["lr"] = rate * group.get("share", 1.0)
