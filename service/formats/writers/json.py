"""An article as JSON: the fields of `service.article`, as they are."""

from functools import cache
from typing import TYPE_CHECKING

from service.article import Article

if TYPE_CHECKING:
    from pydantic import TypeAdapter


def write(article: Article) -> bytes:
    """Render an article as indented JSON with a final newline."""
    return _adapter().dump_json(article, indent=2) + b"\n"


@cache
def _adapter() -> "TypeAdapter[Article]":
    from pydantic import TypeAdapter

    return TypeAdapter(Article)
