"""Whether a summary that a model wrote may be shown: words, numbers and names of the article.

Models that write invent. What cannot be held against the article is refused, with the reason.
"""

import re
from collections.abc import Collection, Iterator

from service import numbers, numerals
from service.article import Article, How, Sentence
from service.names.keys import fold, likeness

LEAST_COVERAGE = 0.7  # trigrams of a written summary that the article has (FRANK: errors .74 below)
ALIKE = 0.75  # romanised likeness from which a strange name is a name of the ledger, misspelt

ANY_WORD = re.compile(r"\w+")
CAPITAL = r"(?:[ae]l-|[dl]['’])?[^\W\d_a-zà-öø-ÿ][\w'’.-]*\w"
PARTICLE = r"(?:al|ben|bin|d[aeiu]|del|der|el|la|le|of|the|van|von) "
# Capitalised words in a row, with the particles of names between them.
NAME = re.compile(rf"(?<![\w'’-]){CAPITAL}(?: (?:{PARTICLE})*{CAPITAL})*")
STARTS = re.compile(r"(?:^|[.!?:]\s+)[\s\"“«'‘]*$")  # what stands before the start of a sentence


def accept(candidate: str, article: Article) -> str:
    """Tell why a summary that a model wrote, in either language, is not to be trusted.

    Trigrams that the article does not have go with errors about as well as learned measures do
    on summaries that mostly copy (FRANK, Pagnoni et al. 2021); numbers it does not have are wrong.

    Returns:
        The reason, or "" if the summary may be shown.
    """
    sides = [
        (" ".join(s.source for _, _, s in article.sentences()), numerals.FRENCH),
        (" ".join(s.target for _, _, s in article.sentences()), numerals.ENGLISH),
    ]
    covered = [_coverage(candidate, text) for text, _ in sides]
    text, language = sides[covered.index(max(covered))]
    if max(covered) < LEAST_COVERAGE:
        return f"only {max(covered):.0%} of its word triples are in the article"
    known = {reading for number in numbers.read(text, language) for reading in number.readings}
    for number in numbers.read(candidate, language):
        if number.written is not numbers.Written.LOOSE and not number.readings & known:
            return f"the number “{number.text}” is not in the article"
    return ""


def _coverage(candidate: str, text: str) -> float:
    """Give the share of the candidate's trigrams that the text has; 0 if it has none."""
    wanted, known = _trigrams(candidate), _trigrams(text)
    return len(wanted & known) / len(wanted) if wanted else 0.0


def _trigrams(text: str) -> set[tuple[str, ...]]:
    words = ANY_WORD.findall(text.lower())
    return set(zip(words, words[1:], words[2:], strict=False))


def repair(text: str, article: Article) -> str:
    """Write the names of an English text as the ledger does, where it has them in another form.

    A name in its French form is written in its English one, and one that the article does not have
    as the name of the ledger that is most like it.
    """
    forms = ledger_forms(article)
    french = {m.source: m.target or name.canonical for name in article.names for m in name.mentions}
    for form in sorted(french.keys() - forms, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(form)}(?!\w)", french[form].replace("\\", r"\\"), text)
    for strange in dict.fromkeys(strange_names(text, article, "en")):
        wrong, right = _nearest(strange, forms)
        text = text.replace(wrong, right)
    return text


def _nearest(name: str, forms: Collection[str]) -> tuple[str, str]:
    """Find the form most like a name, or like its last words; the name itself if none is."""
    words = name.split()
    for end in (" ".join(words[n:]) for n in range(len(words))):
        alike, near = max(((likeness(end, form), form) for form in forms), default=(0.0, ""))
        if alike >= ALIKE:
            return end, near
    return name, name


def ledger_forms(article: Article) -> frozenset[str]:
    """List the English forms of the names that were put right, whole and short."""
    return frozenset(
        form
        for name in article.names
        for mention in name.mentions
        if mention.how is not How.UNRESOLVED
        for form in (name.canonical, mention.target)
        if form
    )


def strange_names(text: str, article: Article, language: str) -> Iterator[str]:
    """Find capitalised words of a summary that do not stand like that in sound sentences.

    The first word of a sentence has its capital anyway, so it counts only if it is much like a name
    of the ledger.
    """
    forms = ledger_forms(article) if language == "en" else frozenset()
    said = [_side(s, language) for _, _, s in article.sentences() if not s.has_doubtful_name]
    known = fold("  ".join([*said, *forms]))
    for match in NAME.finditer(text):
        name = re.sub(r"['’]s$", "", match[0])
        first, _, rest = name.partition(" ")
        if _is_known(name, known):
            continue
        if STARTS.search(text[: match.start()]) and _nearest(first, forms)[1] == first:
            name = rest
        if name and not _is_known(name, known):
            yield name


def _is_known(name: str, known: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(fold(name))}(?!\w)", known) is not None


def _side(sentence: Sentence, language: str) -> str:
    return sentence.target if language == "en" else sentence.source
