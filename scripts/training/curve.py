"""The learning curve of a run: a table that grows, and a picture of it."""

from collections.abc import Sequence
from pathlib import Path

COLUMNS = ("step", "epoch", "million_tokens", "loss", "validation", "tokens_per_second", "rate")
WIDTH, HEIGHT, MARGIN = 720, 360, 48
COLOURS = {"loss": "#1f77b4", "validation": "#d62728"}
TICKS = 5

Points = Sequence[tuple[float, float]]


def append(table: Path, row: dict[str, float]) -> None:
    """Add a row; what was not measured stays empty."""
    if not table.exists():
        table.write_text("\t".join(COLUMNS) + "\n", encoding="utf-8")
    cells = (f"{row[column]:.6g}" if column in row else "" for column in COLUMNS)
    with table.open("a", encoding="utf-8") as rows:
        rows.write("\t".join(cells) + "\n")


def series(table: Path, column: str) -> list[tuple[float, float]]:
    """Read (million tokens, value) where the column was measured."""
    points = []
    for line in table.read_text(encoding="utf-8").splitlines()[1:]:
        row = dict(zip(COLUMNS, line.split("\t"), strict=True))
        if row[column]:
            points.append((float(row["million_tokens"]), float(row[column])))
    return points


def draw(table: Path, picture: Path) -> None:
    """Draw loss and validation over the target tokens seen, as SVG."""
    lines = {name: series(table, name) for name in COLOURS}
    points = [point for line in lines.values() for point in line]
    if not points:
        return
    right = max(x for x, _ in points) or 1.0
    low, high = min(y for _, y in points), max(y for _, y in points)
    high = high if high > low else low + 1

    def place(x: float, y: float) -> tuple[float, float]:
        return (
            MARGIN + (WIDTH - 2 * MARGIN) * x / right,
            HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * (y - low) / (high - low),
        )

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"'
        ' font-family="sans-serif" font-size="11">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
    ]
    for tick in range(TICKS + 1):
        x, y = right * tick / TICKS, low + (high - low) * tick / TICKS
        across, down = place(x, y)
        parts.append(f'<text x="{across:.0f}" y="{HEIGHT - MARGIN + 16}">{x:.3g}</text>')
        parts.append(f'<text x="8" y="{down:.0f}">{y:.2f}</text>')
    for order, (name, line) in enumerate(lines.items()):
        path = " ".join("{:.1f},{:.1f}".format(*place(x, y)) for x, y in line)
        colour = COLOURS[name]
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}"/>')
        parts.append(f'<text x="{WIDTH - 100}" y="{20 + 16 * order}" fill="{colour}">{name}</text>')
    parts.append(f'<text x="{MARGIN}" y="{HEIGHT - 8}">million target tokens; nats a token</text>')
    picture.write_text("\n".join([*parts, "</svg>"]) + "\n", encoding="utf-8")
