"""What clients of DeepL speak, under `/v2`: text, French to English; `deepl_glossaries` has more.

After DeepL's OpenAPI description of version 2. Errors are `{"message", "detail"}`, both strings.
What an option asks for is done or refused with a 400, never dropped, and never refused with a 501:
DeepL's own client asks again five times from 500 up. It also hangs up after 10 seconds, to ask
again, so equal requests are worked on once (`inflight`).

The spelling of EN-GB and EN-US is that of the model in both.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Annotated, ClassVar, Literal, TypedDict

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import ErrorDetails
from starlette.concurrency import run_in_threadpool

from service.api.dialects import (
    DialectRoute,
    fields_of,
    in_any_encoding,
    read,
    refused_with,
    translate_texts,
)
from service.api.gate import Gate, owner_of
from service.api.glossaries import take
from service.api.inflight import InFlight
from service.errors import BadGlossary, BadInput, KeyMissing, KeyUnknown, NotAllowed, NotFrench
from service.split import LINE_END, split

FRENCH = "FR"
TARGETS = {"EN-GB": "English (British)", "EN-US": "English (American)"}
TARGET_CODES = {"EN", *TARGETS}  # DeepL's own clients no longer send EN, but others do
UNLIMITED = 1_000_000_000_000  # the limit that DeepL gives where there is none
KEPT_SECONDS = 30.0  # longer than a client waits before it asks again
MODEL_TYPE = "latency_optimized"  # what DeepL calls its sentence by sentence models

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
# Resources of DeepL that we do not have, by the beginning of their path.
NOT_YET = {"document": "documents"}


class Route(DialectRoute):
    """DeepL's errors: a message, and a detail."""

    statuses: ClassVar = {NotFrench: 400, BadGlossary: 400, NotAllowed: 403}
    words: ClassVar = {
        KeyMissing: "Authorization failure, check auth_key",
        KeyUnknown: "Authorization failure, check auth_key",
    }
    force_french = "send source_lang=FR to translate it all the same"

    @staticmethod
    def shape(message: str, hint: str) -> dict[str, str]:
        """Make the body of an error."""
        return {"message": message, "detail": hint} if hint else {"message": message}


class TranslateBody(BaseModel):
    """Texts and how to translate them; an option that is not listed is refused."""

    model_config = ConfigDict(extra="forbid")

    text: list[str] = Field(min_length=1, description="Repeated in a form.")
    target_lang: str = Field(description="`EN`, `EN-GB` or `EN-US`.")
    source_lang: str = Field("", description="`FR`: do not detect the language.")
    context: str = Field("", description="Text around it, read for the names in it.")
    split_sentences: Annotated[Literal["0", "1", "nonewlines"], BeforeValidator(str)] = "1"
    preserve_formatting: bool = Field(False, description="Formatting is always preserved.")
    formality: Literal["default", "prefer_more", "prefer_less"] = "default"
    model_type: Literal["latency_optimized", "prefer_quality_optimized"] | None = None
    show_billed_characters: bool = Field(True, description="They are always shown.")
    glossary_id: str = Field("", description="Needs `source_lang`.")
    glossary_ids: list[str] = Field(
        default_factory=list, max_length=5, description="Instead of `glossary_id`."
    )
    auth_key: str = Field("", description="Ignored: a key goes into the header Authorization.")


class Translation(BaseModel):
    """The English of one text."""

    detected_source_language: str
    text: str
    billed_characters: int
    model_type_used: str | None = None


class Translations(BaseModel):
    """The English of each text, in order."""

    translations: list[Translation]


class Language(BaseModel):
    """A language; as a target it says whether it can be formal."""

    language: str
    name: str
    supports_formality: bool | None = None


class Usage(BaseModel):
    """Characters translated, and how many may be."""

    character_count: int
    character_limit: int = UNLIMITED


class Refusal(BaseModel):
    """The body of every answer that is not a success."""

    message: str
    detail: str = ""


@dataclass(slots=True)
class Office:
    """What is remembered between requests."""

    in_flight: InFlight[list[str]] = field(default_factory=lambda: InFlight(KEPT_SECONDS))
    characters: int = 0


class State(TypedDict):
    """What the requests of an app share."""

    deepl: Office


@asynccontextmanager
async def opened(_: FastAPI) -> AsyncIterator[State]:
    """Remember while the app runs."""
    yield {"deepl": Office()}


