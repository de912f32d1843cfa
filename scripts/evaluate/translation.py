"""BLEU and chrF of a model, and the table of its card.

python -m scripts.evaluate translation models/fr-en EVAL/newstest2013 EVAL/flores-dev \
    --published EVAL/published.tsv --scores models/fr-en/scores.json --card models/fr-en/README.md

A SET is a path without the endings of SET.fr and SET.en, a sentence a line. The English is measured
as the model writes it, before the typography of the page. Scores are kept in the file given by
--scores, so that sets can be measured one at a time; those of another model are dropped from it.
"""

import argparse
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import sacrebleu
from tqdm import tqdm

from service.cli.options import add_settings, settings_from
from service.decoding import Decoding
from service.engines import Engine, load_engine
from service.models import find_bundle
from service.wording.opening import raised
from service.wording.quotations import requoted
from service.wording.rare_words import NONE, RareWords, rare_words_of
from service.wording.sentences import shown_segments
from service.wording.typography import to_model

CHUNK = 256  # lines translated at once; the progress bar moves after each
START, STOP = "<!-- scores -->", "<!-- end of scores -->"
SYSTEMS = {  # columns of the card: name in the published table, heading
    "opusmt": "OPUS-MT",
    "argos": "Argos",
    "bergamot-tiny": "Bergamot tiny",
    "nllb": "NLLB",
    "google": "Google",
    "microsoft": "Microsoft",
}


@dataclass(frozen=True)
class Score:
    """What was measured on one set, and how."""

    set: str
    lines: int
    bleu: float
    chrf: float
    bleu_signature: str
    chrf_signature: str
    settings: str
    sha256: str


def translate(
    engine: Engine, lines: Sequence[str], beam_size: int, rare_words: RareWords = NONE
) -> list[str]:
    """Translate lines; one that is longer than the model takes is cut and joined again."""
    english: list[str] = []
    for start in tqdm(range(0, len(lines), CHUNK), desc="translating", unit="chunk"):
        chunk = lines[start : start + CHUNK]
        french = [to_model(line) for line in chunk]
        cuts = [shown_segments(line, engine, rare_words, engine.max_tokens) for line in french]
        flat = [piece for cut in cuts for piece in cut]
        answers = iter(engine.translate(flat, Decoding(beam_size=beam_size)))
        for line, written, cut in zip(chunk, french, cuts, strict=True):
            whole = " ".join(next(answers)[0].text for _ in cut)
            english.append(requoted(raised(whole, cut[0], line), written) if cut else whole)
    return english


def measure(
    name: str, english: Sequence[str], references: Sequence[str], settings: str, sha256: str
) -> Score:
    """Score translations against one reference each."""
    bleu, chrf = sacrebleu.BLEU(), sacrebleu.CHRF()
    scores = [metric.corpus_score(english, [references]).score for metric in (bleu, chrf)]
    return Score(
        set=name,
        lines=len(references),
        bleu=round(scores[0], 1),
        chrf=round(scores[1], 1),
        bleu_signature=str(bleu.get_signature()),
        chrf_signature=str(chrf.get_signature()),
        settings=settings,
        sha256=sha256,
    )


def read_published(path: Path | None) -> dict[tuple[str, str], str]:
    """Read the published BLEU of each (set, system)."""
    if path is None:
        return {}
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    return {(row[0], row[1]): row[2] for row in rows}


def table(scores: Sequence[Score], published: dict[tuple[str, str], str]) -> str:
    """Lay the scores beside the published ones, as Markdown."""
    heads = ["set", "lines", "BLEU", "chrF", *SYSTEMS.values()]
    rows = [heads, ["---"] * len(heads)]
    for score in scores:
        others = [published.get((score.set, system), "") for system in SYSTEMS]
        rows.append([score.set, str(score.lines), f"{score.bleu}", f"{score.chrf}", *others])
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    notes = sorted({f"`{score.bleu_signature}`, `{score.chrf_signature}`" for score in scores})
    settings = sorted({score.settings for score in scores})
    hashes = sorted({score.sha256[:12] for score in scores})
    told = f"Measured with {', '.join(settings)}; model {', '.join(hashes)}; {'; '.join(notes)}."
    return "\n".join([*lines, "", told])


def merge(path: Path | None, fresh: Sequence[Score]) -> list[Score]:
    """Add fresh scores to the kept ones of the same model and settings, and keep them all."""
    kept: dict[str, Score] = {}
    if path is not None and path.exists():
        old = [Score(**row) for row in json.loads(path.read_text(encoding="utf-8"))]
        alike = {(score.sha256, score.settings) for score in fresh}
        kept = {score.set: score for score in old if (score.sha256, score.settings) in alike}
    merged = sorted((kept | {score.set: score for score in fresh}).values(), key=lambda s: s.set)
    if path is not None:
        text = json.dumps([asdict(score) for score in merged], indent=1)
        path.write_text(text + "\n", encoding="utf-8")
    return merged


def rewrite_card(card: Path, content: str) -> None:
    """Replace what stands between the two markers of a card."""
    text = card.read_text(encoding="utf-8")
    before, rest = text.split(START, 1)
    _, after = rest.split(STOP, 1)
    card.write_text(f"{before}{START}\n{content}\n{STOP}{after}", encoding="utf-8")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the subcommand."""
    parser.add_argument("model", help="folder, name or hub id")
    parser.add_argument("sets", type=Path, nargs="+", metavar="SET", help="of SET.fr and SET.en")
    parser.add_argument("--bare", action="store_true", help="without the rare words of the bundle")
    add_settings(parser, "engine", "device", "threads", "beam_size", "cache_dir")
    parser.add_argument("--published", type=Path, help="table of set, system, BLEU")
    parser.add_argument("--scores", type=Path, help="JSON file to keep the scores in")
    parser.add_argument("--card", type=Path, help="rewrite the table of this model card")
    parser.add_argument("--output", type=Path, help="folder for the translations")


def main(args: argparse.Namespace) -> int:
    """Measure a model on each set and print the table."""
    bundle = find_bundle(args.model)
    settings = settings_from(args)
    engine = load_engine(bundle, settings)
    rare_words = NONE if args.bare else rare_words_of(bundle)
    told = f"{engine.name}, beam {settings.beam_size}"
    told += ", rare words shown" if rare_words is not NONE else ""
    fresh = []
    for path in args.sets:
        french, references = (
            Path(f"{path}.{language}").read_text(encoding="utf-8").splitlines()
            for language in ("fr", "en")
        )
        english = translate(engine, french, settings.beam_size, rare_words)
        fresh.append(measure(path.name, english, references, told, bundle.sha256))
        print(json.dumps(asdict(fresh[-1])), flush=True)
        if args.output:
            os.makedirs(args.output, exist_ok=True)
            text = "".join(f"{line}\n" for line in english)
            (args.output / f"{path.name}.en").write_text(text, encoding="utf-8")
    content = table(merge(args.scores, fresh), read_published(args.published))
    print(content)
    if args.card:
        rewrite_card(args.card, content)
    return 0
