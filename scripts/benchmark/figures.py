"""What a benchmark finds: figures in sections, and where they were measured."""

import os
import platform
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from service.models import find_bundle

LIBRARIES = ("ctranslate2", "transformers", "torch", "fastapi", "uvicorn")


@dataclass(frozen=True, slots=True)
class Figure:
    """One number, with what is wanted of it, if anything is."""

    what: str
    value: float
    unit: str = ""
    target: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """The figures of one measurement.

    Attributes:
        name: the command that measures it.
        how: what was done, and what is left out.
        series: curves for the plot, as points.
    """

    name: str
    how: str
    figures: tuple[Figure, ...]
    series: dict[str, Sequence[tuple[float, float]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Conditions:
    """What every number depends on."""

    date: str
    machine: str
    cores: int
    busy: float
    model: str
    engine: str
    libraries: str


def conditions() -> Conditions:
    """Describe this machine, how busy it is before anything is measured, and the bundled model."""
    bundle = find_bundle("fr-en")
    return Conditions(
        date=time.strftime("%Y-%m-%d"),
        machine=processor(),
        cores=os.cpu_count() or 1,
        busy=round(os.getloadavg()[0], 2),
        model=f"{bundle.name} {bundle.sha256[:12]}",
        engine="ct2 int8 on cpu, beam 4",
        libraries=", ".join(f"{name} {version(name)}" for name in LIBRARIES),
    )


def processor() -> str:
    """Name the processor, as Linux tells it."""
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
