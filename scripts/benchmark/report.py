"""The figures as a page with a plot, and as JSON."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from scripts.benchmark.figures import Conditions, Figure, Section

FOLDER = Path(__file__).parents[1]
PAGE, DATA, PLOT = FOLDER / "RESULTS.md", FOLDER / "results.json", FOLDER / "results.svg"
HEAD = """\
# How the service performs

Measured by `python -m scripts.benchmark`; the figures as data are in `results.json`.
GPUs were not at hand: nothing here says anything about them.
"""


def save(setting: Conditions, sections: Sequence[Section]) -> None:
    """Write the page, the plot and the data; sections measured earlier stay."""
    entries = json.loads(DATA.read_text(encoding="utf-8")) if DATA.exists() else {}
    for section in sections:
        entries[section.name] = {"conditions": asdict(setting), **asdict(section)}
    text = json.dumps(entries, ensure_ascii=False, indent=1)
    DATA.write_text(text + "\n", encoding="utf-8")
    drawn = plot(entries, PLOT)
    parts = [HEAD, f"![Throughput, latency, documents and memory]({PLOT.name})\n" if drawn else ""]
    parts += [page_section(entry) for entry in entries.values()]
    PAGE.write_text("\n".join(part for part in parts if part), encoding="utf-8")


def page_section(entry: Mapping[str, object]) -> str:
    """Render one section, from its data."""
    section, setting = section_of(entry), entry["conditions"]
    assert isinstance(setting, Mapping)
    about = ", ".join(f"{key}: {value}" for key, value in setting.items())
    return f"## {section.name.capitalize()}\n\n{section.how}\n\n{table(section)}\n\n{about}\n"


def section_of(entry: Mapping[str, object]) -> Section:
    """Read a section back from its data."""
    fields = {key: value for key, value in entry.items() if key != "conditions"}
    fields["figures"] = tuple(Figure(**one) for one in entry["figures"])  # type: ignore[attr-defined]
    return Section(**fields)  # type: ignore[arg-type]


def table(section: Section) -> str:
    """Render figures as a Markdown table."""
    rows = ["| what | figure | wanted |", "|---|---:|---|"]
    rows += [f"| {f.what} | {rounded(f.value)} {f.unit} | {f.target} |" for f in section.figures]
    return "\n".join(rows)


def rounded(value: float) -> str:
    """Print three digits, or all of a whole number."""
    return f"{value:,.0f}" if value == int(value) or abs(value) >= 100 else f"{value:.3g}"


def plot(entries: Mapping[str, Mapping[str, object]], file: Path) -> bool:
    """Draw every curve in a panel of its own; False if there is none."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "benchmark"  # the same bytes for the same figures
    from matplotlib import pyplot

    curves = [
        (f"{name}: {title}", points)
        for name, entry in entries.items()
        for title, points in section_of(entry).series.items()
    ]
    if not curves:
        return False
    rows = -(-len(curves) // 3)
    figure, panels = pyplot.subplots(rows, 3, figsize=(12, 3.2 * rows), squeeze=False)
    for panel in panels.flat:
        panel.set_visible(False)
    for panel, (title, points) in zip(panels.flat, curves, strict=False):
        panel.set_visible(True)
        panel.plot(*zip(*points, strict=True), marker="o")
        panel.set_title(title, fontsize=9)
        panel.set_ylim(bottom=0)
        panel.grid(alpha=0.3)
    figure.tight_layout()
    figure.savefig(file, metadata={"Date": None})
    pyplot.close(figure)
    return True
