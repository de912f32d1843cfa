"""A glossary proposed from articles: the names found in all of them, the most frequent first.

A name is one over all articles: its spellings are brought together, and the short forms that fit no
other name are counted with it. They are not forms of the term, for "Marsan" does not read "Hélène
Marsan" in English; they stand in its note.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field

from service.article import Article, NameType
from service.names.find import FoundMention, FoundName, find
from service.names.glossary import Glossary, Term
from service.names.keys import fold
from service.names.short import Shortening, shortenings

UNSETTLED = "; translated in more than one way, or not as a name"


@dataclass(slots=True)
class _Name:
    """A name as it was met so far.

    Attributes:
        term: what a glossary knows of it.
        forms, shorts: how often each spelling was met, of the full name and of its short forms.
        english: how often each English form was settled on.
        articles: numbers of those that it was met in.
    """

    term: Term | None
    type: NameType
    forms: Counter[str] = field(default_factory=Counter)
    shorts: Counter[str] = field(default_factory=Counter)
    english: Counter[str] = field(default_factory=Counter)
    articles: set[int] = field(default_factory=set)

    @property
    def mentions(self) -> int:
        """How often it was met."""
        return self.forms.total() + self.shorts.total()

    @property
    def folded(self) -> str:
        """The most frequent spelling, folded; empty if only short forms were met."""
        return fold(max(self.forms, key=self.forms.__getitem__, default=""))

    def adopt(self, other: "_Name") -> None:
        """Take in a name that is a short form of this one."""
        self.shorts += other.forms + other.shorts
        self.articles |= other.articles
        if other.type is NameType.PERSON:
            self.type = NameType.PERSON


class Extraction:
    """Gathers the names of articles, one after another.

    Args:
        glossary: the names known already.
    """

    def __init__(self, glossary: Glossary) -> None:
        self._glossary = glossary
        self._names: dict[Hashable, _Name] = {}
        self._articles = 0
        self._translated = False

    def add(self, article: Article) -> None:
        """Take in the names of an article; with their English if it is translated."""
        self._articles += 1
        self._translated |= bool(article.translation)
        settled = _settled(article)
        for found in find(article, self._glossary).names:
            key: Hashable = (found.term.english[0],) if found.term else fold(found.french)
            name = self._names.setdefault(key, _Name(found.term, found.type))
            if found.type is NameType.PERSON:
                name.type = NameType.PERSON
            name.articles.add(self._articles)
            for mention in found.mentions:
                text = " ".join(mention.source.split())
                is_full = _is_full(found, mention)
                (name.forms if is_full else name.shorts)[text] += 1
                english = settled.get((mention.paragraph, mention.sentence, mention.start))
                if is_full and english:
                    name.english[english] += 1

    def terms(self, *, least_mentions: int = 1, known: bool = False) -> list[Term]:
        """Propose terms that `glossary.gather` finds no fault with.

        Args:
            least_mentions: names met less often are left out.
            known: also those of the glossary.

        Returns:
            The most frequent first. The English of a new name is what most translations settled
            on, else its French; its note says so if they were translated.
        """
        names = [
            name
            for name in _linked(self._names)
            if name.mentions >= least_mentions and (known or not name.term)
        ]
        names.sort(key=lambda name: (-name.mentions, -len(name.articles), *name.forms))
        return list(_terms(names, self._translated))


def _settled(article: Article) -> dict[tuple[int, int, int], str]:
    """Say what each mention of a translated article is in English, by its place."""
    return {
        (mention.paragraph, mention.sentence, mention.start): name.canonical
        for name in article.names
        for mention in name.mentions
    }


def _is_full(name: FoundName, mention: FoundMention) -> bool:
    """Tell a mention of the whole name from one of a short form."""
    if name.term:
        return mention.english[:1] == name.term.english[:1]
    return fold(mention.source) == fold(name.french)


def _linked(names: dict[Hashable, _Name]) -> list[_Name]:
    """Give each short form to the one longer name that it fits, in whatever article that is."""
    owners: dict[str, list[tuple[Hashable, Shortening]]] = defaultdict(list)
    for key, name in names.items():
        english = name.term.english if name.term else ()
        for french in {fold(form): form for form in name.forms}.values():
            for short in shortenings(french, english, name.type):
                owners[fold(short.french)].append((key, short))
    left = dict(names)
    for key in sorted(names, key=lambda key: -len(names[key].folded.split())):  # long ones first
        name = names[key]
        fitting = {
            owner
            for owner, short in owners[name.folded]
            if owner in left and owner != key and _may_belong(name, names[owner], short)
        }
        if len(fitting) == 1:
            left[fitting.pop()].adopt(left.pop(key))
    return list(left.values())


def _may_belong(name: _Name, owner: _Name, short: Shortening) -> bool:
    """A short form that is a term itself must agree with the full name's English."""
    if name.term is None:
        return True
    return owner.term is not None and fold(name.term.english[0]) in map(fold, short.english)


def _terms(names: list[_Name], translated: bool) -> Iterator[Term]:
    """Make terms of names; a French form goes to the first that has it."""
    seen: set[str] = set()
    for name in names:
        spellings = [form for form, _ in name.forms.most_common()]
        mixed = [form for form in spellings if not form.isupper()]
        french = tuple(form for form in mixed or spellings[:1] if form not in seen)
        if french:
            seen.update(french)
            lost = UNSETTLED if translated and not name.term and not name.english else ""
            yield Term(french, _english(name, french[0]), name.type, note=_note(name) + lost)


def _english(name: _Name, french: str) -> tuple[str, ...]:
    if name.term:
        return name.term.english
    return (max(name.english, key=name.english.__getitem__, default=french),)


def _note(name: _Name) -> str:
    note = f"{_count(name.mentions, 'mention')} in {_count(len(name.articles), 'article')}"
    also = ", ".join(form for form, _ in name.shorts.most_common())
    return f"{note}; also {also}" if also else note


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
