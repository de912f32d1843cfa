"""`POST /v1/articles/render`: a translated article, edited perhaps, as a file."""

from collections.abc import Callable, Coroutine, Iterator
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from service.api.articles import with_json
from service.api.bodies import read_text
from service.api.errors import ErrorBody
from service.article import Article, Mention, Paragraph, Sentence, SummaryPair
from service.errors import BadInput
from service.formats import WRITERS, Writer
from service.split import render

HINT = "send the article as `POST /v1/articles` gave it; only the English may be another"


class LimitedBody(APIRoute):
    """A route whose body is read within the limit, and must be UTF-8."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap the handler so that the body is read by us."""
        handler = super().get_route_handler()

        async def handle(request: Request) -> Response:
            return await handler(with_json(request, await read_text(request)))

        return handle


class Format(BaseModel):
    """A format of `POST /v1/articles/render`."""

    name: str
    suffix: str
    media_type: str


router = APIRouter(prefix="/v1", tags=["articles"], route_class=LimitedBody)


@router.get("/formats")
def list_formats() -> list[Format]:
    """List the formats that an article can be written in."""
    return [
        Format(name=name, suffix=writer.suffix, media_type=writer.media_type)
        for name, writer in sorted(WRITERS.items())
    ]


@router.post(
    "/articles/render",
    response_class=Response,
    responses={
        200: {"content": {writer.media_type: {} for writer in WRITERS.values()}},
        **{status: {"model": ErrorBody} for status in (400, 413, 422)},
    },
)
async def render_article(
    article: Article, file_format: Annotated[str, Query(alias="format")]
) -> Response:
    """Write an article as a file. Its English is put together anew from its sentences."""
    writer = writer_of(file_format)
    content = await run_in_threadpool(lambda: writer.write(checked(article)))
    disposition = f'attachment; filename="article.en{writer.suffix}"'
    return Response(
        content, media_type=writer.media_type, headers={"content-disposition": disposition}
    )


def writer_of(file_format: str, *besides: str) -> Writer:
    """Find who writes a format; `besides` are others that the caller knows.

    Raises:
        BadInput: nobody does.
    """
    if file_format not in WRITERS:
        raise BadInput(
            f"there is no format {file_format!r}",
            where="format",
            hint=f"choose one of {', '.join([*besides, *sorted(WRITERS)])}",
        )
    return WRITERS[file_format]


def checked(article: Article) -> Article:
    """Place the English of an article anew, and the sentences of its summary.

    Raises:
        BadInput: places that do not exist, or other text there than it says.
    """
    for where in faults(article):
        raise BadInput("the article contradicts itself", where=where, hint=HINT)
    return cited(render(article))


def cited(article: Article) -> Article:
    """Cite the sentences of the summary where they stand."""
    if not article.summary:
        return article
    pairs = tuple(
        SummaryPair.of(p, s, article.paragraphs[p].sentences[s])
        for p, s in ((pair.paragraph, pair.sentence) for pair in article.summary.pairs)
    )
    return replace(article, summary=replace(article.summary, pairs=pairs))


def faults(article: Article) -> Iterator[str]:
    """Say where an article contradicts itself."""
    sentences = {(p, s): sentence for p, s, sentence in article.sentences()}
    at = 0
    for p, paragraph in enumerate(article.paragraphs):
        for s, sentence in enumerate(paragraph.sentences):
            if sentence.start < at or not is_there(sentence, article.text):
                yield f"paragraphs.{p}.sentences.{s}"
            at = sentence.end
        if not is_around(paragraph):
            yield f"paragraphs.{p}"
    for n, name in enumerate(article.names):
        for m, mention in enumerate(name.mentions):
            if not is_in(mention, sentences.get((mention.paragraph, mention.sentence))):
                yield f"names.{n}.mentions.{m}"
    for n, pair in enumerate(article.summary.pairs if article.summary else ()):
        chosen = sentences.get((pair.paragraph, pair.sentence))
        if not chosen or (chosen.source, chosen.target) != (pair.source, pair.target):
            yield f"summary.pairs.{n}"


def is_there(piece: Sentence | Mention, text: str) -> bool:
    """Whether the French of a piece stands where it says."""
    return 0 <= piece.start < piece.end and text[piece.start : piece.end] == piece.source


def is_around(paragraph: Paragraph) -> bool:
    """Whether a paragraph begins and ends with its sentences."""
    sentences = paragraph.sentences
    ends = (paragraph.start, paragraph.end)
    return bool(sentences) and ends == (sentences[0].start, sentences[-1].end)


def is_in(mention: Mention, sentence: Sentence | None) -> bool:
    """Whether a mention stands in its sentence in both languages; unresolved, in French only."""
    if sentence is None or not is_there(mention, sentence.source):
        return False
    start, end = mention.target_start, mention.target_end
    if start is None or end is None or mention.target is None:
        return (start, end, mention.target) == (None, None, None)
    return 0 <= start < end and sentence.target[start:end] == mention.target
