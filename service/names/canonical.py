"""One English form for each name that no glossary knows: the majority of the model's renderings.

The words of a name vote one by one, so that "Viktor Fetissov" and a later "Fetissov" settle the
surname together; a tie goes to the English of the built-in list ("Radio Australia"), then to the
spelling of the French. A form that is only a damaged copy ("Monteburg") never wins, nor one that
lost a word which English does not translate ("Manubango"): the French stands instead. A name with
no rendering that looks like it ("Action de grâces", "Thanksgiving") was translated, not copied, and
is left to the model, unless it is a person's first name and surname.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from service.article import Article, NameType
from service.names.common import common_capitals
from service.names.damage import (
    has_english_ending,
    is_damaged,
    is_exonym,
    is_foreign,
    is_transliterated,
)
from service.names.discover import PARTICLES
from service.names.find import FIRST_NAMES, FoundMention, FoundName
from service.names.keys import fold, without_marks
from service.names.match import LETTERS, Wanted, assign
from service.names.persons import is_first_and_last
from service.names.repair import Missing, find_edits

# Letters outside the western alphabets that English newspapers keep the marks of.
FOREIGN = re.compile(r"[^\W\d_a-zA-ZÀ-ÖØ-öø-ÿœŒ]")
# "Ve" of "Ve République".
ORDINAL = re.compile(r"[IVXL]+(?:e|er|re|ème)")

Votes = Mapping[str, Counter[str]]


@dataclass(frozen=True, slots=True)
class Traits:
    """What is known of a name.

    Attributes:
        sure: it is a person or has several words; a single word may be a common noun.
        foreign: French transliterates it.
        common: it is a word that the article or French at large has in small letters.
        surname: its last word is a person's, whatever it means besides ("Albert Londres").
    """

    sure: bool
    foreign: bool
    common: bool
    surname: bool


def decide(article: Article, names: Iterable[FoundName]) -> tuple[FoundName, ...]:
    """Give every discovered mention its English form; drop names that were translated freely."""
    names = tuple(names)
    targets = {(p, s): sentence.target for p, s, sentence in article.sentences()}
    votes = _votes(names, targets)
    ordinary = common_capitals() | _small_words(article)
    decided = (name if name.term else _elect(name, votes, ordinary) for name in names)
    return tuple(name for name in decided if name.mentions)


def _small_words(article: Article) -> frozenset[str]:
    """List the folded words that the French has in small letters."""
    texts = (sentence.source for _, _, sentence in article.sentences())
    return frozenset(
        fold(word) for text in texts for word in LETTERS.findall(text) if word.islower()
    )


def _votes(names: Iterable[FoundName], targets: Mapping[tuple[int, int], str]) -> Votes:
    """Count how each folded French word, and each whole name, is written in the English."""
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for name in names:
        for mention in name.mentions:
            target = targets[mention.paragraph, mention.sentence]
            rendering = None if mention.english else _rendering(mention, target)
            if rendering:
                _vote(votes, mention.source, rendering)
    return votes


def _vote(votes: dict[str, Counter[str]], source: str, rendering: str) -> None:
    votes[fold(source)][rendering] += 1
    french, english = source.split(), rendering.split()
    if len(french) == len(english):
        for one, other in zip(french, english, strict=True):
            votes["word " + fold(one)][other] += 1


def _rendering(mention: FoundMention, target: str) -> str | None:
    """Find how a discovered mention reads in its sentence: a copy, or the stretch most alike."""
    (span,) = assign(target, [Wanted((mention.source,), 0.0)])
    if span is None:
        missing = Missing(mention.source, (mention.source,), NameType.OTHER, 0.0, discovered=True)
        span = next((e.span for e in find_edits(target, [missing], (), frozenset())), None)
    return target[span.start : span.end] if span else None


def _elect(name: FoundName, votes: Votes, ordinary: Set[str]) -> FoundName:
    spellings = _spellings(name)
    foreign = any(map(is_foreign, spellings.values()))
    forms = {}
    for key, french in spellings.items():
        person, several = name.type is NameType.PERSON, " " in name.french
        sure = person or several or FOREIGN.search(french) is not None
        common = not person and " " not in french and not ordinary.isdisjoint(key.split())
        surname = person or is_first_and_last(name.french)
        forms[key] = _forms(french, votes, Traits(sure, foreign, common, surname), ordinary)
    decided = (m if m.english else replace(m, english=forms[fold(m.source)]) for m in name.mentions)
    return replace(name, mentions=tuple(m for m in decided if m.english))


def _spellings(name: FoundName) -> dict[str, str]:
    """Give the most frequent spelling of each form, for an article may mix "Île" and "Ile"."""
    spelt: dict[str, Counter[str]] = defaultdict(Counter)
    for mention in name.mentions:
        spelt[fold(mention.source)][mention.source] += 1
    return {key: max(counts, key=lambda s: counts[s]) for key, counts in spelt.items()}


def _forms(source: str, votes: Votes, traits: Traits, ordinary: Set[str]) -> tuple[str, ...]:
    """Give the elected form, and the same in small letters, which is right for common words.

    A single word that may be a common noun ("Ligue", "League") is a name only if it was mostly
    copied, well or badly.
    """
    counts = votes.get(fold(source))
    form = _voted(source, votes, traits, ordinary)
    if not traits.sure and _is_shaky(counts, source, traits):
        form = _plain(source)
    elif not form or not (traits.sure or _is_copied(counts, source, traits)):
        return ()
    return tuple(dict.fromkeys((form, form.lower())))


def _voted(source: str, votes: Votes, traits: Traits, ordinary: Set[str]) -> str | None:
    """Elect the words of a name one by one; the whole where they did not all vote."""
    french = source.split()
    elected = [
        _winner(votes.get("word " + fold(word)), word, traits, _is_marked(word, traits, ordinary))
        for word in french
    ]
    english = [word for word in elected if word]
    if len(english) == len(french):
        form: str | None = " ".join(_undamaged(french, _as_person(french, english, traits), traits))
    else:
        form = _winner(votes.get(fold(source)), source, traits, is_marked=True)
    as_written = " ".join(map(_plain, french))
    if form is None:
        return as_written if is_first_and_last(source) else None
    kept = len(french) == 1 or _keeps(french, form.split(), traits, ordinary)
    return form if kept else as_written


def _is_marked(word: str, traits: Traits, ordinary: Set[str]) -> bool:
    """Tell whether English keeps the marks of a word: not of a common noun, nor of "Nikolaïev"."""
    is_noun = fold(word) in ordinary or not (traits.sure or word.endswith("é"))
    return not is_noun and not traits.foreign


def _as_person(french: Sequence[str], english: Sequence[str], traits: Traits) -> Sequence[str]:
    """Leave a person's particle and surname what they are ("de Malherbe", "Londres")."""
    if not traits.surname or traits.foreign:
        return english
    pairs = zip(french, english, strict=True)
    *first, last = [_plain(one) if fold(one) in PARTICLES else other for one, other in pairs]
    return [*first, _plain(french[-1]) if _is_its_sense(french[-1], last) else last]


