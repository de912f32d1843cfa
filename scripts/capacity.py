"""What it takes to translate so many articles a minute, and what gives out first.

    python -m scripts.capacity                    # measures on this machine, about a minute
    python -m scripts.capacity --database-url postgresql://... --gpu 90000 --plot capacity.svg

Measured, in seconds of one core for an article of ten sentences: the engine; the application around
it (HTTP, names, checks, summary), by a run with an engine that replays what the real one said; the
search for terms in a glossary; and, in seconds on the clock, a job in the database from its arrival
to its result. Given, not measured: tokens per second of a GPU (`--gpu`), and what it costs an
ingress to ask replicas (`--hop`, measured by `scripts.cluster`).

Every kind of part is counted by itself: so many articles a minute divided by what one does, at a
load of 70%, for queues grow without bound near 100%.
"""

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from math import ceil
from pathlib import Path
from tempfile import TemporaryDirectory

from fastapi.testclient import TestClient

from scripts.benchmark import texts
from scripts.benchmark.figures import conditions
from scripts.benchmark.recorder import Call, merged, recorded, replay
from service.api import create_app
from service.article import Origin
from service.decoding import Decoding, Hypothesis
from service.engines import Engine
from service.engines.wrapped import WrappedEngine
from service.names.find import find
from service.names.glossary import Glossary, Term, layered, of_terms
from service.pipeline import Pipeline, load_pipeline
from service.settings import Settings
from service.split import split
from service.store import open_store
from service.store.jobs import Jobs, Submission
from service.store.leases import Leases

RATES = (10, 1_000, 100_000)  # articles a minute
LOAD = 0.7
ARTICLES = 40  # measured with
JOBS = 50
TERMS = 10_000  # of a large stored glossary
TERM_LETTERS = "abcdefghijklmnopqrstuvwxyz"
HOP = 0.08  # seconds of a core for an article; `scripts.cluster` on two cores of an AMD EPYC
GPU = 60_000.0  # an assumption, to be replaced by a measurement
COLOURS = ("#1b6ca8", "#c8553d", "#588157", "#6d597a", "#b08900")


@dataclass(frozen=True, slots=True)
class Part:
    """A kind of part that a service is made of.

    Attributes:
        rate: articles a minute that one does when it does nothing else.
    """

    name: str
    rate: float

    def needed(self, articles: float) -> int:
        """Count how many it takes for so many articles a minute."""
        return ceil(articles / (self.rate * LOAD))


