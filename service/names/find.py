"""Find the names of an article: terms of the glossary, names of its own, and their short forms.

Terms are matched longest first at token boundaries, a layer that goes first winning a tie. What is
left and written with capitals is a discovered name. A later "M. Al-Assad" belongs to the "Bachar
Al-Assad" of the same article; a short form that fits two names belongs to neither.
"""

import re
from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from service.article import Article, NameType, Origin, Role, Sentence
from service.names import capitals, peoples
from service.names.discover import Run, Word, is_sentence_start, is_titled, runs
from service.names.glossary import Glossary, Term
from service.names.keys import fold, fold_with_origins
from service.names.persons import is_first_and_last
from service.names.short import Shortening, shortenings

# Places that English spells in another way and that persons are called after.
FIRST_NAMES = frozenset({"oceanie", "salvador", "virginie"})
TO_A_PLACE = re.compile(r"\b(?:à|au|en|du|la|le|l['’])\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FoundMention:
    """One occurrence of a name in the French.

    Attributes:
        paragraph, sentence: indices into `Article.paragraphs` and `Paragraph.sentences`.
        start, end, source: place and text in `Sentence.source`.
        english: how it may read in English, canonical form first; empty if nobody knows yet.
    """

    paragraph: int
    sentence: int
    start: int
    end: int
    source: str
    english: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FoundName:
    """A name and its mentions in reading order; `term` is None if it was discovered."""

    french: str
    type: NameType
    term: Term | None
    origin: Origin
    mentions: tuple[FoundMention, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """The names of an article and the glossary that they were looked up in."""

    names: tuple[FoundName, ...]
    glossary: Glossary


@dataclass(frozen=True, slots=True)
class _Hit:
    """A stretch of one sentence that names something."""

    start: int
    end: int
    term: Term | None
    origin: Origin
    layer: int = 0
    type: NameType = NameType.OTHER


Stretch = TypeVar("Stretch", _Hit, Run, Word)


def find(article: Article, glossary: Glossary) -> Found:
    """Find every name of an article that the glossary or its own capitals give away."""
    mentions: list[tuple[FoundMention, _Hit]] = []
    for p, s, sentence in article.sentences():
        if article.paragraphs[p].role is Role.DATELINE:
            continue  # copied, never translated
        for hit in _hits(sentence, glossary):
            source = sentence.source[hit.start : hit.end]
            english = hit.term.english if hit.term else ()
            mentions.append((FoundMention(p, s, hit.start, hit.end, source, english), hit))
    trusted = _without_common_words(article, _with_bearers(article, mentions))
    return Found(_link(_group(trusted)), glossary)


def _hits(sentence: Sentence, glossary: Glossary) -> list[_Hit]:
    """List the terms of a sentence and, between them, the capitalised runs."""
    text = sentence.source
    persons = peoples.stretches(text)  # "le Suisse Wawrinka"
    terms = [
        hit
        for hit in _terms(text, glossary)
        if not (_is_place(hit) and (hit.start, hit.end) in persons)
    ]
    capitalised = [] if capitals.are_all(text) else runs(text)
    capitalised = [_without_place(text, run, terms) for run in capitalised]
    terms = [hit for hit in terms if not _is_inside_a_person(hit, capitalised)]
    spare = [run for run in capitalised if not _among(terms, run.start, run.end)]
    discovered = [
        _Hit(run.start, run.end, None, Origin.ARTICLE, type=_kind(text, run)) for run in spare
    ]
    return sorted([*terms, *discovered], key=lambda hit: hit.start)


def _kind(text: str, run: Run) -> NameType:
    return NameType.PERSON if is_titled(text, run.start) else NameType.OTHER


def _terms(text: str, glossary: Glossary) -> list[_Hit]:
    """List the terms of a text, the longest first where they overlap."""
    folded = fold_with_origins(text)
    hits = [
        _Hit(match.start, match.end, layer.terms[match.term], layer.origin, number)
        for number, layer in enumerate(glossary.layers)
        for match in layer.index.search(text, folded)
    ]
    rivals = _by_place(hits)
    kept: list[_Hit] = []  # in the order of the text
    for hit in sorted(hits, key=lambda h: (h.start - h.end, h.layer, h.start)):
        if not _among(kept, hit.start, hit.end):
            same = rivals[hit.start, hit.end]
            insort(kept, _with_alternatives(hit, same), key=lambda other: other.start)
    return _without_hyphenated(text, kept)


def _by_place(hits: Iterable[_Hit]) -> Mapping[tuple[int, int], list[_Hit]]:
    places: dict[tuple[int, int], list[_Hit]] = defaultdict(list)
    for hit in hits:
        places[hit.start, hit.end].append(hit)
    return places


def _with_alternatives(hit: _Hit, same: Iterable[_Hit]) -> _Hit:
    """Accept what a lower layer accepts in the same place, if its canonical form is the same."""
    if hit.term is None:
        return hit
    forms = [
        form
        for other in same
        if other.term and other.term.english[0] == hit.term.english[0]
        for form in other.term.english
    ]
    english = tuple(dict.fromkeys((*hit.term.english, *forms)))
    return replace(hit, term=replace(hit.term, english=english))


def _without_hyphenated(text: str, hits: list[_Hit]) -> list[_Hit]:
    """Drop "Vienne" in "Haute-Vienne", unless both sides of the hyphen are terms."""
    starts, ends = {hit.start for hit in hits}, {hit.end for hit in hits}

    def stands_alone(hit: _Hit) -> bool:
        before, after = text[hit.start - 1 : hit.start], text[hit.end : hit.end + 1]
        return (before != "-" or hit.start - 1 in ends) and (
            after != "-" or hit.end + 1 in starts or not text[hit.end + 1 : hit.end + 2].isalpha()
        )

    return [hit for hit in hits if stands_alone(hit)]


def _without_place(text: str, run: Run, terms: Sequence[_Hit]) -> Run:
    """Part a person from the place before ("le président du Liberia George Weah")."""
    for hit in _among(terms, run.start, run.start + 1):
        rest = tuple(word for word in run.words if word.start > hit.end)
        name = " ".join(word.text for word in rest)
        if _is_place(hit) and len(rest) > 1 and is_first_and_last(name):
            return Run(rest[0].start, run.end, rest)
    return run


def _is_place(hit: _Hit) -> bool:
    return hit.origin is Origin.BUILT_IN and bool(hit.term and hit.term.type is NameType.PLACE)


def _is_inside_a_person(hit: _Hit, capitalised: Sequence[Run]) -> bool:
    """Tell that a built-in place is one word of a longer name ("Salvador Allende")."""
    if hit.origin is not Origin.BUILT_IN or hit.term is None:
        return False
    around = _among(capitalised, hit.start, hit.start + 1)
    if hit.term.type is not NameType.PLACE:  # "Fania Noël"
        return any(run.start < hit.start and _is_surname(hit, run) for run in around)
    return any(
        word.text[0].isupper() and (word.start == hit.end + 1 or word.end == hit.start - 1)
        for run in around
        for word in _among(run.words, hit.start - 2, hit.end + 2)
    )


def _is_surname(hit: _Hit, run: Run) -> bool:
    return hit.end == run.end and is_first_and_last(" ".join(word.text for word in run.words))


def _among(stretches: Sequence[Stretch], start: int, end: int) -> Sequence[Stretch]:
    """Choose those that share a character with a place; they are in order and do not overlap."""
    first = bisect_right(stretches, start, key=lambda one: one.end)
    return stretches[first : bisect_left(stretches, end, key=lambda one: one.start)]


def _with_bearers(
    article: Article, mentions: list[tuple[FoundMention, _Hit]]
) -> list[tuple[FoundMention, _Hit]]:
    """Take "Virginie" for the person where the article has a Virginie Guérin; not "en Virginie".

    So "Londres" where it has an Albert Londres.
    """
    persons = [m.source for m, hit in mentions if hit.term is None and " " in m.source]
    bearers = {fold(name.split()[0]) for name in persons} & FIRST_NAMES
    bearers |= {fold(name.split()[-1]) for name in persons if is_first_and_last(name)}
    if not bearers:
        return mentions
    texts = {(p, s): sentence.source for p, s, sentence in article.sentences()}

    def is_person(mention: FoundMention, hit: _Hit) -> bool:
        before = texts[mention.paragraph, mention.sentence][: mention.start]
        is_built_in = hit.origin is Origin.BUILT_IN
        return is_built_in and fold(mention.source) in bearers and not TO_A_PLACE.search(before)

    return [
        (replace(mention, english=()), replace(hit, term=None, origin=Origin.ARTICLE))
        if is_person(mention, hit)
        else (mention, hit)
        for mention, hit in mentions
    ]


def _without_common_words(
    article: Article, mentions: list[tuple[FoundMention, _Hit]]
) -> list[tuple[FoundMention, _Hit]]:
    """Drop a single discovered word at a sentence start unless it has a capital elsewhere too."""
    places = list(article.sentences())
    texts = {(p, s): sentence.source for p, s, sentence in places}

    def doubtful(mention: FoundMention, hit: _Hit) -> bool:
        text = texts[mention.paragraph, mention.sentence]
        single = len(mention.source.split()) == 1 and hit.type is not NameType.PERSON
        return hit.term is None and single and is_sentence_start(text, mention.start)

    sure = {fold(w) for m, h in mentions if not doubtful(m, h) for w in m.source.split()}
    return [(m, h) for m, h in mentions if not doubtful(m, h) or fold(m.source) in sure]


def _group(mentions: Iterable[tuple[FoundMention, _Hit]]) -> list[FoundName]:
    """Bring the mentions of one term, or of one discovered spelling, together."""
    groups: dict[object, list[tuple[FoundMention, _Hit]]] = {}
    for mention, hit in mentions:
        key = hit.term.english[0] if hit.term else ("discovered", fold(mention.source))
        groups.setdefault(key, []).append((mention, hit))
    return [_name(group) for group in groups.values()]


def _name(group: list[tuple[FoundMention, _Hit]]) -> FoundName:
    (first, hit), *_ = group
    mentions = tuple(mention for mention, _ in group)
    kinds = {other.type for _, other in group}
    discovered = NameType.PERSON if NameType.PERSON in kinds else NameType.OTHER
    kind = hit.term.type if hit.term else discovered
    return FoundName(first.source, kind, hit.term, hit.origin, mentions)


def _link(names: list[FoundName]) -> tuple[FoundName, ...]:
    """Give each short form to the one full name that it fits."""
    owners: dict[str, list[tuple[int, Shortening]]] = {}
    for number, name in enumerate(names):
        english = name.term.english if name.term else ()
        for short in shortenings(name.french, english, name.type):
            owners.setdefault(fold(short.french), []).append((number, short))
    linked = list(names)
    for number, name in enumerate(names):
        candidates = owners.get(fold(name.french), [])
        if len({owner for owner, _ in candidates}) == 1:
            owner, short = candidates[0]
            if owner != number and _may_belong(name, linked[owner], short):
                linked[owner] = _adopt(linked[owner], name, short)
                linked[number] = replace(name, mentions=())
    return tuple(name for name in linked if name.mentions)


def _may_belong(name: FoundName, owner: FoundName, short: Shortening) -> bool:
    """A short form that is a term itself must agree with the full name's English."""
    if name.term is None:
        return True
    return owner.term is not None and fold(name.term.english[0]) in map(fold, short.english)


def _adopt(owner: FoundName, name: FoundName, short: Shortening) -> FoundName:
    english = name.term.english if name.term else short.english
    adopted = (replace(mention, english=english) for mention in name.mentions)
    mentions = sorted([*owner.mentions, *adopted], key=lambda m: (m.paragraph, m.sentence, m.start))
    return replace(owner, mentions=tuple(mentions))
