"""What a cluster gains and costs, on one machine: two replicas beside one, and beside no cluster.

    python -m scripts.cluster                      # a machine with two cores; some minutes

Articles of ten sentences, no two alike, are sent by so many clients of which each waits for its
answer; nothing is remembered. The clients run on the same cores as what they ask.

* alone: `interligne serve` with a thread for each of two cores.
* one: `interligne serve --cluster` with one replica, everything on one core.
* two: the same with two replicas, everything on two cores.

In each round all three are started and measured, one after the other, and medians are taken of the
ratios within a round. CPU seconds are those of all processes of a service, for one article.
"""

import argparse
import os
import statistics
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from scripts.benchmark import texts
from scripts.benchmark.figures import conditions
from scripts.benchmark.service import INTERLIGNE, NO_MEMORY, free_port, load, wait_until_ready

PATIENCE = 180.0  # seconds until a service that is not ready has failed
TICKS = os.sysconf("SC_CLK_TCK")
MARK = "INTERLIGNE_MEASURED"  # tells the processes of a service from others


@dataclass(frozen=True, slots=True)
class Way:
    """A way to serve: flags beside the port, and the cores that it gets."""

    flags: Sequence[str]
    cores: str


@dataclass(frozen=True, slots=True)
class Figure:
    """Articles a second, and CPU seconds for each."""

    rate: float
    cpu: float


WAYS: Mapping[str, Way] = {
    "alone": Way(("--threads", "2"), "0,1"),
    "one": Way(("--cluster", "--threads", "1", "--replicas", "1", "--most-replicas", "1"), "0"),
    "two": Way(("--cluster", "--threads", "1", "--replicas", "2", "--most-replicas", "2"), "0,1"),
}


def main() -> None:
    """Measure and print."""
    args = arguments()
    source = texts.distinct(texts.sentences(args.text))
    print(conditions())
    rounds = []
    for number in range(args.runs):
        figures = {}
        for name, way in WAYS.items():
            articles = texts.articles(source, args.articles + args.clients)
            figures[name] = measure(way, articles, args.clients)
            print(f"round {number + 1}, {name}: {told(figures[name])}", flush=True)
        rounds.append(figures)
    gain = statistics.median(one["two"].rate / one["one"].rate for one in rounds)
    rate = statistics.median(one["two"].rate / one["alone"].rate for one in rounds)
    cpu = statistics.median(one["two"].cpu / one["alone"].cpu for one in rounds)
    hop = statistics.median(one["two"].cpu - one["alone"].cpu for one in rounds)
    print(f"two replicas on two cores beside one on one: {gain:.2f} times")
    print(f"beside the single process on two cores: {rate:.2f} times the articles a second,")
    print(f"{cpu:.2f} times the CPU seconds, {1000 * hop:.0f} ms more for an article")


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--articles", type=int, default=120, help="in each measurement")
    parser.add_argument("--clients", type=int, default=32)
    parser.add_argument("--text", type=Path, help="French to measure with; else what is at hand")
    return parser.parse_args()


def measure(way: Way, articles: Sequence[str], clients: int) -> Figure:
    """Start a service, warm it up with an article of each client, and load it with the others."""
    with running(way) as (address, mark):
        load(address, articles[:clients], clients)
        rest = articles[clients:]
        before = cpu_seconds(mark)
        seconds, _ = load(address, rest, clients)
        return Figure(len(rest) / seconds, (cpu_seconds(mark) - before) / len(rest))


@contextmanager
def running(way: Way) -> Iterator[tuple[str, str]]:
    """Run a service on some cores; give its address, and what marks its processes."""
    port = free_port()
    address, mark = f"http://127.0.0.1:{port}", f"{MARK}={port}"
    command = ["taskset", "-c", way.cores, str(INTERLIGNE), "serve", "--port", str(port)]
    with TemporaryDirectory() as folder:
        marked = {MARK: str(port), "INTERLIGNE_DATA_DIR": folder, "INTERLIGNE_JOBS": "0"}
        process = subprocess.Popen(
            [*command, *way.flags],
            env={**os.environ, **NO_MEMORY, **marked},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            wait_until_ready(f"{address}/readyz", time.perf_counter() + PATIENCE, process)
            yield address, mark
        finally:
            process.terminate()
            process.wait()


def cpu_seconds(mark: str) -> float:
    """Add up the CPU seconds of the processes that have a mark in their environment (Linux)."""
    return sum(seconds_of(entry) for entry in Path("/proc").iterdir() if is_marked(entry, mark))


def is_marked(entry: Path, mark: str) -> bool:
    """Whether an entry of /proc is a process with a mark."""
    try:
        return mark.encode() in (entry / "environ").read_bytes().split(b"\0")
    except OSError:  # no process, or none of ours, or one that has just ended
        return False


def seconds_of(process: Path) -> float:
    """Read the CPU seconds of a process, in the kernel and outside."""
    try:
        fields = (process / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS


def told(figure: Figure) -> str:
    """Say a figure."""
    return f"{figure.rate:.2f} articles/s, {1000 * figure.cpu:.0f} ms of CPU an article"


if __name__ == "__main__":
    main()
