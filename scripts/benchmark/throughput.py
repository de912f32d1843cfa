"""Many clients at once, beside the bare engine, transformers and LibreTranslate."""

import statistics
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from scripts.benchmark import texts
from scripts.benchmark.figures import Figure, Section
from scripts.benchmark.peers import (
    ROWS,
    RawCt2,
    Transformers,
    libretranslate,
    libretranslated,
)
from scripts.benchmark.recorder import merged, recorded, replay
from scripts.benchmark.service import Service, interligne, load, percentile
from service.pipeline import Pipeline, load_pipeline
from service.settings import Settings

ARTICLES_OF_CLIENT = {1: 12, 8: 6, 32: 3, 128: 2}
COMPARED = 32  # clients, where peers are measured
ONE_BY_ONE, BATCHED = 24, 6 * ROWS  # sentences that transformers translates in a round
PART = 3  # every so many articles go to LibreTranslate, and through the pipeline without a service
HOW = (
    f"Articles of {texts.SENTENCES_IN_ARTICLE} sentences, no two sentences alike, sent by so many "
    "clients of which each waits for its answer; the service remembers no segments. In each of "
    f"{{rounds}} rounds, one after the other: the service with {COMPARED} clients; raw "
    "`ctranslate2.Translator.translate_batch` on the same segments, cutting into pieces left out, "
    "with the best of three batch sizes; the engine on all that a third of the articles came to "
    "ask of it, names and red sentences included, in calls as large as can be; transformers "
    "`generate` (float32, beam 4) on a part of them. Medians of the ratios within a round. "
)
WITH_LIBRETRANSLATE = (
    "LibreTranslate serves the same weights, int8, over HTTP, with its own settings but for the "
    "sentence splitter: a regular expression stands in for MiniSBD, which would download a model."
)
WITHOUT_LIBRETRANSLATE = "LibreTranslate was not at hand (`--libretranslate PYTHON`)."


@dataclass(frozen=True, slots=True)
class Round:
    """Sentences per second of everyone; 0 of who was not at hand."""

    service: float
    raw: float
    asked: float
    one_by_one: float
    batched: float
    libretranslate: float


@dataclass(slots=True)
class Curve:
    """What a number of clients gets: sentences per second, and latencies in seconds."""

    rates: list[float] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Peers:
    """Everyone else."""

    pipeline: Pipeline
    raw: RawCt2
    transformers: Transformers
    libretranslate: Service | None

    def beside(self, rate: float, articles: Sequence[str]) -> Round:
        """Translate what the service has just translated at this rate, or a part of it."""
        engine = self.pipeline.engine
        segments = [piece for one in articles for piece in texts.segments_of(one, engine)]
        part = articles[::PART]
        asked = merged(recorded(self.pipeline, part))
        few = segments[:: max(1, len(segments) // ONE_BY_ONE)]
        many = segments[:: max(1, len(segments) // BATCHED)]
        other = self.libretranslate
        return Round(
            service=rate,
            raw=sentences_in(articles) / self.raw.seconds(segments),
            asked=sentences_in(part) / replay(engine, asked),
            one_by_one=len(few) / self.transformers.seconds(few),
            batched=len(many) / self.transformers.seconds(many, ROWS),
            libretranslate=sentences_in(part) / libretranslated(other, part) if other else 0.0,
        )


def sentences_in(articles: Sequence[str]) -> int:
    """Count sentences."""
    return len(articles) * texts.SENTENCES_IN_ARTICLE


def measure(
    rounds: int, threads: int, text: Path | None = None, python: Path | None = None
) -> Section:
    """Measure the service at several loads, and everyone at one of them.

    Args:
        rounds: how often.
        threads: of the bare engines; the service takes what there is.
        text: French to measure with, instead of what comes with the program.
        python: of an environment with LibreTranslate.
    """
    source = texts.distinct(texts.sentences(text))
    pipeline = load_pipeline(Settings(device="cpu", threads=threads))
    curves = {clients: Curve() for clients in ARTICLES_OF_CLIENT}
    compared: list[Round] = []
    with ExitStack() as stack:
        service = stack.enter_context(interligne())
        other = stack.enter_context(libretranslate(python, pipeline.bundle)) if python else None
        raw, peer = RawCt2(pipeline.bundle, threads), Transformers(pipeline.bundle, threads)
        peers = Peers(pipeline, raw, peer, other)
        load(service.address, texts.articles(source, 4), 2)  # warms up
        for _ in range(rounds):
            for clients, curve in curves.items():
                articles = texts.articles(source, clients * ARTICLES_OF_CLIENT[clients])
                rate = loaded(service, articles, clients, curve)
                if clients == COMPARED:
                    compared.append(peers.beside(rate, articles))
    how = HOW.format(rounds=rounds) + (WITH_LIBRETRANSLATE if python else WITHOUT_LIBRETRANSLATE)
    return Section(
        "throughput", how, (*ratios(compared, bool(python)), *by_clients(curves)), series(curves)
    )


def loaded(service: Service, articles: Sequence[str], clients: int, curve: Curve) -> float:
    """Load the service; note what its clients got and return sentences per second."""
    seconds, replies = load(service.address, articles, clients)
    curve.latencies += [reply.seconds for reply in replies]
    curve.rates.append(sentences_in(articles) / seconds)
    return curve.rates[-1]


def ratios(rounds: Sequence[Round], with_libretranslate: bool) -> list[Figure]:
    """Compare the service with everyone, and say how quick everyone was."""
    wanted = {
        "raw": ("raw CTranslate2, same segments", ">= 0.95"),
        "asked": ("the engine, all it was asked", ""),
        "one_by_one": ("transformers, one by one", ">= 5"),
        "batched": (f"transformers, {ROWS} at a time", ""),
        "libretranslate": ("LibreTranslate", ">= 3"),
    }
    if not with_libretranslate:
        del wanted["libretranslate"]
    figures = []
    for name, (peer, target) in wanted.items():
        ratio = statistics.median(r.service / getattr(r, name) for r in rounds)
        figures.append(Figure(f"{COMPARED} clients, to {peer}", ratio, "x", target))
    for name, (peer, _) in wanted.items():
        rate = statistics.median(getattr(r, name) for r in rounds)
        figures.append(Figure(peer, rate, "sentences/s"))
    return figures


def by_clients(curves: dict[int, Curve]) -> list[Figure]:
    """Say what each number of clients got."""
    figures = []
    for clients, curve in curves.items():
        rate, seen = statistics.median(curve.rates), curve.latencies
        figures += [
            Figure(f"{clients} clients", rate, "sentences/s"),
            Figure(f"{clients} clients, latency p50", percentile(seen, 50), "s"),
            Figure(f"{clients} clients, latency p95", percentile(seen, 95), "s"),
        ]
    return figures


def series(curves: dict[int, Curve]) -> dict[str, Sequence[tuple[float, float]]]:
    """Draw throughput and p95 over the number of clients."""
    return {
        "sentences/s over clients": [
            (clients, statistics.median(curve.rates)) for clients, curve in curves.items()
        ],
        "p95 in s over clients": [
            (clients, percentile(curve.latencies, 95)) for clients, curve in curves.items()
        ],
    }
