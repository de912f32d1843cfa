"""The seam for measuring: told of each stage of an article, and of the article when it is done."""

from contextlib import AbstractContextManager, nullcontext

from service.article import Article


class Observer:
    """Looks away. What measures overrides both methods, and is safe to share between threads."""

    def stage(self, name: str) -> AbstractContextManager[object]:
        """Give a block for a stage to run in."""
        return nullcontext()

    def done(self, article: Article) -> None:
        """Take note of a finished article."""


UNOBSERVED = Observer()