class ReplayingEngine(WrappedEngine):
    """Says what an engine said before, at no cost."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self._said: dict[tuple[str, str, Decoding], list[Hypothesis]] = {}

    def translate(
        self, segments: Sequence[str], decoding: Decoding, prefixes: Sequence[str] | None = None
    ) -> list[list[Hypothesis]]:
        """Replay; what was never said is asked of the engine."""
        decoding = replace(decoding, max_segment_tokens=0)
        starts = prefixes or [""] * len(segments)
        keys = [(*pair, decoding) for pair in zip(segments, starts, strict=True)]
        new = [key for key in dict.fromkeys(keys) if key not in self._said]
        if new:
            said = self._engine.translate([n[0] for n in new], decoding, [n[1] for n in new])
            self._said.update(zip(new, said, strict=True))
        return [self._said[key] for key in keys]


def main() -> None:
    """Measure, print the table and draw the plot."""
    args = arguments()
    settings = Settings(threads=1, device="cpu", cache_segments=0, jobs=0)
    pipeline = load_pipeline(settings)
    articles = texts.articles(texts.distinct(texts.sentences()), ARTICLES)
    calls = recorded(pipeline, articles)
    tokens = tokens_of(calls, pipeline.engine) / ARTICLES
    per_second = tokens * ARTICLES / engine_seconds(pipeline.engine, calls)
    application = application_seconds(pipeline, articles)
    lookup, indexing = glossary_seconds(articles, pipeline.glossary)
    database = database_seconds(args.database_url, articles)
    parts = [
        Part("cores for engines", 60 * per_second / tokens),
        Part("or GPUs for engines", 60 * args.gpu / tokens),
        Part("cores for ingresses", 60 / (application + args.hop)),
        Part(f"cores for glossaries of {TERMS:,} terms", 60 / lookup),
        Part("databases, if all were jobs", 60 / database),
    ]
    print(f"{conditions()}\n")
    print(f"an article: {texts.SENTENCES_IN_ARTICLE} sentences, {tokens:.0f} tokens")
    print(f"engine: {per_second:,.0f} tokens/s a core; GPU, assumed: {args.gpu:,.0f} tokens/s")
    print(f"application: {1000 * application:.1f} ms; asking replicas: {1000 * args.hop:.1f} ms")
    print(f"glossary: {1000 * lookup:.2f} ms; its index, once a version: {indexing:.2f} s")
    print(f"database: {1000 * database:.1f} ms a job\n")
    print(table(parts))
    if args.plot:
        plot(parts, args.plot)


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--gpu", type=float, default=GPU, help="source tokens/s of one")
    parser.add_argument("--hop", type=float, default=HOP, help="seconds of a core for an article")
    parser.add_argument("--database-url", help="else SQLite on this disk")
    parser.add_argument("--plot", type=Path, help="draw it here")
    return parser.parse_args()


def tokens_of(calls: Sequence[Call], engine: Engine) -> int:
    """Count the source tokens of calls, second opinions and repairs included."""
    return sum(engine.count_tokens(segment) + 1 for call in calls for segment in call.segments)


def engine_seconds(engine: Engine, calls: Sequence[Call]) -> float:
    """Translate in full batches, as a busy service does; CPU seconds."""
    batches = merged(calls)
    return cpu_seconds(lambda: replay(engine, batches))


def application_seconds(pipeline: Pipeline, articles: Sequence[str]) -> float:
    """Serve articles with an engine that replays; return the CPU seconds of one."""
    quick = replace(pipeline, engine=ReplayingEngine(pipeline.engine))
    with TestClient(create_app(quick)) as client:

        def serve() -> None:
            for text in articles:
                assert client.post("/v1/articles", json={"text": text}).status_code == 200

        serve()  # to have it all to replay
        return cpu_seconds(serve) / len(articles)


def cpu_seconds(work: Callable[[], object]) -> float:
    """Tell how many CPU seconds work takes, of all threads."""
    begin = time.process_time()
    work()
    return time.process_time() - begin


def glossary_seconds(articles: Sequence[str], built_in: Glossary) -> tuple[float, float]:
    """Tell what finding names costs with a large glossary, and what its index does."""
    split_articles = [split(text) for text in articles]
    glossary = layered(large_glossary(), built_in)

    def look_up() -> None:
        for one in split_articles:
            find(one, glossary)

    indexing = cpu_seconds(look_up)  # built when first needed
    with_it = cpu_seconds(look_up)
    return with_it / len(articles), indexing - with_it


def large_glossary() -> Glossary:
    """Make up terms of two words."""
    words = [a + b + c for a in TERM_LETTERS for b in TERM_LETTERS for c in TERM_LETTERS]
    pairs = zip(words[:TERMS], words[-TERMS:], strict=True)
    return of_terms(
        (Term((f"{a.capitalize()} {b}",), (f"{b.capitalize()} {a}",)) for a, b in pairs),
        Origin.STORED,
    )


def database_seconds(url: str | None, articles: Sequence[str]) -> float:
    """Take jobs from their arrival to their result, one after the other; seconds of one."""
    with TemporaryDirectory() as folder:
        store = open_store(url or f"sqlite:///{folder}/capacity.db")
        jobs, leases = Jobs(store, keep=timedelta(), most=JOBS), Leases(store, keep=timedelta())
        begin = time.perf_counter()
        for number in range(JOBS):
            payload = articles[number % len(articles)].encode()
            jobs.submit(Submission(payload, "article.txt", "text/plain", {}, None))
            claim = leases.claim(60)
            assert claim
            leases.recorded(claim, ["key"])
            leases.record(claim, {"key": payload.decode()}, asked=1)
            leases.finish(claim, payload)
        seconds = time.perf_counter() - begin
        leases.sweep()
        store.close()
    return seconds / JOBS


def table(parts: Sequence[Part]) -> str:
    """Say how many of each part it takes, and which gives out first."""
    head = "| | one does, articles/min | " + " | ".join(f"{rate:,}/min" for rate in RATES) + " |"
    rows = [head, "|---|---:|" + "---:|" * len(RATES)]
    for part in parts:
        needed = " | ".join(f"{part.needed(rate):,}" for rate in RATES)
        rows.append(f"| {part.name} | {part.rate:,.0f} | {needed} |")
    first = min(parts, key=lambda part: part.rate)
    rest = sorted(parts, key=lambda part: part.rate)[1:]
    rows.append("")
    rows.append(
        f"With one of each, {first.name} give out first, then "
        + ", then ".join(
            f"{part.name} ({part.rate / first.rate:.0f} times as much)" for part in rest
        )
    )
    return "\n".join(rows)


def plot(parts: Sequence[Part], file: Path) -> None:
    """Draw how many of each part it takes against articles a minute."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 4.5), layout="constrained")
    axes = figure.subplots()
    rates = [10 ** (step / 20) for step in range(20, 101)]
    for part, colour in zip(parts, COLOURS, strict=True):
        axes.plot(rates, [part.needed(rate) for rate in rates], label=part.name, color=colour)
    axes.set(xscale="log", yscale="log", xlabel="articles a minute", ylabel="how many it takes")
    axes.grid(alpha=0.3)
    axes.legend(frameon=False)
    figure.savefig(file)


if __name__ == "__main__":
    main()
