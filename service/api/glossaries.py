"""`/v1/glossaries`: stored glossaries, as JSON or as files of translators' programs.

The ETag of a glossary is its version. Whoever replaces, changes or deletes one says with `If-Match`
which version is meant, or `*` for whichever there is: 428 if nothing is said, 412 if there is a
newer one. So two people who edit the same glossary cannot undo each other's work unawares.
"""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, TypeAdapter
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from service.api.bodies import (
    JSON,
    WRONG_TYPE,
    first_accepted,
    from_json,
    is_json,
    media_type_of,
    read_text,
)
from service.api.errors import ErrorBody
from service.api.gate import owner_of
from service.api.schemas import GlossaryBody, GlossaryPatch
from service.errors import BadInput, Outdated
from service.names.files import BY_MEDIA_TYPE, FORMATS, Format
from service.names.glossary import Glossary, Term
from service.store.changes import Change
from service.store.glossaries import Glossaries, StoredGlossary
from service.store.shelf import NO_GLOSSARY, Shelf, Taken, reference_of
from service.store.tables import SHARED

NOT_MODIFIED, CONDITION_MISSING = 304, 428
ETAG = re.compile(r'"(\d{1,9})(\.\w+)?"')
CACHE = {"cache-control": "private, no-cache", "vary": "accept"}
HIGHEST = 10**9  # version

Size = Annotated[int, Query(ge=1, le=100, description="Of the page.")]
Version = Annotated[int | None, Query(ge=1, le=HIGHEST, description="By default the newest.")]


@dataclass(frozen=True, slots=True)
class WholeGlossary(StoredGlossary):
    """A glossary in one of its versions, with its terms."""

    terms: tuple[Term, ...]


class GlossaryPage(BaseModel):
    """Glossaries, newest first; `next` is the `after` of the next page."""

    glossaries: list[StoredGlossary]
    next: str | None


class VersionPage(BaseModel):
    """Versions of a glossary, newest first; `next` is the `before` of the next page."""

    versions: list[StoredGlossary]
    next: int | None


_whole = TypeAdapter(WholeGlossary)
_files: dict[str, Any] = {one.media_types[0]: {"schema": {"type": "string"}} for one in FORMATS}
_sent: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {JSON: {"schema": GlossaryBody.model_json_schema()}, **_files},
    }
}
_errors: dict[int | str, dict[str, Any]] = {
    status: {"model": ErrorBody} for status in (400, 404, 412, 413, 415, 422, 428, 503)
}

router = APIRouter(prefix="/v1/glossaries", tags=["glossaries"], responses=_errors)


@router.get("")
def list_glossaries(request: Request, size: Size = 20, after: str = "") -> GlossaryPage:
    """List glossaries, newest first."""
    page = glossaries_of(request).page(owner_of(request), size=size, after=after)
    return GlossaryPage(glossaries=page, next=page[-1].id if len(page) == size else None)


@router.post("", status_code=201, openapi_extra=_sent)
async def create_glossary(
    request: Request, response: Response, name: str = "", *, shared: bool = False
) -> StoredGlossary:
    """Store a glossary.

    Send JSON, or a CSV, TSV, TBX or TMX file with its media type, and the `name` in the query. With
    `shared` it is everybody's, not only that of whoever has this API key.
    """
    sent_name, terms = await sent(request)
    owner = SHARED if shared else owner_of(request)
    told = await run_in_threadpool(glossaries_of(request).create, sent_name or name, terms, owner)
    response.headers["location"] = f"/v1/glossaries/{told.id}"
    return tagged(response, told)