def _keeps(
    french: Sequence[str], english: Sequence[str], traits: Traits, ordinary: Set[str]
) -> bool:
    """Tell whether a form has every word of a name that English does not translate, and no more.

    One that turns the words round is a translation: "Garde républicaine", "Republican Guard".
    """
    own = [word for word in french if fold(word) not in ordinary | PARTICLES]
    own = [word for word in own if not (ORDINAL.fullmatch(word) or word.startswith(("d'", "d’")))]
    telling = [word for word in english if not word.islower()]
    if len(french) == len(telling) == 2 and _is_english(french[1], telling[0]):
        return True
    return len(telling) <= len(french) and all(
        any(_answers(word, other, traits) for other in english) for word in own
    )


def _answers(french: str, english: str, traits: Traits) -> bool:
    """Tell whether an English word is a French one: copied, transliterated, or its English."""
    return (
        fold(french) == fold(english)
        or _is_english(french, english)
        or (traits.foreign and is_transliterated(french, english))
    )


def _undamaged(french: Sequence[str], english: Sequence[str], traits: Traits) -> list[str]:
    """Put the French in the place of damaged copies.

    "Nathal Normandeau" is Nathalie Normandeau. One word alone of a name is not translated, unless
    it is one that English does translate ("Publicis Groupe", "Publicis Group"); several may be
    ("Haute Autorité", "High Authority"), and then the whole name was.
    """
    pairs = list(zip(french, english, strict=True))
    odd = [(one, other) for one, other in pairs if fold(one) != fold(other)]
    several = len(odd) > 1 and not traits.foreign
    free = several or not traits.sure
    slips = {
        (one, other)
        for one, other in odd
        if _is_slip(one, other, traits, free or fold(one) in common_capitals())
    }
    if several and len(slips) < len(odd):
        return list(english)
    return [_plain(pair[0]) if pair in slips else pair[1] for pair in pairs]


