"""Train a Marian model on a CPU or a GPU, in cycles that each end in a usable model.

    python -m scripts.train DATA RUN --init START --minutes 120

DATA is an encoded corpus (scripts.corpus), START a Hugging Face folder to begin with, such as the
lexical start (scripts.lexicon) or the bundled model. RUN belongs outside the work tree and holds

    last.pt        weights, optimisers and place, replaced in one move; run the same command again
                   after any stop and the training goes on from it
    model/         Hugging Face folder of the last whole cycle, with the recipe and the versions
    curve.tsv/svg  the learning curve

A cycle brings the learning rate from --rate down to nothing over --minutes of running, or over
--steps, which with a fixed --dtype is reproducible. The next cycle starts from there, at a rate a
little lower.
"""

import argparse
import platform
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, fields
from importlib.metadata import version
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import sentencepiece
import torch
from tqdm import tqdm

from scripts.training import curve
from scripts.training.batches import RESERVED, Batch, Encoded, Ints, cut, held_out, read, tensors
from scripts.training.shape import export
from scripts.training.trainer import Recipe, make_trainer, rate_at

LIBRARIES = ("torch", "transformers", "sentencepiece", "numpy")


class Run:
    """A training that lasts: its folder, its data and its clocks."""

    def __init__(
        self,
        data: Path,
        folder: Path,
        recipe: Recipe,
        init: Path | None = None,
        *,
        reverse: bool = False,
    ) -> None:
        self.folder, self.recipe, self.name = folder, recipe, "en-fr" if reverse else "fr-en"
        self.pieces = data / "sp.model"
        self.pad = len(sentencepiece.SentencePieceProcessor(model_file=str(self.pieces)))
        self.data: Encoded = read(data).reversed() if reverse else read(data)
        folder.mkdir(parents=True, exist_ok=True)
        saved = folder / "last.pt"
        state = torch.load(saved, map_location="cpu") if saved.exists() else None
        self.trainer = make_trainer(recipe, self.pad + 1, state, init)
        held = held_out(len(self.data))
        self.rows = np.arange(held, len(self.data))
        self.held = [self._tensors(rows) for rows in self._cut(np.arange(held), 0)]
        self.in_epoch = 1  # batches; known once they are cut
        self.due = {name: time.monotonic() for name in ("log", "save", "validate")}
        self.since = (self.trainer.place.tokens, time.monotonic())
        self.losses: list[torch.Tensor] = []

    def _cut(self, rows: Ints, epoch: int) -> list[Ints]:
        return cut(self.data, rows, self.recipe.tokens, [self.recipe.seed, epoch])

    def _tensors(self, rows: Ints) -> Batch:
        return tensors(self.data, rows, self.pad, self.trainer.device)

    def batches(self) -> Iterator[Batch]:
        """Yield batches from where the run is, epoch after epoch, without end."""
        place = self.trainer.place
        while True:
            batches = self._cut(self.rows, place.epoch)
            self.in_epoch = len(batches)
            while place.at < len(batches):
                yield self._tensors(batches[place.at])
            place.epoch, place.at = place.epoch + 1, 0

    def train(self) -> None:
        """Train to the end of the last cycle; a stop from outside ends the step and saves."""
        print(self.headline(), flush=True)
        with until_signalled() as stop, tqdm(total=1000, desc="cycle", unit="‰") as bar:
            self._train(bar, stop)
        if stop.is_set():
            self.trainer.save(self.folder / "last.pt")
            print(f"stopped and saved at step {self.trainer.place.step}", flush=True)

    def _train(self, bar: Any, stop: Event) -> None:
        place, batches = self.trainer.place, self.batches()
        tick = time.monotonic()
        while place.cycle < self.recipe.cycles and not stop.is_set():
            self.losses.append(self.trainer.step(next(batches)))
            now = time.monotonic()
            place.spent, tick = place.spent + now - tick, now
            bar.update(int(1000 * min(1, place.share(self.recipe))) - bar.n)
            if place.share(self.recipe) >= 1:
                self.end_cycle()
                bar.reset()
            elif self.is_due("log"):
                self.log(validate=self.is_due("validate"))
            if self.is_due("save"):
                self.trainer.save(self.folder / "last.pt")

    def is_due(self, what: str) -> bool:
        """Say whether it is time again to log, save or validate, and if so start its clock anew."""
        now = time.monotonic()
        due = now - self.due[what] >= 60 * float(getattr(self.recipe, what))
        if due:
            self.due[what] = now
        return due

    def log(self, *, validate: bool) -> None:
        """Add a row to the curve and draw it."""
        place = self.trainer.place
        tokens, began = self.since
        row: dict[str, float] = {
            "step": place.step,
            "epoch": place.epoch + place.at / self.in_epoch,
            "million_tokens": place.tokens / 1e6,
            "loss": float(torch.stack(self.losses).mean()),
            "tokens_per_second": (place.tokens - tokens) / (time.monotonic() - began),
            "rate": rate_at(place, self.recipe),
        }
        if validate:
            row["validation"] = self.trainer.validate(self.held)
        curve.append(self.folder / "curve.tsv", row)
        curve.draw(self.folder / "curve.tsv", self.folder / "curve.svg")
        tqdm.write("  ".join(f"{name} {value:.5g}" for name, value in row.items()))
        self.losses, self.since = [], (place.tokens, time.monotonic())

    def end_cycle(self) -> None:
        """Write the usable model, and begin the next cycle."""
        place = self.trainer.place
        self.log(validate=True)
        place.cycle, place.cycle_step, place.spent = place.cycle + 1, 0, 0.0
        self.trainer.save(self.folder / "last.pt")
        folder = self.folder / "model"
        story, facts = self.story(), self.facts()
        export(self.trainer.best, self.pieces, folder, story=story, facts=facts)

    def story(self) -> dict[str, Any]:
        """Tell how the weights came to be: recipe, place, versions, machine."""
        return {
            "recipe": asdict(self.recipe),
            "place": asdict(self.trainer.place),
            "pairs": len(self.rows),
            "versions": {"python": platform.python_version()}
            | {name: version(name) for name in LIBRARIES},
            "device": self.trainer.device,
            "dtype": str(next(self.trainer.worker.parameters()).dtype),
        }

    def facts(self) -> dict[str, Any]:
        """Say what a bundle's record has to know of the model."""
        model = sentencepiece.SentencePieceProcessor(model_file=str(self.pieces))
        return {
            "name": self.name,
            "marks": bool((self.data.source.ids == model.piece_to_id(RESERVED[0])).any()),
            "max_tokens": int(self.data.source.lengths.max()) - 1,
            "alignment_heads": int(self.recipe.guide > 0 and self.data.links is not None),
        }

    def headline(self) -> str:
        """Describe the run in one line."""
        story, place = self.story(), self.trainer.place
        millions = sum(weights.numel() for weights in self.trainer.model.parameters()) / 1e6
        return (
            f"{millions:.1f} M parameters on {story['device']} in {story['dtype']}, "
            f"{len(self.rows)} pairs; step {place.step}, epoch {place.epoch}, "
            f"cycle {place.cycle} at {place.share(self.recipe):.0%}"
        )


@contextmanager
def until_signalled() -> Iterator[Event]:
    """Turn the signals that ask a program to stop into an event, for as long as the block lasts."""
    stop = Event()
    asked = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, lambda *_: stop.set()) for number in asked]
    try:
        yield stop
    finally:
        for number, handler in zip(asked, before, strict=True):
            signal.signal(number, handler)


def main(arguments: list[str] | None = None) -> int:
    """Train, or go on training."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path, help="folder of an encoded corpus")
    parser.add_argument("run", type=Path, help="folder of this training")
    parser.add_argument("--init", type=Path, help="Hugging Face folder to begin with")
    parser.add_argument("--reverse", action="store_true", help="from English to French")
    for one in fields(Recipe):
        flag = "--" + one.name.replace("_", "-")
        kind = type(one.default)
        parser.add_argument(flag, type=kind, default=one.default, help=one.metadata["help"])
    given = vars(parser.parse_args(arguments))
    recipe = Recipe(**{one.name: given[one.name] for one in fields(Recipe)})
    run = Run(given["data"], given["run"], recipe, given["init"], reverse=given["reverse"])
    run.train()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
