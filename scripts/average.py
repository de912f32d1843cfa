"""Average the weights of models: of the ends of several cycles, or of trainings with one start.

    python -m scripts.average MEAN RUN/model models/fr-en

MEAN becomes a bundle like the first model. Where all come from one start the mean lies in the same
valley, and is better than each, for their noise cancels out (Wortsman et al. 2022, "Model soups").
"""

import argparse
import json
from pathlib import Path
from typing import Any

import torch

from scripts.training.shape import export, load
from service.models import read_bundle

FACTS = {"name", "marks", "max_tokens", "alignment_heads"}  # of the record; the rest is measured


@torch.no_grad()
def mean(folders: list[Path]) -> Any:
    """Average the weights of Hugging Face folders of one shape, in float32."""
    first, *others = [load(folder) for folder in folders]
    weights = list(first.parameters())
    for other in others:
        torch._foreach_add_(weights, list(other.parameters()))
    torch._foreach_div_(weights, len(folders))
    return first


def story(folder: Path) -> dict[str, Any]:
    """Read how a model came to be."""
    path = folder / "training.json"
    told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return {"sha256": read_bundle(folder).sha256, **told}


def main(arguments: list[str] | None = None) -> int:
    """Write the mean."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("mean", type=Path, help="folder to write")
    parser.add_argument("models", type=Path, nargs="+", help="bundles of one shape and vocabulary")
    given = parser.parse_args(arguments)
    first = given.models[0]
    export(
        mean(given.models),
        first / "source.spm",
        given.mean,
        story={"mean_of": [story(folder) for folder in given.models]},
        facts=read_bundle(first).record.model_dump(include=FACTS),
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
