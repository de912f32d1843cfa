"""The rooms of the house, and which may look into which."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "service"

# A room may import from rooms in earlier rows and from its own row.
ROWS = [
    {"errors", "article", "decoding", "settings"},
    {
        "split",
        "intake",
        "memory",
        "tmx",
        "names",
        "numerals",
        "numbers",
        "calendar",
        "negation",
        "agreement",
        "symptoms",
        "checks",
        "summarise",
        "models",
    },
    {"engines"},
    {"wording"},
    {"pipeline", "observer", "stream"},
    {"formats", "store", "recording", "jobs", "corpus"},
    {"api", "cli", "cluster"},
]
ROW_OF = {room: row for row, rooms in enumerate(ROWS) for room in rooms}

# Heavy libraries and the only rooms that may import them.
HEAVY = {
    "torch": {"engines", "models"},
    "transformers": {"engines", "models"},
    "ctranslate2": {"engines", "models"},
    "fastapi": {"api"},
    "sqlalchemy": {"store"},
    "alembic": {"store"},
    "ray": {"cluster"},
    "pyarrow": {"corpus"},
}

MODULES = sorted(PACKAGE.rglob("*.py"))


def room_of(module: Path) -> str:
    """Name the room of a file: its folder, or the file itself at the top."""
    return module.relative_to(PACKAGE).with_suffix("").parts[0]


def imports(module: Path) -> set[str]:
    """List the dotted names that a file imports, wherever in the file."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


@pytest.mark.parametrize("module", MODULES, ids=lambda m: str(m.relative_to(PACKAGE)))
def test_a_room_imports_only_from_its_own_row_and_the_rows_before(module: Path) -> None:
    """Data flows one way: no module imports from a later room."""
    room = room_of(module)
    if room == "__init__":
        return
    used = {name.split(".")[1] for name in imports(module) if name.startswith("service.")}
    later = {other for other in used & ROW_OF.keys() if ROW_OF[other] > ROW_OF[room]}
    assert not later, f"{room} imports {later}"


@pytest.mark.parametrize("module", MODULES, ids=lambda m: str(m.relative_to(PACKAGE)))
def test_heavy_libraries_stay_in_their_rooms(module: Path) -> None:
    """Only the engines and the model store touch torch, and only the API knows of HTTP."""
    roots = {name.split(".")[0] for name in imports(module)}
    for library, rooms in HEAVY.items():
        assert library not in roots or room_of(module) in rooms, f"{library} in {module}"
