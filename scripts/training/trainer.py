"""One training step, and all that must be kept between two of them."""

import copy
import os
import time
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import torch

from scripts.training.batches import Batch
from scripts.training.loss import batch_loss
from scripts.training.optimiser import optimisers, set_rate
from scripts.training.shape import SHAPES, Shape, blank, load

LOWEST = 0.01  # share of the rate that is left at the end of a cycle
LATER, LOWEST_PEAK = 0.85, 0.4  # each cycle starts at this share of the one before, down to a floor
CLIP = 1.0  # largest norm of the gradient


@dataclass(frozen=True)
class Recipe:
    """Everything that shapes a run; each field is a flag of the command."""

    shape: str = field(default="small", metadata={"help": f"one of {', '.join(SHAPES)}"})
    minutes: float = field(default=120.0, metadata={"help": "of running in a cycle"})
    steps: int = field(default=0, metadata={"help": "in a cycle, instead of minutes"})
    cycles: int = field(default=1000, metadata={"help": "stop after this many"})
    tokens: int = field(default=2304, metadata={"help": "padded tokens a side in a batch"})
    rate: float = field(default=3e-3, metadata={"help": "highest learning rate"})
    embedding_share: float = field(default=0.4, metadata={"help": "the embedding's part of it"})
    warmup: int = field(default=150, metadata={"help": "steps"})
    cool: float = field(
        default=1.0, metadata={"help": "last share of a cycle in which the rate falls; 1: linear"}
    )
    smoothing: float = field(default=0.1, metadata={"help": "of the labels"})
    guide: float = field(default=0.2, metadata={"help": "weight of guided alignment"})
    dropout: float = field(default=0.0, metadata={"help": "pays from the third pass over the data"})
    average: float = field(
        default=0.0, metadata={"help": "decay of a running mean of the weights; 0: none"}
    )
    save: float = field(default=5.0, metadata={"help": "minutes between two states"})
    validate: float = field(default=30.0, metadata={"help": "minutes between two validations"})
    log: float = field(default=1.0, metadata={"help": "minutes between two rows of the curve"})
    dtype: str = field(
        default="auto", metadata={"help": "float32, bfloat16, or auto: the quicker one"}
    )
    threads: int = field(default=2, metadata={"help": "of the CPU"})
    seed: int = field(default=1, metadata={"help": "of the weights and of the order of the data"})


@dataclass
class Place:
    """How far a run is: in all, in the data (`at` batches into `epoch`) and in the cycle."""

    step: int = 0
    tokens: int = 0
    epoch: int = 0
    at: int = 0
    cycle: int = 0
    cycle_step: int = 0
    spent: float = 0.0  # seconds of training in this cycle

    def share(self, recipe: Recipe) -> float:
        """Say which share of the cycle is behind."""
        if recipe.steps:
            return self.cycle_step / recipe.steps
        return self.spent / (60 * recipe.minutes)


def rate_at(place: Place, recipe: Recipe) -> float:
    """Learning rate: warm-up, then stable, then a linear fall over the last share of the cycle."""
    peak = recipe.rate * max(LOWEST_PEAK, LATER**place.cycle)
    warm = min(1.0, (place.step + 1) / max(1, recipe.warmup))
    left = (1 - place.share(recipe)) / recipe.cool
    return peak * warm * min(1.0, max(LOWEST, left))


def quick_dtype(device: str) -> torch.dtype:
    """Choose bfloat16 where this machine multiplies it at least as fast as float32.

    A CPU without instructions for bfloat16 is a hundred times slower at it.
    """
    if device != "cpu":
        return torch.bfloat16
    took = {}
    for dtype in (torch.float32, torch.bfloat16):
        square = torch.randn(512, 512, dtype=dtype)
        square @ square
        started = time.perf_counter()
        square @ square
        took[dtype] = time.perf_counter() - started
    return min(took, key=lambda dtype: took[dtype])


