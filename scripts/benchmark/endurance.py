"""Long documents, and many articles: time and memory."""

import statistics
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import httpx2

from scripts.benchmark import texts
from scripts.benchmark.figures import Figure, Section
from scripts.benchmark.service import PLAIN, Service, interligne, load, resident_megabytes

UNHURRIED = {
    "INTERLIGNE_MAX_CHARACTERS": "20000000",
    "INTERLIGNE_DEADLINE": "36000",
    "INTERLIGNE_CACHE_SEGMENTS": "1000",  # full, and so of one size, after a few articles
}
LOOK = 0.1  # seconds between two looks at the memory
BATCHES = 40  # of articles, between which the memory is looked at
WARM_UP = 0.2  # of the articles, not in the slope
CLIENTS = 4
DOCUMENTS = (
    "One document after the other over HTTP as server-sent events, read as they come, by a service "
    "of its own for each; time until the last event, and how far its memory rose above what it was "
    "when ready. The slope is that of the logarithms: 1 is linear."
)
ARTICLES = (
    "{count:,} articles of one sentence, no two alike, {clients} clients, the bundled model. "
    "Resident memory after every {step}; the slope by least squares without the first fifth, and "
    "twice its standard error."
)


def measure_documents(words: Sequence[int], text: Path | None = None) -> Section:
    """Translate documents of so many words."""
    source = texts.distinct(texts.sentences(text))
    figures: list[Figure] = []
    seconds, memory = [], []
    for count in words:
        with interligne(**UNHURRIED) as service, peak_of(service) as peak:
            ready = resident_megabytes(service.pid)
            seconds.append(streamed(service, texts.document(source, count)))
        memory.append(max(peak) - ready)
        figures += [
            Figure(f"{count:,} words", seconds[-1], "s"),
            Figure(f"{count:,} words, memory", memory[-1], "MB"),
        ]
    if len(words) > 1:
        figures.append(Figure("time over length, slope", log_slope(words, seconds), "", "~ 1"))
    return Section(
        "documents",
        DOCUMENTS,
        tuple(figures),
        {
            "seconds over words": list(zip(words, seconds, strict=True)),
            "MB over words": list(zip(words, memory, strict=True)),
        },
    )


def streamed(service: Service, document: str) -> float:
    """Read the events of a document to the end; return the seconds.

    Raises:
        RuntimeError: it did not end with `done`.
    """
    begin = time.perf_counter()
    headers = PLAIN | {"accept": "text/event-stream"}
    url = f"{service.address}/v1/articles"
    last = ""
    with httpx2.stream("POST", url, content=document.encode(), headers=headers, timeout=None) as r:
        r.raise_for_status()
        for line in r.iter_lines():
            if line.startswith("event:"):
                last = line
    if "done" not in last:
        raise RuntimeError(f"the document ended with {last!r}")
    return time.perf_counter() - begin


@contextmanager
def peak_of(service: Service) -> Iterator[list[float]]:
    """Look at the memory of a service all the while; yield what was seen."""
    seen: list[float] = [resident_megabytes(service.pid)]
    stop = threading.Event()

    def look() -> None:
        while not stop.wait(LOOK):
            seen.append(resident_megabytes(service.pid))

    watcher = threading.Thread(target=look)
    watcher.start()
    yield seen
    stop.set()
    watcher.join()


def log_slope(lengths: Sequence[float], seconds: Sequence[float]) -> float:
    """Fit seconds = a * length ** slope."""
    from math import log

    return statistics.linear_regression([log(n) for n in lengths], [log(s) for s in seconds]).slope


def measure_memory(articles: int, text: Path | None = None) -> Section:
    """Translate so many articles and watch the memory."""
    source = texts.distinct(texts.sentences(text))
    step = max(1, articles // BATCHES)
    curve: list[tuple[float, float]] = []
    with interligne(**UNHURRIED) as service:
        for done in range(step, articles + 1, step):
            load(service.address, islice(source, step), CLIENTS)
            curve.append((done, resident_megabytes(service.pid)))
    slope, error = slope_of([point for point in curve if point[0] > WARM_UP * articles])
    return Section(
        "memory",
        ARTICLES.format(count=articles, clients=CLIENTS, step=step),
        (
            Figure("slope, for 1,000 articles", 1000 * slope, "MB", "within noise"),
            Figure("twice its standard error", 2000 * error, "MB"),
            Figure("at the first fifth", curve[int(WARM_UP * len(curve))][1], "MB"),
            Figure("at the end", curve[-1][1], "MB"),
        ),
        {"MB over articles": curve},
    )


def slope_of(points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Fit a line; return its slope and the standard error of that."""
    xs, ys = zip(*points, strict=True)
    slope, intercept = statistics.linear_regression(xs, ys)
    rest = sum((y - slope * x - intercept) ** 2 for x, y in points) / max(1, len(points) - 2)
    spread = sum((x - statistics.fmean(xs)) ** 2 for x in xs)
    return slope, (rest / spread) ** 0.5
