"""What clients of DeepL speak, under `/v2`: French to English; this is what all of it shares.

`deepl_texts`, `deepl_documents` and `deepl_glossaries` have the rest.

After DeepL's OpenAPI description of version 2. Errors are `{"message", "detail"}`, both strings.
What an option asks for is done or refused with a 400, never dropped, and never refused with a 501:
DeepL's own client asks again five times from 500 up.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Literal, TypedDict

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import ErrorDetails

from service.api.dialects import (
    DialectRoute,
    fields_of,
    refused_with,
)
from service.api.gate import Gate, owner_of
from service.api.inflight import InFlight
from service.errors import BadGlossary, BadInput, KeyMissing, KeyUnknown, NotAllowed, NotFrench

FRENCH = "FR"
TARGETS = {"EN-GB": "English (British)", "EN-US": "English (American)"}
TARGET_CODES = {"EN", *TARGETS}  # DeepL's own clients no longer send EN, but others do
UNLIMITED = 1_000_000_000_000  # the limit that DeepL gives where there is none
KEPT_SECONDS = 30.0  # longer than a client waits before it asks again

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


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


def parted(items: object) -> object:
    """Read a list whose items stand in one field, parted by commas, as clients send it in forms."""
    if not isinstance(items, list):
        return items
    found = (item.split(",") if isinstance(item, str) else [item] for item in items)
    return [one for some in found for one in some if one != ""]


Names = Annotated[list[str], BeforeValidator(parted), Field(default_factory=list)]


class Asked(BaseModel):
    """What may be asked of any translation; an option that is not listed is refused."""

    model_config = ConfigDict(extra="forbid")

    target_lang: str = Field(description="`EN`, `EN-GB` or `EN-US`.")
    source_lang: str = Field("", description="`FR`: do not detect the language.")
    formality: Literal["default", "prefer_more", "prefer_less"] = "default"
    glossary_id: str = Field("", description="Needs `source_lang`.")
    glossary_ids: Annotated[list[str], BeforeValidator(parted)] = Field(
        default_factory=list, max_length=5, description="Instead of `glossary_id`."
    )
    auth_key: str = Field("", description="Ignored: a key goes into the header Authorization.")


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
    return JSONResponse(Route.shape("no such resource", ""), 404)


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


def require_languages(body: Asked) -> None:
    """Refuse every pair but French and English.

    Raises:
        BadInput: it is another.
    """
    if body.target_lang.upper() not in TARGET_CODES:
        raise BadInput("Value for 'target_lang' not supported.", hint="EN-GB or EN-US")
    if body.source_lang.upper() not in ("", FRENCH):
        raise BadInput("Value for 'source_lang' not supported.", hint="FR")


def glossaries_in(body: Asked) -> list[str]:
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
