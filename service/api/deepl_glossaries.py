"""DeepL's glossaries, versions 2 and 3 of its API, on the store of ours.

A glossary of DeepL maps one French form to one English form. Ours may have more: then each French
form is an entry, with the canonical English. Version 2 knows one pair of languages per glossary,
version 3 many; French to English is the only pair here, so that the two see the same glossaries.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from typing import Annotated, Literal, TypeVar

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from service.api.deepl import Refusal, Route, explain
from service.api.dialects import fields_of, in_any_encoding, read, refused_with
from service.api.gate import owner_of
from service.api.glossaries import glossaries_of
from service.errors import BadGlossary, BadInput
from service.names.glossary import Glossary, Term
from service.store.changes import Change
from service.store.glossaries import Glossaries, StoredGlossary

SOURCE, TARGET = "fr", "en"
TSV = "text/tab-separated-values"
# The client wants a fraction and a zone, and isoformat leaves out a fraction of nought.
TIME = "%Y-%m-%dT%H:%M:%S.%fZ"


Answer = TypeVar("Answer")


def language(code: object) -> str:
    """Read a code without its region: glossaries are for all English."""
    return str(code).lower().partition("-")[0]


Source = Annotated[Literal["fr"], BeforeValidator(language)]
Target = Annotated[Literal["en"], BeforeValidator(language)]


class Pair(BaseModel):
    """The one pair of languages."""

    source_lang: Source = "fr"
    target_lang: Target = "en"


class Dictionary(BaseModel):
    """Entries, as DeepL wants them."""

    model_config = ConfigDict(extra="forbid")

    source_lang: Source
    target_lang: Target
    entries: str = Field(min_length=1, description="A line for each: French, then English.")
    entries_format: Literal["tsv", "csv"] = "tsv"


class NewGlossary(Dictionary):
    """A glossary of version 2."""

    name: str


class NewMultilingualGlossary(BaseModel):
    """A glossary of version 3."""

    model_config = ConfigDict(extra="forbid")

    name: str
    dictionaries: list[Dictionary] = Field(min_length=1)


class MultilingualChange(BaseModel):
    """A new name, or entries to add or replace."""

    model_config = ConfigDict(extra="forbid")

    name: str | None = None
    dictionaries: list[Dictionary] = Field(default_factory=list)


class GlossaryInfo(Pair):
    """A glossary of version 2 without its entries."""

    glossary_id: str
    name: str
    ready: bool = True
    creation_time: str
    entry_count: int


class GlossaryInfos(BaseModel):
    """All glossaries."""

    glossaries: list[GlossaryInfo]


class DictionaryInfo(Pair):
    """A dictionary of a glossary, without its entries."""

    entry_count: int


class MultilingualInfo(BaseModel):
    """A glossary of version 3 without its entries."""

    glossary_id: str
    name: str
    dictionaries: list[DictionaryInfo]
    creation_time: str


class MultilingualInfos(BaseModel):
    """All glossaries."""

    glossaries: list[MultilingualInfo]


class DictionaryEntries(Pair):
    """The entries of a dictionary, as TSV."""

    entries: str
    entries_format: str = "tsv"


class Entries(BaseModel):
    """The entries of the dictionaries of a glossary."""

    dictionaries: list[DictionaryEntries]


class Pairs(BaseModel):
    """The pairs of languages that a glossary can be for."""

    supported_languages: list[Pair]


_refused = {**refused_with(Refusal), 404: {"model": Refusal}}

router = APIRouter(tags=["DeepL"], route_class=Route, responses=_refused)


@router.get("/v2/glossary-language-pairs")
def pairs() -> Pairs:
    """List the one pair."""
    return Pairs(supported_languages=[Pair()])


@router.post("/v2/glossaries", status_code=201, openapi_extra=in_any_encoding(NewGlossary))
async def create_glossary(request: Request) -> GlossaryInfo:
    """Store a glossary."""
    body = await read(request, NewGlossary, explain)
    return info(await stored(request, body.name, [body]))


@router.get("/v2/glossaries")
def list_glossaries(request: Request) -> GlossaryInfos:
    """List all glossaries, newest first; DeepL knows no pages."""
    every = glossaries_of(request).every(owner_of(request))
    return GlossaryInfos(glossaries=[info(one) for one in every])


@router.get("/v2/glossaries/{glossary_id}")
def get_glossary(request: Request, glossary_id: str) -> GlossaryInfo:
    """Tell of a glossary."""
    return info(glossaries_of(request).get(glossary_id, owner_of(request)))


@router.get(
    "/v2/glossaries/{glossary_id}/entries",
    response_class=Response,
    responses={200: {"content": {TSV: {"schema": {"type": "string"}}}}},
)
def get_entries(request: Request, glossary_id: str) -> Response:
    """Give the entries of a glossary as TSV."""
    _, glossary = glossaries_of(request).read(glossary_id, owner_of(request))
    return Response(as_tsv(glossary), media_type=TSV)


@router.delete("/v2/glossaries/{glossary_id}", status_code=204)
@router.delete("/v3/glossaries/{glossary_id}", status_code=204)
def delete_glossary(request: Request, glossary_id: str) -> None:
    """Forget a glossary."""
    glossaries_of(request).delete(glossary_id, owner_of(request))


@router.post(
    "/v3/glossaries", status_code=201, openapi_extra=in_any_encoding(NewMultilingualGlossary)
)
async def create_multilingual(request: Request) -> MultilingualInfo:
    """Store a glossary."""
    body = await read(request, NewMultilingualGlossary, explain)
    return multilingual(await stored(request, body.name, body.dictionaries))


@router.get("/v3/glossaries")
def list_multilingual(request: Request) -> MultilingualInfos:
    """List all glossaries, newest first; DeepL knows no pages."""
    every = glossaries_of(request).every(owner_of(request))
    return MultilingualInfos(glossaries=[multilingual(one) for one in every])


@router.get("/v3/glossaries/{glossary_id}")
def get_multilingual(request: Request, glossary_id: str) -> MultilingualInfo:
    """Tell of a glossary."""
    return multilingual(glossaries_of(request).get(glossary_id, owner_of(request)))


@router.patch("/v3/glossaries/{glossary_id}", openapi_extra=in_any_encoding(MultilingualChange))
async def change_multilingual(request: Request, glossary_id: str) -> MultilingualInfo:
    """Give another name, or add and replace entries."""
    body = await read(request, MultilingualChange, explain)

    def work(glossaries: Glossaries, owner: str) -> StoredGlossary:
        change = Change(body.name, list(terms_in(body.dictionaries)))
        return glossaries.patch(glossary_id, change, owner)

    return multilingual(await in_thread(request, work))


@router.get("/v3/glossaries/{glossary_id}/entries", openapi_extra=in_any_encoding(Pair))
async def get_dictionary_entries(request: Request, glossary_id: str) -> Entries:
    """Give the entries of a glossary as TSV; DeepL's client sends the languages in a body."""
    await read_pair(request)

    def work(glossaries: Glossaries, owner: str) -> Glossary:
        return glossaries.read(glossary_id, owner)[1]

    entries = as_tsv(await in_thread(request, work))
    return Entries(dictionaries=[DictionaryEntries(entries=entries)] if entries else [])


