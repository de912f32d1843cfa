"""What clients of LibreTranslate speak, at the root: French to English.

After the HTTP API of LibreTranslate 1.9: errors are `{"error": "text"}`, and `/translate` takes
JSON, a form, or a query with an empty body. Unlike there, an array is one job, line ends are kept
as sent, markup stays valid, and an option that we do not have is refused. `libretranslate_files`
has the files.
"""

from collections.abc import Sequence
from typing import ClassVar

from babel import Locale
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from pydantic_core import ErrorDetails
from starlette.concurrency import run_in_threadpool

from service.api.dialects import (
    DialectRoute,
    PlainTexts,
    Texts,
    in_any_encoding,
    read,
    refused_with,
    translate_texts,
)
from service.api.gate import Gate
from service.errors import BadInput, KeyMissing, KeyUnknown, NotAllowed, NotFrench, TooLong
from service.formats import READERS, fragments
from service.intake import UNDETERMINED, detect, foreign_language
from service.pipeline import Pipeline

FRENCH, ENGLISH, AUTO = "fr", "en", "auto"
# English must be listed, or clients that look both languages up refuse to ask.
TARGETS = {FRENCH: [ENGLISH], ENGLISH: []}
FORMATS = ("text", "html")
NO_LANGUAGE = ENGLISH  # what LibreTranslate says of "42"
PERCENT = 100
DISABLED = 403


class Route(DialectRoute):
    """LibreTranslate's errors: one string; whatever is wrong with the text is a 400."""

    statuses: ClassVar = {TooLong: 400, NotFrench: 400, KeyMissing: 400, NotAllowed: 403}
    words: ClassVar = {
        KeyMissing: "Please contact the server operator to get an API key",
        KeyUnknown: "Invalid API key",
    }
    key_field = "api_key"
    force_french = "send source=fr to translate it all the same"

    @staticmethod
    def shape(message: str, hint: str) -> dict[str, str]:
        """Make the body of an error."""
        return {"error": f"{message}; {hint}" if hint else message}


