"""Shards translated: articles side by side, their segments in common batches.

Each line of a shard is an article. `place` tells where it is from and `id` is the one it came with.
Then there are the fields of `line_of`, or an `error` for an article that cannot be translated:
nothing is left out, and nothing stops.
"""

import json
import logging
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Self

from pydantic import TypeAdapter

from service.article import Article
from service.corpus.files import forget_torn, write_whole
from service.corpus.plan import Shard
from service.corpus.sources import Source
from service.engines.lane import Lane
from service.engines.side_by_side import SideBySide
from service.errors import Cancelled, InterligneError
from service.pipeline import Pipeline, Wishes

__all__ = ["ShardTranslator", "Tally", "count_failures", "forget_failures", "forget_torn"]

AHEAD = 2  # shards begun while an earlier one is not whole yet
ERROR = "error"
SHARDS = "articles-*.jsonl"

Line = dict[str, Any]

_ARTICLE = TypeAdapter(Article)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of a shard: how many of its articles there are, and how many failed."""

    number: int
    articles: int
    failed: int


class ShardTranslator:
    """Translates shards. To be closed, by `with`; what is half done then is not written.

    Args:
        pipeline: translates; its engine is shared by all articles at work.
        wishes: what is asked for each.
        articles: at the same time, so that short ones fill batches together.
        whole: write all that there is of an article, as `interligne translate -f json` does.
    """

    def __init__(
        self, pipeline: Pipeline, wishes: Wishes, *, articles: int, whole: bool = False
    ) -> None:
        self._pipeline = pipeline
        self._wishes = wishes
        self._whole = whole
        self._articles = SideBySide(pipeline.engine, pipeline.settings, articles)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._articles.close()

    def run(self, shards: Iterable[Shard]) -> Iterator[Tally]:
        """Translate and write shards, in order; yield what became of each when it is there.

        Raises:
            FileFailed: a file cannot be read or written.
        """
        begun: deque[tuple[Shard, list[Future[Line]]]] = deque()
        for shard in shards:
            lines = [
                self._articles.submit(partial(self._line, source)) for source in shard.sources()
            ]
            begun.append((shard, lines))
            if len(begun) > AHEAD:
                yield _finish(*begun.popleft())
        while begun:
            yield _finish(*begun.popleft())

    def _line(self, source: Source, lane: Lane) -> Line:
        line: Line = {"place": source.place}
        try:
            text = source.read()
            line["id"] = text.id
            wishes = replace(self._wishes, title=text.title)
            article = replace(self._pipeline, engine=lane).translate_article(text.text, wishes)
        except Cancelled:
            raise  # it was not the article's fault
        except InterligneError as error:
            return {**line, ERROR: _told(error)}
        except Exception as error:  # a fault of ours: the other articles shall not pay for it
            _log.exception("%s failed by a fault of ours", source.place)
            unexpected = InterligneError(f"unexpected {type(error).__name__}: {error}")
            return {**line, ERROR: _told(unexpected)}
        return {**line, **(_whole(article) if self._whole else line_of(article))}


def line_of(article: Article) -> Line:
    """Choose what people ask of a corpus: English, summary, names, and what deserves a look."""
    made_by, summary = article.provenance, article.summary
    written = summary.written if summary else None
    return {
        "translation": article.translation,
        "summary": [[pair.source, pair.target] for pair in summary.pairs] if summary else [],
        **({"written_summary": written.text} if written else {}),
        "names": {
            name.canonical: list(dict.fromkeys(mention.source for mention in name.mentions))
            for name in article.names
        },
        "unresolved": article.unresolved(),
        "red": [sentence.target for _, _, sentence in article.sentences() if sentence.is_red],
        "model": made_by.sha256 if made_by else None,
    }


def forget_failures(folder: Path) -> None:
    """Remove the shards that hold an article which failed, so that they are made again."""
    for path in folder.glob(SHARDS):
        if _failures(path):
            path.unlink()


def count_failures(folder: Path) -> int:
    """Count the articles that failed, in the shards that are there."""
    return sum(map(_failures, folder.glob(SHARDS)))


def _failures(path: Path) -> int:
    with path.open("rb") as lines:  # most need no closer look
        return sum(b'"error"' in line and ERROR in json.loads(line) for line in lines)


def _finish(shard: Shard, futures: list[Future[Line]]) -> Tally:
    """Wait for the articles of a shard and write it."""
    lines = [future.result() for future in futures]
    rows = (json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in lines)
    write_whole(shard.output, rows)
    return Tally(shard.number, len(lines), sum(ERROR in line for line in lines))


def _whole(article: Article) -> Line:
    return {"article": _ARTICLE.dump_python(article, mode="json")}


def _told(error: InterligneError) -> Line:
    return {
        "code": error.code,
        "message": error.message,
        "hint": error.hint,
        "where": error.where,
    }
