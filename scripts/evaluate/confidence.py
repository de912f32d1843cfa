"""Learn how sure of itself a model is of ordinary sentences, and write it into its `model.json`.

python -m scripts.evaluate confidence models/fr-en EVAL/flores-dev.fr

The text holds a French sentence a line. Kept are the mean log-probabilities that 0, 1, ... 100% of
the sentences do not exceed; the confidence of a sentence is its place among them.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from service.decoding import Decoding
from service.engines import load_engine
from service.models import find_bundle, write_record
from service.settings import Settings
from service.wording.rare_words import rare_words_of
from service.wording.sentences import SentenceTranslator


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the subcommand."""
    parser.add_argument("model", help="bundled name or folder; its model.json is rewritten")
    parser.add_argument("text", type=Path, help="a French sentence a line")


def main(args: argparse.Namespace) -> int:
    """Translate the text and write the table of its scores."""
    bundle = find_bundle(args.model)
    translate = SentenceTranslator(load_engine(bundle, Settings()), rare_words_of(bundle))
    lines = args.text.read_text(encoding="utf-8").splitlines()
    scores = [best.score for best, *_ in translate(lines, Decoding())]
    facts = bundle.record.model_dump(exclude={"files"}) | {"confidence": percentiles(scores)}
    record = write_record(bundle.folder, **facts)
    print(f"{bundle.name}: median {record.confidence[50]}, from {len(scores)} sentences")
    return 0


def percentiles(scores: Sequence[float]) -> list[float]:
    """Give the scores at 0, 1, ... 100% of the ordered scores, rounded to four decimals."""
    ordered = sorted(scores)
    return [round(ordered[round(p / 100 * (len(ordered) - 1))], 4) for p in range(101)]