@router.put("/v3/glossaries/{glossary_id}/dictionaries", openapi_extra=in_any_encoding(Dictionary))
async def replace_dictionary(request: Request, glossary_id: str) -> DictionaryInfo:
    """Put other entries in the place of all."""
    body = await read(request, Dictionary, explain)

    def work(glossaries: Glossaries, owner: str) -> StoredGlossary:
        return glossaries.replace(glossary_id, terms_in([body]), owner)

    return DictionaryInfo(entry_count=(await in_thread(request, work)).size)


@router.delete("/v3/glossaries/{glossary_id}/dictionaries", status_code=204)
async def delete_dictionary(request: Request, glossary_id: str) -> None:
    """Leave a glossary without entries."""
    await read_pair(request)
    await in_thread(request, lambda glossaries, owner: glossaries.replace(glossary_id, (), owner))


async def read_pair(request: Request) -> None:
    """Refuse another pair of languages than ours, in a body or in the query.

    Raises:
        BadInput: it is another.
    """
    fields = {key: value for key, value in (await fields_of(request)).items() if value}
    if (
        language(fields.get("source_lang", SOURCE)) != SOURCE
        or language(fields.get("target_lang", TARGET)) != TARGET
    ):
        raise BadInput("Value for 'source_lang' or 'target_lang' not supported.", hint="FR and EN")


async def stored(request: Request, name: str, dictionaries: Iterable[Dictionary]) -> StoredGlossary:
    """Store a glossary.

    Raises:
        BadGlossary: an entry cannot be read, or two share a French form.
    """
    return await in_thread(
        request,
        lambda glossaries, owner: glossaries.create(name, terms_in(dictionaries), owner),
    )


async def in_thread(request: Request, work: Callable[[Glossaries, str], Answer]) -> Answer:
    """Do work with the glossaries, for the owner of the request."""
    return await run_in_threadpool(work, glossaries_of(request), owner_of(request))


def info(told: StoredGlossary) -> GlossaryInfo:
    """Tell of a glossary as version 2 does."""
    return GlossaryInfo(
        glossary_id=told.id,
        name=told.name,
        creation_time=told.created.strftime(TIME),
        entry_count=told.size,
    )


def multilingual(told: StoredGlossary) -> MultilingualInfo:
    """Tell of a glossary as version 3 does."""
    return MultilingualInfo(
        glossary_id=told.id,
        name=told.name,
        dictionaries=[DictionaryInfo(entry_count=told.size)] if told.size else [],
        creation_time=told.created.strftime(TIME),
    )


def as_tsv(glossary: Glossary) -> str:
    """Write an entry for each French form."""
    rows = ((french, term.english[0]) for term in glossary for french in term.french)
    return "\n".join("\t".join(" ".join(cell.split()) for cell in row) for row in rows)


def terms_in(dictionaries: Iterable[Dictionary]) -> Iterator[Term]:
    """Yield a term for each entry.

    Raises:
        BadGlossary: a line is no entry, with its number.
    """
    for dictionary in dictionaries:
        lines = dictionary.entries.replace("\r\n", "\n").split("\n")
        rows: Iterable[list[str]] = (line.split("\t") for line in lines)
        if dictionary.entries_format == "csv":
            rows = csv.reader(io.StringIO(dictionary.entries))
        try:
            for number, row in enumerate(rows, start=1):
                if any(map(str.strip, row)):
                    yield term_of(row, number)
        except csv.Error as error:
            raise BadGlossary(f"the entries cannot be read: {error}") from error


def term_of(row: list[str], number: int) -> Term:
    """Make a term of an entry; a table with commas may name the languages, too.

    Raises:
        BadGlossary: it is no entry.
    """
    french, english = (" ".join(cell.split()) for cell in [*row, "", ""][:2])
    if not french or not english or len(row) not in (2, 4):
        raise BadGlossary(
            f"Invalid glossary entries provided: line {number} needs a source and a target",
            where="entries",
        )
    return Term((french,), (english,))