def _is_slip(french: str, english: str, traits: Traits, translatable: bool) -> bool:
    return not traits.common and is_damaged(
        french, english, foreign=traits.foreign, translatable=translatable
    )


def _plain(french: str, otherwise: str = "") -> str:
    """Write a word without its marks if it has letters that English newspapers do not have."""
    return without_marks(french) if FOREIGN.search(french) else otherwise or french


def _is_copied(counts: Counter[str] | None, source: str, traits: Traits) -> bool:
    """Tell whether half of the renderings or more are copies, some of them perhaps damaged."""
    copies = sum(
        count
        for form, count in (counts or {}).items()
        if fold(form) == fold(source) or _is_slip(source, form, traits, translatable=True)
    )
    return 0 < sum((counts or {}).values()) <= 2 * copies


def _is_shaky(counts: Counter[str] | None, source: str, traits: Traits) -> bool:
    """Tell whether a word that is no common noun reads now this way, now that way, none English.

    A translation would be the same each time; the model does not know the word ("Amnéville").
    """
    forms = {fold(form): form for form in counts or {}}
    return (
        not traits.common
        and len(forms) > 1
        and not any(form.islower() or _is_english(source, form) for form in forms.values())
    )


def _is_english(french: str, english: str) -> bool:
    """Tell whether a word may be the English of a French one."""
    return is_exonym(french, english) or has_english_ending(french, english)


def _is_its_sense(surname: str, english: str) -> bool:
    """Tell whether the English is what a surname means ("Londres", "London"), or lost its marks."""
    if fold(surname) == fold(english):
        return True
    return is_exonym(surname, english) and not is_transliterated(surname, english)


def _winner(
    counts: Counter[str] | None, french: str, traits: Traits, is_marked: bool
) -> str | None:
    """Name the spelling with most votes; an English one, the French, then the first wins a tie.

    A copy that lost its marks has them again if English keeps them, or if another copy did. A word
    with letters that no western alphabet has (č, ł, ş) is written without the marks, as English
    newspapers do. Virginie is a person here, for as a place she would be a term.
    """
    if fold(french) in FIRST_NAMES:
        return french
    if not counts:
        return None
    most = max(counts.values())
    leaders = [spelling for spelling, count in counts.items() if count == most]
    for leader in leaders:
        if is_exonym(french, leader) or (not traits.sure and has_english_ending(french, leader)):
            return leader
    copy = next((leader for leader in leaders if fold(leader) == fold(french)), "")
    kept = any(spelling.casefold() == french.casefold() for spelling in counts)
    if copy and (kept or is_marked):
        return _plain(french)
    return copy or _plain(french, leaders[0])
