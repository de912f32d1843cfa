"""Words that French capitalises in titles and institutions, and that English translates."""

from functools import cache
from importlib import resources

from service.names.keys import fold

TABLE = "common.txt"


@cache
def common_capitals() -> frozenset[str]:
    """Give them folded."""
    text = resources.files(__package__).joinpath(TABLE).read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return frozenset(fold(word) for line in lines for word in line.split())