@router.get(
    "/{glossary_id}",
    response_class=Response,
    responses={
        200: {"model": WholeGlossary, "content": _files},
        304: {"description": "It is what If-None-Match names."},
        406: {"model": ErrorBody},
    },
)
def get_glossary(request: Request, glossary_id: str, version: Version = None) -> Response:
    """Give a glossary with its terms, as JSON or as the file that `Accept` names."""
    form = BY_MEDIA_TYPE.get(first_accepted(request, BY_MEDIA_TYPE))
    glossaries, owner = glossaries_of(request), owner_of(request)
    told = glossaries.get(glossary_id, owner, version)
    headers = {"etag": etag(told, form), **CACHE}
    if headers["etag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=NOT_MODIFIED, headers=headers)
    told, glossary = glossaries.read(glossary_id, owner, told.version)
    if form is None:
        return Response(as_json(told, glossary), media_type=JSON, headers=headers)
    name = quote(f"{told.name}{form.suffix}", safe="")
    headers["content-disposition"] = f"attachment; filename*=UTF-8''{name}"
    return Response(form.write(glossary), media_type=form.media_types[0], headers=headers)


@router.put("/{glossary_id}", openapi_extra=_sent)
async def replace_glossary(
    request: Request, response: Response, glossary_id: str
) -> StoredGlossary:
    """Put other terms in the place of all: as JSON, or as a file, which keeps the name."""
    expected = expected_version(request)
    name, terms = await sent(request)
    told = await run_in_threadpool(
        glossaries_of(request).replace,
        glossary_id,
        terms,
        owner_of(request),
        name=name,
        expected=expected,
    )
    return tagged(response, told)


@router.patch("/{glossary_id}")
def patch_glossary(
    request: Request, response: Response, glossary_id: str, patch: GlossaryPatch
) -> StoredGlossary:
    """Add, change and remove terms, or give another name."""
    change = Change(patch.name, [body.term for body in patch.put], patch.remove)
    told = glossaries_of(request).patch(
        glossary_id, change, owner_of(request), expected=expected_version(request)
    )
    return tagged(response, told)


@router.delete("/{glossary_id}", status_code=204)
def delete_glossary(request: Request, glossary_id: str) -> None:
    """Forget a glossary and all its versions."""
    expected = expected_version(request)
    glossaries_of(request).delete(glossary_id, owner_of(request), expected=expected)


@router.get("/{glossary_id}/versions")
def list_versions(
    request: Request, glossary_id: str, size: Size = 20, before: Version = None
) -> VersionPage:
    """List the versions of a glossary, newest first."""
    page = glossaries_of(request).versions(glossary_id, owner_of(request), size=size, before=before)
    following = page[-1].version if page and page[-1].version > 1 else None
    return VersionPage(versions=page, next=following)


async def take(request: Request, named: str | Sequence[str]) -> Taken:
    """Give the stored glossaries that a request names.

    Raises:
        NotFound: there is no such glossary, or version of it.
        StoreUnavailable: nobody knows.
    """
    texts = [named] if isinstance(named, str) else named
    if not texts:
        return NO_GLOSSARY
    shelf: Shelf = request.app.state.shelf
    references = [reference_of(text) for text in texts]
    return await run_in_threadpool(shelf.take, references, owner_of(request))


async def sent(request: Request) -> tuple[str | None, tuple[Term, ...]]:
    """Read the name, if it is JSON, and the terms of a glossary.

    Raises:
        RequestValidationError: a field of the JSON is wrong.
        BadGlossary: the file cannot be read, with the lines at fault.
        HTTPException: the media type is none of ours.
    """
    text = await read_text(request)
    if is_json(request):
        body = await run_in_threadpool(from_json, GlossaryBody, text)
        return body.name, tuple(term.term for term in body.terms)
    form = BY_MEDIA_TYPE.get(media_type_of(request))
    if form is None:
        known = ", ".join([JSON, *_files])
        raise HTTPException(WRONG_TYPE, f"the media type is none of {known}")
    glossary = await run_in_threadpool(form.read, text, where="body")
    return None, tuple(glossary)


def expected_version(request: Request) -> int | None:
    """Read which version a change is meant for; None for whichever there is.

    Raises:
        HTTPException: nothing is said.
        Outdated: it is no version that there could be.
        BadInput: several are named.
    """
    header = request.headers.get("if-match", "").strip()
    if not header:
        raise HTTPException(
            CONDITION_MISSING, "the request does not say which version of the glossary it is for"
        )
    if header == "*":
        return None
    if "," in header:
        raise BadInput("If-Match names several versions", where="if-match", hint="name one")
    found = ETAG.fullmatch(header)
    if found is None:
        raise Outdated(
            f"{header[:50]} is the ETag of no glossary",
            where="if-match",
            hint="send the ETag that came with the glossary, as it is",
        )
    return int(found.group(1))


def etag(told: StoredGlossary, form: Format | None = None) -> str:
    """Name a version, and the format if it is not JSON."""
    return f'"{told.version}{form.suffix if form else ""}"'


def tagged(response: Response, told: StoredGlossary) -> StoredGlossary:
    """Send the ETag of a version along."""
    response.headers["etag"] = etag(told)
    response.headers.update(CACHE)
    return told


def as_json(told: StoredGlossary, glossary: Glossary) -> bytes:
    """Write a glossary as JSON."""
    return _whole.dump_json(WholeGlossary(**asdict(told), terms=tuple(glossary)))


def glossaries_of(request: Request) -> Glossaries:
    """The glossaries of the application."""
    glossaries: Glossaries = request.app.state.glossaries
    return glossaries
