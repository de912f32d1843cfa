"""The values that travel: an `Article`, its paragraphs and sentences, its names and its summary.

All are frozen; a step that adds something returns a copy made with `dataclasses.replace`.
Offsets count Unicode code points and are half open. `Paragraph` and `Sentence` offsets are into
`Article.text`, their `target_` offsets into `Article.translation`. The offsets of a `Mention` are
relative to its sentence, so that they stay true wherever the sentence is shown.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum


class FlagKind(StrEnum):
    """What a check found wrong in a sentence's translation."""

    LENGTH = "length"
    REPETITION = "repetition"
    NUMBERS = "numbers"
    UNTRANSLATED = "untranslated"
    TRUNCATED = "truncated"
    QUOTES = "quotes"
    MEANING = "meaning"
    NAME = "name"
    CORRECTED = "corrected"


class Severity(StrEnum):
    """AMBER: worth a look. RED: do not print without reading the French."""

    AMBER = "amber"
    RED = "red"


@dataclass(frozen=True, slots=True)
class Flag:
    """A machine-readable warning on a sentence, with a sentence for people in `detail`."""

    kind: FlagKind
    severity: Severity
    detail: str


@dataclass(frozen=True, slots=True)
class MemoryHit:
    """A pair that a person confirmed before; `similarity` of its source, 1 if it is the same."""

    similarity: float
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the source and, once translated, its English.

    Attributes:
        start, end: place in `Article.text`.
        source: the French, exactly as it stands there.
        target: the English; empty until translated.
        target_start, target_end: place in `Article.translation`.
        score: mean log-probability per target token; None until translated.
        confidence: share of ordinary sentences that score lower, 0 to 1; None if not calibrated.
        memory: a confirmed translation of the same sentence, which is then the `target`, or of one
            like it.
    """

    start: int
    end: int
    source: str
    target: str = ""
    target_start: int = 0
    target_end: int = 0
    score: float | None = None
    confidence: float | None = None
    flags: tuple[Flag, ...] = ()
    memory: MemoryHit | None = None

    @property
    def is_confirmed(self) -> bool:
        """Whether a person has confirmed the target, so that nothing may change it."""
        return self.memory is not None and self.memory.similarity == 1

    @property
    def is_red(self) -> bool:
        """Whether a flag says not to print it without reading the French."""
        return any(flag.severity is Severity.RED for flag in self.flags)

    @property
    def has_doubtful_name(self) -> bool:
        """Whether a name of the English may not stand in its form of the ledger."""
        return any(flag.kind is FlagKind.NAME for flag in self.flags)


class Role(StrEnum):
    """What a paragraph is to the article."""

    TITLE = "title"
    DATELINE = "dateline"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A run of sentences; `start` and `end` are those of its first and last sentence.

    A dateline holds one sentence, which is copied and never translated.
    """

    start: int
    end: int
    sentences: tuple[Sentence, ...]
    role: Role = Role.TEXT


class NameType(StrEnum):
    """What a name names."""

    PERSON = "person"
    PLACE = "place"
    ORGANISATION = "organisation"
    OTHER = "other"


class Origin(StrEnum):
    """Where the canonical form of a name came from."""

    REQUEST = "request"
    STORED = "stored"
    BUILT_IN = "built-in"
    ARTICLE = "article"  # found in the text; settled among the model's own renderings


class How(StrEnum):
    """How a mention came to show its canonical form."""

    MODEL = "model"
    N_BEST = "n-best"
    REPAIRED = "repaired"
    MARKED = "marked"
    CONSTRAINED = "constrained"
    SUBSTITUTED = "substituted"
    MEMORY = "memory"  # in a sentence that a person confirmed, whatever it says there
    UNRESOLVED = "unresolved"


@dataclass(frozen=True, slots=True)
class Mention:
    """One occurrence of a name.

    Attributes:
        paragraph, sentence: indices into `Article.paragraphs` and `Paragraph.sentences`.
        start, end, source: place and text in `Sentence.source`.
        target_start, target_end, target: place and text in `Sentence.target`; None if unresolved,
            or if a confirmed translation says it in another way.
    """

    paragraph: int
    sentence: int
    start: int
    end: int
    source: str
    how: How = How.UNRESOLVED
    target_start: int | None = None
    target_end: int | None = None
    target: str | None = None


