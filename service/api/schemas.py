"""Request bodies. Answers are the values of `service.article`, as they are."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from service.article import NameType, Origin
from service.names.glossary import Glossary, Term, gather
from service.names.limits import LONGEST_FORM, LONGEST_NAME, LONGEST_NOTE, MOST_FORMS, MOST_TERMS
from service.settings import Settings

Form = Annotated[str, Field(min_length=1, max_length=LONGEST_FORM, pattern=r"\S")]
Forms = Annotated[list[Form], Field(min_length=1, max_length=MOST_FORMS)]
GlossaryName = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME, pattern=r"\S")]
MOST_GLOSSARIES = 10  # stored ones, for one article
GlossaryId = Annotated[str, Field(min_length=1, max_length=50)]


class TermBody(BaseModel):
    """A name or word and how to write it in English."""

    model_config = ConfigDict(extra="forbid")

    french: Form | Forms = Field(description="The French form, or several.")
    english: Form | Forms = Field(description="The English form; if several, the first is used.")
    type: NameType = NameType.OTHER
    case_sensitive: bool = Field(False, description="Find it in exactly this case only.")
    note: str = Field("", max_length=LONGEST_NOTE)

    @property
    def term(self) -> Term:
        """The term that this says."""
        french, english = as_tuple(self.french), as_tuple(self.english)
        return Term(french, english, self.type, self.case_sensitive, self.note)


class GlossaryBody(BaseModel):
    """A glossary to store."""

    model_config = ConfigDict(extra="forbid")

    name: GlossaryName
    terms: list[TermBody] = Field(max_length=MOST_TERMS)


class GlossaryPatch(BaseModel):
    """What to change in a glossary; what is not named stays."""

    model_config = ConfigDict(extra="forbid")

    name: GlossaryName | None = None
    put: list[TermBody] = Field(
        default_factory=list,
        max_length=MOST_TERMS,
        description="Terms to add; each replaces those that share a French form with it.",
    )
    remove: list[Form] = Field(
        default_factory=list, max_length=MOST_TERMS, description="A French form of each term."
    )


class Options(BaseModel):
    """What may be asked of a translation."""

    model_config = ConfigDict(extra="forbid")

    title: str | None = Field(None, max_length=1000, description="A headline given apart.")
    source: Literal["auto", "fr"] = Field("auto", description="`fr`: do not detect the language.")
    target: Literal["en"] = "en"
    glossary: list[TermBody] = Field(
        default_factory=list, max_length=10_000, description="Terms for this article alone."
    )
    glossary_id: GlossaryId | Annotated[list[GlossaryId], Field(max_length=MOST_GLOSSARIES)] = (
        Field(
            default_factory=list,
            description="Stored glossaries, the first going first: `ID`, or `ID@VERSION`.",
        )
    )
    summary_words: int | None = Field(
        None,
        ge=0,
        le=400,
        description="English words; 0 for no summary; what the service is set to if not sent.",
    )
    strict: bool = Field(False, description="Fail with 422 when a name stays unresolved.")
    memory: bool = Field(False, description="Use the sentences that `/v1/memory` has confirmed.")


class ArticleBody(Options):
    """An article to translate."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "title": "Poutine reçoit Bachar Al-Assad",
                    "text": "M. Poutine a reçu Bachar Al-Assad à Sotchi.\n\nMoscou s’en félicite.",
                    "glossary": [{"french": "Sotchi", "english": "Sochi", "type": "place"}],
                }
            ]
        },
    )

    text: str = Field(description="The article. Blank lines separate paragraphs.")


def summary_words_of(options: Options, settings: Settings) -> int:
    """Say how long a summary is wanted: as asked for, else as the service is set to."""
    return settings.summary_words if options.summary_words is None else options.summary_words


def glossary_from(terms: list[TermBody]) -> Glossary | None:
    """Make the glossary of a request out of its terms; None if it has none.

    Raises:
        BadGlossary: two terms share a French form.
    """
    if not terms:
        return None
    numbered = enumerate((body.term for body in terms), start=1)
    return gather(numbered, where="body.glossary", origin=Origin.REQUEST)


def as_tuple(forms: str | list[str]) -> tuple[str, ...]:
    """Read one form, or several."""
    return (forms,) if isinstance(forms, str) else tuple(forms)
