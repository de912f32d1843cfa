"""One module per file format; each has `write(article) -> str`."""

from collections.abc import Callable

from service.article import Article
from service.formats import json, markdown, text

WRITERS: dict[str, Callable[[Article], str]] = {
    "json": json.write,
    "markdown": markdown.write,
    "text": text.write,
}