router = APIRouter(tags=["DeepL"], route_class=Route, lifespan=opened)


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
    await run_in_threadpool(require_splitting, body)
    stored = await take(request, glossaries_in(body))
    office: Office = request.state.deepl
    texts = [body.context, *body.text] if body.context else body.text
    detect = not body.source_lang
    work = partial(translate_texts, texts=texts, detect=detect, stored=stored)
    key = (detect, stored.versions, *texts)
    translated = await office.in_flight.get(request, key, work)
    office.characters += sum(map(len, body.text))
    return Translations(
        translations=[
            Translation(
                detected_source_language=FRENCH,
                text=english,
                billed_characters=len(french),
                model_type_used=body.model_type and MODEL_TYPE,
            )
            for french, english in zip(body.text, translated[-len(body.text) :], strict=True)
        ]
    )


@router.get("/v2/languages", response_model_exclude_none=True, responses=refused_with(Refusal))
@router.post("/v2/languages", response_model_exclude_none=True, responses=refused_with(Refusal))
async def languages(request: Request) -> list[Language]:
    """List the languages of one side; DeepL's client sends `type` in the body of a GET."""
    match (await fields_of(request)).get("type", "source"):
        case "source":
            return [Language(language=FRENCH, name="French")]
        case "target":
            return [
                Language(language=code, name=name, supports_formality=False)
                for code, name in TARGETS.items()
            ]
    raise BadInput("Value for 'type' not supported.", where="type", hint="source or target")


@router.get("/v2/usage")
@router.post("/v2/usage")
async def usage(request: Request) -> Usage:
    """Tell how much was translated: with the key of the request, or by all where keys are off."""
    office: Office = request.state.deepl
    if owner := owner_of(request):
        gate: Gate = request.app.state.gate
        return Usage(character_count=await gate.used(owner))
    return Usage(character_count=office.characters)


@router.api_route("/v2/{resource:path}", methods=METHODS, include_in_schema=False)
@router.api_route("/v3/{resource:path}", methods=METHODS, include_in_schema=False)
async def nothing(resource: str) -> JSONResponse:
    """Say that there is no such thing, in the shape that clients can read."""
    what = next((what for start, what in NOT_YET.items() if resource.startswith(start)), "")
    return JSONResponse(
        Route.shape(f"{what} are not available yet" if what else "no such resource", ""), 404
    )


def explain(error: ErrorDetails) -> str:
    """Say what is wrong with a field."""
    name = error["loc"][0]
    match error["type"]:
        case "missing":
            return f"Missing or invalid argument: {name}"
        case "extra_forbidden":
            return f"Parameter '{name}' is not supported."
        case "literal_error":
            return f"Value for '{name}' not supported."
    return f"Missing or invalid argument: {name}: {error['msg']}"


def require_languages(body: TranslateBody) -> None:
    """Refuse every pair but French and English.

    Raises:
        BadInput: it is another.
    """
    if body.target_lang.upper() not in TARGET_CODES:
        raise BadInput("Value for 'target_lang' not supported.", hint="EN-GB or EN-US")
    if body.source_lang.upper() not in ("", FRENCH):
        raise BadInput("Value for 'source_lang' not supported.", hint="FR")


def glossaries_in(body: TranslateBody) -> list[str]:
    """List the glossaries that a body names.

    Raises:
        BadInput: in both fields, or without the language that they are for.
    """
    if body.glossary_id and body.glossary_ids:
        raise BadInput("Use either 'glossary_id' or 'glossary_ids'.")
    named = [body.glossary_id] if body.glossary_id else body.glossary_ids
    if named and not body.source_lang:
        raise BadInput("Use of a glossary requires 'source_lang'.", hint="FR")
    return named


def require_splitting(body: TranslateBody) -> None:
    """Refuse not to split what we would split; most who ask send a sentence at a time anyway.

    Raises:
        BadInput: a text would be split where it shall not be.
    """
    match body.split_sentences:
        case "0" if any(is_split(text) for text in body.text):
            raise BadInput("split_sentences=0 is only supported for single sentences.")
        case "nonewlines" if any(LINE_END.search(text.strip()) for text in body.text):
            raise BadInput("split_sentences=nonewlines is only supported for single lines.")


def is_split(text: str) -> bool:
    """Whether a text is more than one sentence to us."""
    return sum(1 for _ in split(text).sentences()) > 1
