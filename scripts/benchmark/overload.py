"""Ten times more than the service can do: what becomes of every request."""

import asyncio
import random
import statistics
import time
from collections import Counter
from itertools import islice
from pathlib import Path

from scripts.benchmark import texts
from scripts.benchmark.figures import Figure, Section
from scripts.benchmark.service import (
    Reply,
    ask,
    client,
    closed_loop,
    interligne,
    load,
    percentile,
)

DEADLINE = 2.0  # seconds that the service gives a request
TIMES = 10  # the capacity
LENGTH = 3  # sentences of an article
CLIENTS, PER_CLIENT = 8, 24  # of the closed loop that measures the capacity
PROBES = 10  # articles one by one, before and after
SLACK = 1.5  # times the latency before is as good as before
RECOVERY = 20.0  # seconds that recovery is waited for
HOW = (
    f"A service with a deadline of {DEADLINE:.0f} s. Its capacity: articles of {LENGTH} sentences, "
    f"{CLIENTS} clients in a closed loop. Then articles come at random, {TIMES} times as many, for "
    "{seconds:.0f} s, whatever becomes of the earlier ones. Goodput counts those answered 200 "
    "until the last answer. Recovered: the first article, sent one after the other from the end of "
    f"the load, that takes no more than {SLACK} times the median before."
)


def measure(seconds: float, text: Path | None = None) -> Section:
    """Overload the service for so long."""
    source = texts.distinct(texts.sentences(text))
    with interligne(INTERLIGNE_DEADLINE=str(DEADLINE)) as service:
        asyncio.run(closed_loop(service.address, texts.articles(source, 8, LENGTH), 2))  # warms up
        some = texts.articles(source, CLIENTS * PER_CLIENT, LENGTH)
        begin = time.perf_counter()
        done = asyncio.run(closed_loop(service.address, some, CLIENTS))
        capacity = sum(r.status == 200 for r in done) / (time.perf_counter() - begin)
        _, before = load(service.address, texts.articles(source, PROBES, LENGTH), 1)
        usual = statistics.median(reply.seconds for reply in before)
        arriving = texts.articles(source, int(TIMES * capacity * seconds), LENGTH)
        probes = texts.articles(source, 500, LENGTH)
        replies, recovered = asyncio.run(
            flooded(service.address, arriving, TIMES * capacity, probes, SLACK * usual)
        )
    return Section("overload", HOW.format(seconds=seconds), figures(replies, capacity, recovered))


def figures(replies: list[Reply], capacity: float, recovered: float) -> tuple[Figure, ...]:
    """Say what became of the requests."""
    statuses = Counter(reply.status for reply in replies)
    taken = [reply for reply in replies if reply.status == 200]
    ended = max(reply.at + reply.seconds for reply in replies) - min(r.at for r in replies)
    latencies = [reply.seconds for reply in taken]
    strange = len(replies) - sum(statuses[status] for status in (200, 429, 503))
    return (
        Figure("capacity", capacity, "articles/s"),
        Figure("sent", len(replies), "articles"),
        *(Figure(f"answered {status}", n) for status, n in sorted(statuses.items())),
        Figure("neither 200, 429 nor 503, or no answer", strange, "", "0"),
        Figure("goodput, to capacity", len(taken) / ended / capacity, "x", ">= 0.9"),
        Figure("latency of those answered 200, p50", percentile(latencies, 50), "s"),
        Figure(
            "latency of those answered 200, p99", percentile(latencies, 99), "s", f"<= {DEADLINE}"
        ),
        Figure("recovered after", recovered, "s", "<= 2"),
    )


async def flooded(
    address: str, arriving: list[str], rate: float, probes: list[str], usual: float
) -> tuple[list[Reply], float]:
    """Send articles at random times at this rate; return the replies and seconds to recover."""
    dice = random.Random(texts.PARTING)
    async with client(address) as http:
        asked = []
        due = time.perf_counter()
        for text in arriving:
            due += dice.expovariate(rate)
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            asked.append(asyncio.create_task(ask(http, text)))
        ended = time.perf_counter()
        recovered = RECOVERY
        for text in islice(probes, len(probes)):
            reply = await ask(http, text)
            if reply.status == 200 and reply.seconds <= usual:
                recovered = reply.at + reply.seconds - ended
                break
            if time.perf_counter() - ended > RECOVERY:
                break
        return list(await asyncio.gather(*asked)), recovered
