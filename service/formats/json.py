"""An article as JSON: the fields of `service.article`, as they are."""

from pydantic import TypeAdapter

from service.article import Article

_ARTICLE = TypeAdapter(Article)


def write(article: Article) -> str:
    """Render an article as indented JSON with a final newline."""
    return _ARTICLE.dump_json(article, indent=2).decode() + "\n"
