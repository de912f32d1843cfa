"""What the dialects of other services share: fields in any encoding, and texts of any length.

A text is not an article: often it is a line, or two words. So there is no summary, and a language
is only held against a text that is long enough to tell. The texts of one call are translated as
paragraphs of one article: one call of the engine, and a name reads the same in all of them.
"""

from bisect import bisect_right
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar, Protocol, TypeVar
from urllib.parse import parse_qs

from fastapi import Request, Response
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError, WithJsonSchema
from pydantic_core import ErrorDetails, from_json
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.types import Receive, Scope, Send

from service.api.bodies import FORM, JSON, MULTIPART, is_json, media_type_of, most_bytes, read_text
from service.api.errors import headers_of, status_of
from service.api.lanes import in_lane
from service.article import Article
from service.errors import BadInput, EmptyText, InterligneError, NotUtf8
from service.intake import decode, require_french, require_text
from service.pipeline import Pipeline, Wishes
from service.store.shelf import NO_GLOSSARY, Taken

EMPTY: tuple[Any, ...] = (None, "", [])
MOST_FIELDS = 1000  # of a form
BETWEEN_TEXTS = "\n\n"
PLAINLY = Wishes(summary_words=0, detect_language=False)

Fields = dict[str, Any]
Upload = Annotated[UploadFile, WithJsonSchema({"type": "string", "format": "binary"})]
Body = TypeVar("Body", bound=BaseModel)


class DialectRoute(APIRoute):
    """A route whose failures are told in the words, shape and status of its dialect.

    Attributes:
        statuses: where they differ from ours.
        words: what clients know an error by, where that is not ours.
        key_field: the field of a body or query that holds a key, where not only headers do.
        force_french: how a caller says that a text is French, whatever it looks like.
    """

    statuses: ClassVar[Mapping[type[InterligneError], int]] = {}
    words: ClassVar[Mapping[type[InterligneError], str]] = {}
    key_field: ClassVar[str] = ""
    force_french: ClassVar[str] = ""

    @staticmethod
    def shape(message: str, hint: str) -> dict[str, str]:
        """Make the body of an error."""
        raise NotImplementedError

    def refuse(self, error: InterligneError) -> Response:
        """Answer one of our own errors."""
        own = (self.statuses[kind] for kind in type(error).__mro__ if kind in self.statuses)
        hint = self.force_french if error.code == "not_french" else error.hint
        told = self.words.get(type(error))
        body = self.shape(error.message, hint) if told is None else self.shape(told, "")
        status = next(own, status_of(error))
        return JSONResponse(body, status, headers_of(error, status))

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap the handler so that its errors are ours to tell."""
        handler = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                return await handler(request)
            except InterligneError as error:
                return self.refuse(error)
            except HTTPException as error:
                return self.tell(error)

        return handle

    def tell(self, error: HTTPException) -> Response:
        """Answer an error of the framework."""
        return JSONResponse(self.shape(str(error.detail), ""), error.status_code, error.headers)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Tell a wrong method in the shape of the dialect too."""
        try:
            await super().handle(scope, receive, send)
        except HTTPException as error:
            await self.tell(error)(scope, receive, send)


def refused_with(shape: type[BaseModel]) -> dict[int | str, dict[str, Any]]:
    """Describe, for OpenAPI, the statuses that a dialect refuses with and the shape of the body."""
    return {status: {"model": shape} for status in (400, 403, 413, 429, 503, 504)}


async def read(request: Request, body: type[Body], explain: Callable[[ErrorDetails], str]) -> Body:
    """Read the fields of a request into a model; what is null or empty was not sent.

    Args:
        request: in any encoding, see `fields_of`.
        body: the fields and their types; a list may be repeated in a form.
        explain: says what is wrong with a field in the words of the dialect.

    Raises:
        BadInput: a field is missing or wrong, or the body is not what it says it is.
    """
    lists = {name for name, field in body.model_fields.items() if field.annotation == list[str]}
    fields = await fields_of(request, lists)
    try:
        return body.model_validate({k: v for k, v in fields.items() if v not in EMPTY})
    except ValidationError as error:
        first = error.errors()[0]
        raise BadInput(explain(first), where=str(first["loc"][0])) from error


async def fields_of(request: Request, lists: set[str] | frozenset[str] = frozenset()) -> Fields:
    """Read fields sent as JSON, as a form of either kind or in the query, with any method.

    Raises:
        BadInput: the body is not JSON, no object, not UTF-8, too long or has too many fields.
        HTTPException: a form with a file is broken or too long.
    """
    query = form_fields(decode(request.scope["query_string"]), lists)
    if media_type_of(request) == MULTIPART:
        return query | await multipart_fields(request, lists)
    body = await read_text(request)
    if not body:
        return query
    return query | (json_fields(body) if is_json(request) else form_fields(body, lists))


