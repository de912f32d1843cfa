"""From start to ready, memory, and one article at a time."""

import statistics

from scripts.benchmark import texts
from scripts.benchmark.figures import Figure, Section
from scripts.benchmark.service import interligne, load, resident_megabytes

HOW = (
    "`interligne serve` started {runs} times, converted model in the cache; the seed article over "
    "HTTP {runs} times in each, after one that does not count. Medians."
)


def measure(runs: int) -> Section:
    """Start the service so many times and translate the seed article as often in each."""
    seed = texts.SEED.read_text(encoding="utf-8")
    starts, memories, articles = [], [], []
    for _ in range(runs):
        with interligne() as service:
            starts.append(service.start)
            load(service.address, [seed], 1)
            _, replies = load(service.address, [seed] * runs, 1)
            articles += [reply.seconds for reply in replies]
            memories.append(resident_megabytes(service.pid))
    return Section(
        "start",
        HOW.format(runs=runs),
        (
            Figure("start to ready", statistics.median(starts), "s", "<= 2"),
            Figure(
                "resident memory after the articles", statistics.median(memories), "MB", "<= 350"
            ),
            Figure("seed article over HTTP", statistics.median(articles), "s", "<= 1"),
        ),
    )
