"""An article as plain text: the English, in the layout of the French."""

from service.article import Article


def write(article: Article) -> bytes:
    """Render the translation, ending in a newline."""
    return (article.translation.rstrip("\r\n") + "\n").encode()
