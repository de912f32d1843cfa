"""Make a toy model from the shipped pairs: every step of a real one, in about a minute.

    python -m scripts.smoke seeds TOY --minutes 0.5

leaves the folders of every step in TOY and prints the model's BLEU on its own training text: a toy
knows nothing else.
"""

import argparse
import shutil
from pathlib import Path

from scripts import align, corpus, lexicon, terms, train
from scripts.evaluate import __main__ as evaluate
from scripts.training.mix import find_file, read_mix, read_pairs

VOCABULARY = 800
LINES = 60  # of the training text, to be translated back
RECIPE = "--shape toy --cycles 1 --tokens 512 --rate 0.006 --warmup 20 --log 0.05 --validate 0.1"


def make(seeds: Path, folder: Path, limits: list[str]) -> Path:
    """Make a toy model and return its folder; `limits` are further flags of the training."""
    data, marked, start, run = (folder / name for name in ("data", "marked", "start", "run"))
    shutil.rmtree(folder, ignore_errors=True)
    mix = ["--mix", str(seeds / "mix.toml")]
    corpus.main([str(seeds), str(data), *mix, "--vocabulary", str(VOCABULARY)])
    align.main([str(data)])
    terms.main([str(data), str(marked), "--share", "0.2"])
    lexicon.main([str(marked), str(start), "--shape", "toy"])
    train.main([str(marked), str(run), "--init", str(start), *limits, *RECIPE.split()])
    return run / "model"


def write_set(seeds: Path, folder: Path) -> Path:
    """Write the first lines of the training text as an evaluation set; return its path."""
    pairs = [
        pair
        for source in read_mix(seeds / "mix.toml")
        for pair in read_pairs(find_file(seeds, source.name))
    ][:LINES]
    for language, side in zip(("fr", "en"), zip(*pairs, strict=True), strict=True):
        (folder / f"seen.{language}").write_text("\n".join(side) + "\n", encoding="utf-8")
    return folder / "seen"


def main(arguments: list[str] | None = None) -> int:
    """Make a toy model and measure it."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("seeds", type=Path, help="folder of the pairs and of their mix.toml")
    parser.add_argument("toy", type=Path, help="folder to write; replaced")
    parser.add_argument("--minutes", type=float, default=0.5, help="of training")
    parser.add_argument("--steps", type=int, default=0, help="of training, instead of minutes")
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args(arguments)
    limit = ["--steps", given.steps] if given.steps else ["--minutes", given.minutes]
    model = make(given.seeds, given.toy, [*map(str, limit), "--threads", str(given.threads)])
    kept = ["--scores", str(given.toy / "scores.json"), "--cache-dir", str(given.toy / "cache")]
    scores = [*kept, "--threads", str(given.threads)]
    return evaluate.main(
        ["translation", str(model), str(write_set(given.seeds, given.toy)), *scores]
    )


if __name__ == "__main__":
    raise SystemExit(main())