def json_fields(body: str) -> Fields:
    """Read a JSON object.

    Raises:
        BadInput: it is none.
    """
    try:
        fields = from_json(body)
    except ValueError as error:
        raise BadInput(f"the body is not JSON: {error}", where="body") from error
    if not isinstance(fields, dict):
        raise BadInput("the body is not a JSON object", where="body")
    return fields


def form_fields(form: str, lists: set[str] | frozenset[str]) -> Fields:
    """Read a form: every value of a list, the last one of another field.

    Raises:
        BadInput: not UTF-8, or too many fields.
    """
    try:
        fields = parse_qs(form, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except UnicodeDecodeError as error:
        raise NotUtf8("the form is not UTF-8", hint="encode it as UTF-8") from error
    except ValueError as error:
        raise BadInput(
            f"the form has over {MOST_FIELDS:,} fields", hint="send JSON, or several requests"
        ) from error
    return {name: values if name in lists else values[-1] for name, values in fields.items()}


async def multipart_fields(request: Request, lists: set[str] | frozenset[str]) -> Fields:
    """Read a form that may hold a file: every value of a list, the last one of another field."""
    longest = most_bytes(request.app.state.pipeline.settings)
    form = await request.form(max_files=1, max_fields=MOST_FIELDS, max_part_size=longest)
    return {name: form.getlist(name) if name in lists else form[name] for name in form}


def in_a_form(body: type[BaseModel]) -> dict[str, Any]:
    """Describe a request body that is a form with a file, for OpenAPI."""
    schema = {"schema": body.model_json_schema()}
    return {"requestBody": {"content": {MULTIPART: schema}, "required": True}}


def in_any_encoding(body: type[BaseModel]) -> dict[str, Any]:
    """Describe a request body that may be JSON or a form, for OpenAPI."""
    schema = {"schema": body.model_json_schema()}
    return {"requestBody": {"content": {JSON: schema, FORM: schema}, "required": True}}


class Texts(Protocol):
    """The texts of one call: what is translated of them, and how it is written back."""

    @property
    def sources(self) -> Sequence[str]:
        """The texts as they were sent."""

    @property
    def each(self) -> Sequence[str]:
        """What is translated of each."""

    @property
    def text(self) -> str:
        """What is translated of all, as one article."""

    def english(self, article: Article) -> Iterable[str]:
        """Write each text in English, once the article is translated."""


@dataclass(frozen=True, slots=True)
class PlainTexts:
    """Texts without markup."""

    sources: Sequence[str]

    @property
    def each(self) -> Sequence[str]:
        """All of each."""
        return self.sources

    @property
    def text(self) -> str:
        """All, blank lines between them."""
        return BETWEEN_TEXTS.join(self.sources)

    def english(self, article: Article) -> Iterator[str]:
        """Write each text in English."""
        return parts(article, self.sources)


async def translate_texts(
    request: Request, texts: Texts, *, detect: bool, stored: Taken = NO_GLOSSARY
) -> list[str]:
    """Translate texts together, blank ones and the layout of all kept as they are.

    Args:
        request: who asks.
        texts: French.
        detect: whether a text that is not French is refused.
        stored: glossaries that go before the built-in one.

    Raises:
        BadInput: they are too long or damaged, or `detect` and one of them is not French.
        Overloaded, Draining, DeadlinePassed, EngineFailed: the service could not do it.
    """
    whole = texts.text
    wishes = replace(PLAINLY, glossary=stored.glossary, glossaries=stored.versions)

    def work(pipeline: Pipeline) -> list[str]:
        require_text(whole, pipeline.settings.max_characters)
        for text in texts.each if detect else ():
            require_french(text)
        return list(texts.english(pipeline.translate_article(whole, wishes)))

    try:
        return await in_lane(request, whole, work)
    except EmptyText:
        return list(texts.sources)


def parts(article: Article, texts: Sequence[str]) -> Iterator[str]:
    """Cut the translation of joined texts where each of them begins and ends."""
    sentences = [sentence for _, _, sentence in article.sentences()]
    ends = [sentence.end for sentence in sentences]

    def there(place: int) -> int:
        """Find a place of the layout, which both sides have, in the translation."""
        before = bisect_right(ends, place)
        shift = sentences[before - 1].target_end - ends[before - 1] if before else 0
        return place + shift

    start = 0
    for text in texts:
        end = start + len(text)
        yield article.translation[there(start) : there(end)]
        start = end + len(BETWEEN_TEXTS)
