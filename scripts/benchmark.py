"""Measure the service as its users meet it.

    python -m scripts.benchmark service --runs 5     # start to ready, memory, one article at a time

Starts `interligne serve`, cache warm, on a free port and drives it over HTTP. Times leave out the
conversion of the model and include everything else. Prints a table, or JSON with --json.
"""

import argparse
import json
import os
import platform
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from service.models import find_bundle

ROOT = Path(__file__).parents[1]
SEED = ROOT / "seeds" / "article.txt"
INTERLIGNE = Path(sys.executable).with_name("interligne")
PATIENCE = 60.0  # seconds until a service that is not ready has failed


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a number depends on."""

    machine: str
    cores: int
    model: str
    engine: str
    runs: int


@dataclass(frozen=True, slots=True)
class ServiceFigures:
    """Medians over the runs: seconds to ready, resident megabytes, seconds for the seed article."""

    start_to_ready_s: float
    resident_mb: float
    seed_article_s: float


def conditions(runs: int) -> Conditions:
    """Describe this machine and the bundled model."""
    bundle = find_bundle("fr-en")
    model = f"{bundle.name} {bundle.sha256[:12]}"
    return Conditions(processor(), os.cpu_count() or 1, model, "ct2 int8, beam 4", runs)


def processor() -> str:
    """Name the processor, as Linux tells it."""
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


@contextmanager
def running_service() -> Iterator[tuple[str, int, float]]:
    """Start the service; yield its address, process id and seconds from start to ready."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    begin = time.perf_counter()
    process = subprocess.Popen(
        [INTERLIGNE, "serve", "--port", str(port)],
        env={**os.environ, "INTERLIGNE_CACHE_SEGMENTS": "0"},  # or the second run costs nothing
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until_ready(address, begin + PATIENCE)
        yield address, process.pid, time.perf_counter() - begin
    finally:
        process.terminate()
        process.wait()


def wait_until_ready(address: str, deadline: float) -> None:
    """Ask /readyz until it says so.

    Raises:
        TimeoutError: it did not in time.
    """
    while time.perf_counter() < deadline:
        try:
            urllib.request.urlopen(f"{address}/readyz").read()
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.01)
        else:
            return
    raise TimeoutError(f"{address} was not ready in {PATIENCE:.0f} s")


def resident_megabytes(pid: int) -> float:
    """Read the resident memory of a process (Linux)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    raise RuntimeError(f"no VmRSS for process {pid}")


def translate(address: str, text: bytes) -> float:
    """Translate a text over HTTP; return the seconds it took."""
    request = urllib.request.Request(
        f"{address}/v1/articles", data=text, headers={"content-type": "text/plain"}
    )
    begin = time.perf_counter()
    urllib.request.urlopen(request).read()
    return time.perf_counter() - begin


def measure_service(runs: int) -> ServiceFigures:
    """Start the service `runs` times and translate the seed article `runs` times in each."""
    seed = SEED.read_bytes()
    starts, memories, articles = [], [], []
    for _ in range(runs):
        with running_service() as (address, pid, start):
            starts.append(start)
            translate(address, seed)
            articles += [translate(address, seed) for _ in range(runs)]
            memories.append(resident_megabytes(pid))
    return ServiceFigures(*(statistics.median(figures) for figures in (starts, memories, articles)))


def table(figures: ServiceFigures) -> str:
    """Render figures as a Markdown table."""
    rows = [
        ("start to ready, warm cache", f"{figures.start_to_ready_s:.2f} s"),
        ("resident memory after the article", f"{figures.resident_mb:.0f} MB"),
        ("seed article over HTTP, median", f"{figures.seed_article_s:.2f} s"),
    ]
    return "\n".join(["| what | figure |", "|---|---|", *(f"| {a} | {b} |" for a, b in rows)])


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["service"])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args(argv)
    subprocess.run([INTERLIGNE, "models", "convert", "fr-en"], check=True, capture_output=True)
    setting, figures = conditions(args.runs), measure_service(args.runs)
    if args.json:
        print(json.dumps({"conditions": asdict(setting), "figures": asdict(figures)}, indent=2))
    else:
        print(", ".join(f"{key}: {value}" for key, value in asdict(setting).items()))
        print(table(figures))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
