"""Measure the service as its users meet it, beside what it is built on and its peers.

    python -m scripts.benchmark all --libretranslate ENV/bin/python   # everything; 12 minutes

or some of: start, throughput, shape, latency, documents, memory, overload, invariance. Writes
scripts/RESULTS.md with a plot, and results.json; --dry only prints. The converted model is in the
cache before anything is measured. Another process that works at the same time spoils the figures.
For LibreTranslate: `python3 -m venv ENV && ENV/bin/pip install libretranslate`.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from scripts.benchmark import (
    endurance,
    invariance,
    latency,
    overload,
    report,
    shape,
    start,
    throughput,
)
from scripts.benchmark.figures import Section, conditions
from scripts.benchmark.service import INTERLIGNE


def measurements(args: argparse.Namespace) -> Mapping[str, Callable[[], Section]]:
    """List what can be measured, in the order of `all`."""
    text, threads, runs = args.text, args.threads, args.runs
    counts: dict[invariance.Library, int] = {"ct2": args.sentences, "marian": args.sentences_marian}
    return {
        "start": lambda: start.measure(runs),
        "latency": lambda: latency.measure(2 * runs, threads, text),
        "throughput": lambda: throughput.measure(runs, threads, text, args.libretranslate),
        "overload": lambda: overload.measure(args.seconds, text),
        "documents": lambda: endurance.measure_documents(args.words, text),
        "memory": lambda: endurance.measure_memory(args.articles, text),
        "invariance": lambda: invariance.measure(counts, text),
        "shape": lambda: shape.measure(min(2, runs), threads, text),
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print and save; a measurement that fails does not stop the others."""
    args = parser().parse_args(argv)
    subprocess.run([INTERLIGNE, "models", "convert", "fr-en"], check=True, capture_output=True)
    known = measurements(args)
    wanted = list(known) if "all" in args.what else args.what
    failed = []
    for name in wanted:
        setting, begin = conditions(), time.perf_counter()
        try:
            section = known[name]()
        except Exception as error:
            failed.append(name)
            print(f"\n{name} FAILED: {error!r}", file=sys.stderr, flush=True)
            continue
        print(f"\n{name} ({time.perf_counter() - begin:.0f} s)", flush=True)
        print(report.table(section), flush=True)
        if not args.dry:
            report.save(setting, [section])
    return 1 if failed else 0


def parser() -> argparse.ArgumentParser:
    """Say what can be asked for."""
    made = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    names = "all start latency throughput overload documents memory invariance shape".split()
    made.add_argument("what", nargs="+", choices=names)
    made.add_argument("--dry", action="store_true", help="write nothing")
    made.add_argument("--text", type=Path, help="French to measure with; else what is at hand")
    made.add_argument("--threads", type=int, default=os.cpu_count() or 1, help="of bare engines")
    made.add_argument("--runs", type=int, default=3, help="rounds of what is repeated")
    made.add_argument("--seconds", type=float, default=60, help="of overload")
    made.add_argument("--words", type=int, nargs="+", default=[10_000, 30_000, 100_000])
    made.add_argument("--articles", type=int, default=10_000, help="for memory")
    made.add_argument("--sentences", type=int, default=2000, help="for invariance, ct2")
    made.add_argument("--sentences-marian", type=int, default=300, help="for invariance, marian")
    made.add_argument("--libretranslate", type=Path, help="python of its environment")
    return made


if __name__ == "__main__":
    raise SystemExit(main())