class Trainer:
    """A model, what improves it, and where it is.

    `model` keeps the weights in float32. `worker`, which runs, is a copy in the quick type: much
    cheaper than casting at every use. Where float32 is quickest both are one.
    """

    def __init__(self, model: Any, recipe: Recipe, device: str, dtype: torch.dtype) -> None:
        self.recipe, self.device = recipe, device
        self.model = model.to(device).train()
        same = dtype == torch.float32
        self.worker = self.model if same else copy.deepcopy(self.model).to(dtype)
        self.average = copy.deepcopy(self.model) if recipe.average else None
        self.optimisers = optimisers(self.model, recipe.rate, recipe.embedding_share, dtype)
        self.place = Place()

    @property
    def best(self) -> Any:
        """The weights to keep: their running mean where there is one."""
        return self.average or self.model

    def step(self, batch: Batch) -> torch.Tensor:
        """Take one step and return the loss; advances the place, but not its clock."""
        recipe, place = self.recipe, self.place
        set_rate(self.optimisers, rate_at(place, recipe))
        loss = batch_loss(self.worker, batch, smoothing=recipe.smoothing, guide=recipe.guide)
        loss.backward()  # type: ignore[no-untyped-call]
        self._bring_gradients()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), CLIP)
        for optimiser in self.optimisers:
            optimiser.step()
            optimiser.zero_grad()
        self._bring_weights()
        place.step, place.at, place.cycle_step = place.step + 1, place.at + 1, place.cycle_step + 1
        place.tokens += batch.tokens
        return loss.detach()

    def _bring_gradients(self) -> None:
        if self.worker is self.model:
            return
        pairs = zip(self.model.parameters(), self.worker.parameters(), strict=True)
        for weights, copied in pairs:
            weights.grad = None if copied.grad is None else copied.grad.float()
            copied.grad = None

    @torch.no_grad()
    def _bring_weights(self) -> None:
        weights = list(self.model.parameters())
        if self.worker is not self.model:
            torch._foreach_copy_(list(self.worker.parameters()), weights)
        if self.average is not None:
            # young means forget faster, or they would remember the start
            decay = min(self.recipe.average, (1 + self.place.step) / (10 + self.place.step))
            torch._foreach_lerp_(list(self.average.parameters()), weights, 1 - decay)

    @torch.no_grad()
    def validate(self, batches: list[Batch]) -> float:
        """Mean cross-entropy of the weights to keep, in nats a target token, without smoothing."""
        model = copy.deepcopy(self.best).to(next(self.worker.parameters()).dtype).eval()
        total = sum(float(batch_loss(model, batch)) * batch.tokens for batch in batches)
        return total / sum(batch.tokens for batch in batches)

    def save(self, path: Path) -> None:
        """Write the whole state in one move."""
        state = {
            "model": self.model.state_dict(),
            "average": self.average and self.average.state_dict(),
            "opts": [optimiser.state_dict() for optimiser in self.optimisers],
            "shape": asdict(Shape.of(self.model.config)),
            **asdict(self.place),
        }
        part = path.with_name(path.name + ".part")
        torch.save(state, part)
        os.replace(part, path)

    def resume(self, state: dict[str, Any]) -> None:
        """Go on from a saved state; its model has the shape of ours."""
        self.model.load_state_dict(state["model"])
        if self.average is not None:
            self.average.load_state_dict(state.get("average") or state["model"])
        for optimiser, saved in zip(self.optimisers, state["opts"], strict=True):
            optimiser.load_state_dict(saved)
        known = {one.name for one in fields(Place)}
        self.place = Place(**{name: value for name, value in state.items() if name in known})
        if self.worker is not self.model:
            self._bring_weights()


def make_trainer(
    recipe: Recipe, size: int, state: dict[str, Any] | None, init: Path | None
) -> Trainer:
    """Make a trainer from a saved state, else from a folder, else from nothing."""
    torch.manual_seed(recipe.seed)
    torch.set_num_threads(recipe.threads)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    if state is None and init is not None:
        model = load(init, recipe.dropout)
    else:
        shape = Shape(**state["shape"]) if state else SHAPES[recipe.shape]
        model = blank(shape, size, recipe.dropout)
    dtype = quick_dtype(device) if recipe.dtype == "auto" else getattr(torch, recipe.dtype)
    trainer = Trainer(model, recipe, device, dtype)
    if state is not None:
        trainer.resume(state)
    return trainer
