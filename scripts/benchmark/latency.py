"""What one reader waits for: an article, its first paragraph, a headline behind a long document."""

import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import httpx2

from scripts.benchmark import texts
from scripts.benchmark.figures import Figure, Section
from scripts.benchmark.recorder import Call, recorded, replay
from scripts.benchmark.service import ANSWERED_IN, PLAIN, Service, interligne, percentile
from service.decoding import Decoding
from service.pipeline import load_pipeline
from service.settings import Settings
from service.split import split

DOCUMENT_WORDS = 60_000
SETTLED_IN = 5.0  # seconds until the document fills the queue
HOW = (
    "One client, {runs} times, in turn: the engine on what the seed article asks of it, in this "
    "process; the article over HTTP. The same for the segments of its first paragraph and the "
    "first `paragraph` event. Then headlines of one sentence, {headlines} alone and {headlines} "
    f"while a document of {DOCUMENT_WORDS:,} words is being translated. Medians."
)


def measure(runs: int, threads: int, text: Path | None = None) -> Section:
    """Measure so many times; ten times as many headlines."""
    pipeline = load_pipeline(Settings(device="cpu", threads=threads))
    seed = texts.SEED.read_text(encoding="utf-8")
    asked = recorded(pipeline, [seed])
    first = split(seed).paragraphs[0]
    opening = [Call(texts.segments_of(seed[first.start : first.end], pipeline.engine), Decoding())]
    source = texts.distinct(texts.sentences(text))
    with interligne(INTERLIGNE_MAX_CHARACTERS="10000000") as service:
        http = httpx2.Client(base_url=service.address, timeout=ANSWERED_IN)
        translate(http, seed)
        article, engine, event, paragraph = [], [], [], []
        for _ in range(runs):
            engine.append(replay(pipeline.engine, asked))
            article.append(translate(http, seed))
            paragraph.append(replay(pipeline.engine, opening))
            event.append(first_event(http, seed))
        idle = [translate(http, headline) for headline in islice(source, runs * 10)]
        with translating(service, texts.document(source, DOCUMENT_WORDS)):
            behind = [translate(http, headline) for headline in islice(source, runs * 10)]
    middle = statistics.median
    return Section(
        "latency",
        HOW.format(runs=runs, headlines=runs * 10),
        (
            Figure(
                "seed article, to the engine's own time",
                middle(article) / middle(engine),
                "x",
                "<= 1.15",
            ),
            Figure("seed article over HTTP", middle(article), "s"),
            Figure("seed article, the engine alone", middle(engine), "s"),
            Figure(
                "first paragraph event, after the engine's own time",
                1000 * (middle(event) - middle(paragraph)),
                "ms",
                "<= 150",
            ),
            Figure(
                "headline behind a document, to alone", middle(behind) / middle(idle), "x", "<= 3"
            ),
            Figure("headline alone, p50", 1000 * middle(idle), "ms"),
            Figure("headline alone, p95", 1000 * percentile(idle, 95), "ms"),
            Figure("headline behind a document, p50", 1000 * middle(behind), "ms"),
            Figure("headline behind a document, p95", 1000 * percentile(behind, 95), "ms"),
        ),
    )


def translate(http: httpx2.Client, text: str) -> float:
    """Have a text translated; return the seconds."""
    begin = time.perf_counter()
    http.post("/v1/articles", content=text.encode(), headers=PLAIN).raise_for_status()
    return time.perf_counter() - begin


def first_event(http: httpx2.Client, text: str) -> float:
    """Ask for events; return the seconds until the first paragraph was there, and read on."""
    begin = time.perf_counter()
    seconds = 0.0
    headers = PLAIN | {"accept": "text/event-stream"}
    with http.stream("POST", "/v1/articles", content=text.encode(), headers=headers) as response:
        response.raise_for_status()
        for line in response.iter_lines():
            if line.startswith("data:") and not seconds:
                seconds = time.perf_counter() - begin
    return seconds


@contextmanager
def translating(service: Service, document: str) -> Iterator[None]:
    """Keep the service busy with a document; give up on it at the end."""
    stop = threading.Event()

    def read() -> None:
        headers = PLAIN | {"accept": "text/event-stream"}
        with httpx2.stream(
            "POST",
            f"{service.address}/v1/articles",
            content=document.encode(),
            headers=headers,
            timeout=ANSWERED_IN,
        ) as response:
            response.raise_for_status()
            for _ in response.iter_lines():
                if stop.is_set():
                    return

    reader = threading.Thread(target=read)
    reader.start()
    time.sleep(SETTLED_IN)
    if not reader.is_alive():
        raise RuntimeError("the document was not translated")
    yield
    if not reader.is_alive():
        raise RuntimeError("the document was done before the headlines were")
    stop.set()
    reader.join()