class Camel(BaseModel):
    """Fields whose names are written likeThis on the wire."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class TranslateBody(BaseModel):
    """One text, or several in JSON."""

    q: str | list[str]
    source: str = Field(
        description="`fr`, or `auto` to leave English as it is and refuse what is neither."
    )
    target: str = Field(description="`en`.")
    format: str = Field("text", description="`text` or `html`.")
    alternatives: int = Field(0, description="None are given, so only 0.")


class DetectBody(BaseModel):
    """A text."""

    q: str


class Detection(BaseModel):
    """A language and how sure that is, 0 to 100."""

    confidence: float
    language: str


class Translation(Camel):
    """The English of one text, or of several; the language if it was to be detected."""

    translated_text: str | list[str]
    detected_language: Detection | list[Detection] | None = None


class Language(BaseModel):
    """A language and what it is translated into."""

    code: str
    name: str
    targets: list[str]


class Health(BaseModel):
    """The process answers."""

    status: str = "ok"


class Refusal(BaseModel):
    """The body of every answer that is not a success."""

    error: str


class NamedLanguage(BaseModel):
    """A language to begin with."""

    code: str
    name: str


class Pair(BaseModel):
    """The languages to begin with."""

    source: NamedLanguage
    target: NamedLanguage


class FrontendSettings(Camel):
    """What a page needs to know."""

    char_limit: int
    frontend_timeout: int = 500
    api_keys: bool = False
    key_required: bool = False
    suggestions: bool = False
    files_translation: bool = True
    supported_files_format: list[str] = sorted(filter(None, READERS))
    language: Pair = Pair(
        source=NamedLanguage(code=AUTO, name="Auto Detect"),
        target=NamedLanguage(code=ENGLISH, name="English"),
    )


router = APIRouter(tags=["LibreTranslate"], route_class=Route)


@router.post(
    "/translate",
    response_model_exclude_none=True,
    responses=refused_with(Refusal),
    openapi_extra=in_any_encoding(TranslateBody),
)
async def translate(request: Request) -> Translation:
    """Translate one text, or several with names the same in all; `auto` leaves English as it is."""
    body = await read(request, TranslateBody, explain)
    require_languages(body.source.lower(), body.target.lower())
    require_options(body)
    is_auto = body.source.lower() == AUTO
    texts = await run_in_threadpool(texts_of, body)
    try:
        translated, tell = await translate_texts(request, texts, detect=is_auto), french_of
    except NotFrench:
        if not await run_in_threadpool(is_english, texts.each):
            raise
        translated, tell = list(texts.sources), detection_of
    # One detection for all, as LibreTranslate has it.
    found = await run_in_threadpool(tell, "\n".join(texts.each)) if is_auto else None
    if isinstance(body.q, str):
        return Translation(translated_text=translated[0], detected_language=found)
    return Translation(
        translated_text=translated, detected_language=[found] * len(translated) if found else None
    )


@router.post("/detect", responses=refused_with(Refusal), openapi_extra=in_any_encoding(DetectBody))
async def detect_language(request: Request) -> list[Detection]:
    """Name the language of a text."""
    body = await read(request, DetectBody, explain)
    return [await run_in_threadpool(detection_of, body.q)]


@router.get("/languages")
async def languages() -> list[Language]:
    """List the languages."""
    return [
        Language(code=code, name=name_of(code), targets=targets)
        for code, targets in TARGETS.items()
    ]


@router.get("/frontend/settings")
async def frontend_settings(request: Request) -> FrontendSettings:
    """Tell a page what there is."""
    pipeline: Pipeline = request.app.state.pipeline
    gate: Gate = request.app.state.gate
    keys = await gate.asks()
    return FrontendSettings(
        char_limit=pipeline.settings.max_characters, api_keys=keys, key_required=keys
    )


@router.get("/health")
async def health() -> Health:
    """Answer while the process is alive."""
    return Health()


@router.post("/suggest", include_in_schema=False)
async def disabled() -> JSONResponse:
    """Say that suggestions are off, with the status that LibreTranslate has for it."""
    return JSONResponse(Route.shape("/suggest is disabled on this server", ""), DISABLED)


def explain(error: ErrorDetails) -> str:
    """Say what is wrong with a field."""
    name = error["loc"][0]
    match error["type"]:
        case "missing" | "too_short":
            return f"Invalid request: missing {name} parameter"
        case "int_parsing" | "int_type" | "int_from_float" | "int_parsing_size":
            return f"Invalid request: {name} parameter is not a number"
    return f"Invalid request: {name} parameter: {error['msg']}"


def require_languages(source: str, target: str) -> None:
    """Refuse every pair but French and English.

    Raises:
        BadInput: it is another.
    """
    origin = FRENCH if source == AUTO else source
    for code in (origin, target):
        if code not in TARGETS:
            raise BadInput(f"{code} is not supported")
    if target not in TARGETS[origin]:
        raise BadInput(
            f"{name_of(target)} ({target}) is not available as a target language"
            f" from {name_of(origin)} ({origin})"
        )


def require_options(body: TranslateBody) -> None:
    """Refuse what we do not have.

    Raises:
        BadInput: another format or alternatives are asked for.
    """
    if body.format.lower() not in FORMATS:
        raise BadInput(f"{body.format} format is not supported")
    if body.alternatives > 0:
        raise BadInput("Invalid request: alternatives parameter must be <= 0")


def texts_of(body: TranslateBody) -> Texts:
    """Read the texts of a body."""
    texts = [body.q] if isinstance(body.q, str) else body.q
    return fragments.read_html(texts) if body.format.lower() == "html" else PlainTexts(texts)


def detection_of(text: str) -> Detection:
    """Name the language of a text."""
    language, confidence = detect(text)
    if language == UNDETERMINED:
        language = NO_LANGUAGE
    return Detection(language=language, confidence=round(PERCENT * confidence, 1))


def is_english(texts: Sequence[str]) -> bool:
    """Whether every text with letters in it is English beyond doubt."""
    lettered = (text for text in texts if any(map(str.isalpha, text)))
    return all(foreign_language(text) == ENGLISH for text in lettered)


def french_of(text: str) -> Detection:
    """Say how sure it is that a text was French, now that it was translated as such."""
    found = detection_of(text)
    if found.language == FRENCH or found.confidence == 0:
        return found
    return Detection(language=FRENCH, confidence=0.0)


def name_of(code: str) -> str:
    """Say a language code in English."""
    return str(Locale("en").languages[code])
