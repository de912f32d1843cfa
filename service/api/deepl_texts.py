"""DeepL's `/v2/translate`: texts, plain or with markup, whose options are done or refused.

The spelling of EN-GB and EN-US is that of the model in both. Equal requests are worked on once, for
DeepL's client hangs up after 10 seconds, to ask again (`inflight`).
"""

from collections.abc import Sequence
from functools import partial
from html import escape
from typing import Annotated, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, BeforeValidator, Field
from starlette.concurrency import run_in_threadpool

from service.api.deepl import (
    FRENCH,
    Asked,
    Names,
    Office,
    Refusal,
    Route,
    explain,
    glossaries_in,
    require_languages,
)
from service.api.dialects import (
    PlainTexts,
    Texts,
    in_any_encoding,
    read,
    refused_with,
    translate_texts,
)
from service.api.gate import owner_of
from service.api.glossaries import take
from service.errors import BadInput
from service.formats import fragments
from service.formats.marked import NO_TAGS, Tags
from service.split import LINE_END, split

MODEL_TYPE = "latency_optimized"  # what DeepL calls its sentence by sentence models


class TranslateBody(Asked):
    """Texts and how to translate them."""

    text: list[str] = Field(min_length=1, description="Repeated in a form.")
    context: str = Field("", description="Text around it, read for the names in it.")
    split_sentences: Annotated[Literal["0", "1", "nonewlines"], BeforeValidator(str)] = "1"
    preserve_formatting: bool = Field(False, description="Formatting is always preserved.")
    tag_handling: Literal["html", "xml"] | None = Field(None, description="Markup in the texts.")
    outline_detection: bool = Field(True, description="Of XML: find out which tags split a text.")
    splitting_tags: Names
    non_splitting_tags: Names
    ignore_tags: Names
    model_type: Literal["latency_optimized", "prefer_quality_optimized"] | None = None
    show_billed_characters: bool = Field(True, description="They are always shown.")


class Translation(BaseModel):
    """The English of one text."""

    detected_source_language: str
    text: str
    billed_characters: int
    model_type_used: str | None = None


class Translations(BaseModel):
    """The English of each text, in order."""

    translations: list[Translation]


router = APIRouter(tags=["DeepL"], route_class=Route)


@router.post(
    "/v2/translate",
    response_model_exclude_none=True,
    responses=refused_with(Refusal),
    openapi_extra=in_any_encoding(TranslateBody),
)
async def translate(request: Request) -> Translations:
    """Translate texts, names the same in all."""
    body = await read(request, TranslateBody, explain)
    require_languages(body)
    require_tags(body)
    texts = await run_in_threadpool(texts_of, body)
    french = texts.each[-len(body.text) :]
    await run_in_threadpool(require_splitting, body, french)
    stored = await take(request, glossaries_in(body))
    office: Office = request.state.deepl
    detect = not body.source_lang
    work = partial(translate_texts, texts=texts, detect=detect, stored=stored)
    key = (
        owner_of(request),
        detect,
        stored.versions,
        body.tag_handling,
        tags_in(body),
        *texts.sources,
    )
    translated = await office.in_flight.get(request, key, work)
    office.characters += sum(map(len, french))
    return Translations(
        translations=[
            Translation(
                detected_source_language=FRENCH,
                text=english,
                billed_characters=len(text),
                model_type_used=body.model_type and MODEL_TYPE,
            )
            for text, english in zip(french, translated[-len(body.text) :], strict=True)
        ]
    )


def require_tags(body: TranslateBody) -> None:
    """Refuse what is said of tags that nobody reads.

    Raises:
        BadInput: it says how to read other markup than there is.
    """
    if not body.tag_handling and tags_in(body) != NO_TAGS:
        raise BadInput("Parameters for tags require 'tag_handling'.", hint="html or xml")
    if body.tag_handling == "html" and not body.outline_detection:
        raise BadInput("outline_detection=0 is only supported for tag_handling=xml.")


def tags_in(body: TranslateBody) -> Tags:
    """Say of tags what a body says of them; HTML knows no capitals in names."""

    def named(tags: list[str]) -> frozenset[str]:
        return frozenset(map(str.lower, tags) if body.tag_handling == "html" else tags)

    return Tags(
        kept=named(body.ignore_tags),
        blocks=named(body.splitting_tags),
        inline=named(body.non_splitting_tags),
        guessed=body.outline_detection,
    )


def texts_of(body: TranslateBody) -> Texts:
    """Read the texts of a body, after their context, which is never markup.

    Raises:
        BadFile: one is said to be XML, and is not.
    """
    around = [body.context] if body.context else []
    match body.tag_handling:
        case "html":
            return fragments.read_html([*map(escape, around), *body.text], tags_in(body))
        case "xml":
            return fragments.read_xml([*map(escape, around), *body.text], tags_in(body))
    return PlainTexts([*around, *body.text])


def require_splitting(body: TranslateBody, french: Sequence[str]) -> None:
    """Refuse not to split what we would split; most who ask send a sentence at a time anyway.

    Args:
        body: says how to split.
        french: its texts without markup, in which line ends never split.

    Raises:
        BadInput: a text would be split where it shall not be.
    """
    match body.split_sentences:
        case "0" if any(is_split(text) for text in french):
            raise BadInput("split_sentences=0 is only supported for single sentences.")
        case "nonewlines" if not body.tag_handling and any(map(has_lines, french)):
            raise BadInput("split_sentences=nonewlines is only supported for single lines.")


def has_lines(text: str) -> bool:
    """Whether a text is more than one line."""
    return LINE_END.search(text.strip()) is not None


def is_split(text: str) -> bool:
    """Whether a text is more than one sentence to us."""
    return sum(1 for _ in split(text).sentences()) > 1