@dataclass(frozen=True, slots=True)
class Name:
    """A row of the ledger: one canonical English form and every mention of it."""

    canonical: str
    type: NameType
    origin: Origin
    mentions: tuple[Mention, ...]


@dataclass(frozen=True, slots=True)
class SummaryPair:
    """A sentence of the summary in both languages and its place in the article.

    Attributes:
        paragraph, sentence: indices into `Article.paragraphs` and `Paragraph.sentences`.
        start, end: place in `Article.text`.
        target_start, target_end: place in `Article.translation`.
    """

    paragraph: int
    sentence: int
    source: str
    target: str
    start: int = 0
    end: int = 0
    target_start: int = 0
    target_end: int = 0

    @classmethod
    def of(cls, paragraph: int, index: int, sentence: Sentence) -> "SummaryPair":
        """Cite a sentence that has its places."""
        return cls(
            paragraph,
            index,
            sentence.source,
            sentence.target,
            sentence.start,
            sentence.end,
            sentence.target_start,
            sentence.target_end,
        )


@dataclass(frozen=True, slots=True)
class WrittenSummary:
    """What a model wrote, after it was held against the article.

    Attributes:
        language: "en" or "fr".
        model: folder or hub id.
        sha256: hash of the model; "" if nobody knows.
    """

    text: str
    language: str
    model: str
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    """Sentence pairs in article order; `note` says why there are none, or what is special.

    Attributes:
        written: the summary, where a model wrote one; its other language is in the pairs.
        aligned: whether the pairs are the summary in both languages; if not, they are the sentences
            of the article that best support what was written.
    """

    pairs: tuple[SummaryPair, ...]
    note: str = ""
    written: WrittenSummary | None = None
    aligned: bool = True


@dataclass(frozen=True, slots=True)
class GlossaryVersion:
    """A stored glossary in one of its versions."""

    id: str
    version: int


@dataclass(frozen=True, slots=True)
class Provenance:
    """What made a translation, enough to make it again.

    Attributes:
        sha256: hash of the model.
        glossaries: the stored ones, the first going first.
    """

    model: str
    sha256: str
    engine: str
    settings: str
    glossaries: tuple[GlossaryVersion, ...] = ()


@dataclass(frozen=True, slots=True)
class Article:
    """One text on its way from French to English.

    Attributes:
        text: the whole source; a title given apart is its first line.
        paragraphs: in order; what lies between them is layout and is kept.
        translation: the whole English; empty until assembled.
        names: the ledger.
    """

    text: str
    paragraphs: tuple[Paragraph, ...]
    translation: str = ""
    names: tuple[Name, ...] = ()
    summary: Summary | None = None
    provenance: Provenance | None = None

    def sentences(self) -> Iterator[tuple[int, int, Sentence]]:
        """Yield (paragraph index, sentence index, sentence) in reading order."""
        for p, paragraph in enumerate(self.paragraphs):
            for s, sentence in enumerate(paragraph.sentences):
                yield p, s, sentence

    def translatable(self) -> dict[tuple[int, int], Sentence]:
        """List the sentences to translate: a dateline or a row of numbers reads the same."""
        return {
            (p, s): sentence
            for p, s, sentence in self.sentences()
            if self.paragraphs[p].role is not Role.DATELINE
            and any(character.isalpha() for character in sentence.source)
        }

    def unresolved(self) -> list[str]:
        """List the mentions that could not be put right, as "Moscou (Moscow)" or "EAC"."""
        return [
            mention.source
            if mention.source == name.canonical
            else f"{mention.source} ({name.canonical})"
            for name in self.names
            for mention in name.mentions
            if mention.how is How.UNRESOLVED
        ]

    def with_sentences(self, changed: Mapping[tuple[int, int], Sentence]) -> "Article":
        """Copy the article with these sentences, by (paragraph, sentence), in place of its own."""
        return replace(
            self,
            paragraphs=tuple(
                replace(
                    paragraph,
                    sentences=tuple(
                        changed.get((p, s), sentence)
                        for s, sentence in enumerate(paragraph.sentences)
                    ),
                )
                for p, paragraph in enumerate(self.paragraphs)
            ),
        )
