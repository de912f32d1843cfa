"""What looks wrong in the English of a French sentence, one symptom a function.

Thresholds come from the outputs of three systems on 4,000 sentences of news and encyclopaedia;
`scripts/evaluate checks` measures what is caught and what is flagged in vain.
"""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from service import agreement, calendar, negation, numbers
from service.article import Flag, FlagKind, Severity
from service.names.keys import fold

# Lower-case words that English never has, unless in a title it quotes.
FRENCH_WORDS = frozenset(
    "au aux avec avait avaient avons ce cela ces cet cette ceux chez comme dans depuis des dont du "
    "elle elles est et été être eux ils je jusqu la le les leur leurs lors lui mais même mes mon "
    "ne nos notre nous ont où par parce pas pendant plus pour qu que quel quelle qui sa sans se "
    "selon ses si sont sous sur tous tout toute très un une vers votre vous étaient était à".split()
)
FRENCH_ELISION = re.compile(r"^(?:c|d|j|l|m|n|s|t|qu|jusqu|lorsqu|puisqu)'(?=\w)")
FRENCH_SHARE = 0.1  # of the English, from which it is called untranslated

MANY = 3  # numbers; with so many gone, a part of the sentence is gone

TYPICAL_RATIO = 0.88  # characters of English for one of French
# How far the logarithm of the ratio may be from the typical one: at least the first number, and
# the second over the square root of the length, for short sentences vary more.
SHORT_LIMITS = (0.33, 3.7)
LONG_LIMITS = (0.24, 3.3)
FAR_OUT = 1.5  # red from so many times the limit

LONGEST_PHRASE = 60  # words that may be said twice in a row; a whole sentence may always be
SHORTEST_PHRASE = 5  # letters
TWICE = re.compile(r"\b([^\W\d_]{5,})[ -]\1\b")  # "French, French people" may be
JOINED = re.compile(  # a word three times, and twice with a comma or 's
    r"\b([^\W\d_]+)(?:(?:'s)?,? \1){2}\b|\b([a-zà-ÿ]{5,}), \2\b|\b([^\W\d_]{4,})'s \3\b"
)
# "More and more", "from door to door to".
FAIR_PHRASES = frozenset(
    "and less,and more,and on,back to,day after,day by,day to,door to,end to,face to,one by,"
    "side by,step by,time after,year after".split(",")
)

LONGEST_FOR_NAMES = 2000  # characters; every name is compared with every word

QUOTED = re.compile(r"[«“\"]\s*([^«»“”\"]+?)\s*[»”\"]")
CLOSERS = " \u00a0\u202f\"'«»“”’)]"
ENDINGS = tuple(".!?…")
WORD = re.compile(r"\w+(?:['’.-]\w+)*|[.!?;:(](?!\w)|\(")  # and marks: after them words may return
PART = re.compile(r"[^\W_]+")
QUOTATION_MARK = re.compile(r'[«»“”]|"(?!\w)|(?<!\w)"')  # not in l"équipe
SINGLE_QUOTES = re.compile(r"(?<!\w)['‘](?=\w).+['’](?!\w)")

CONTENT_LETTERS = 5  # a word of so many letters is likely to carry meaning
COGNATE_LETTERS = 3  # and to be related to one that shares so many first letters
CONTENT_WORDS = 12  # with so many, a good translation has at least one of them related
BROKEN = "\N{REPLACEMENT CHARACTER}"


def broken(source: str, target: str) -> Flag | None:
    """Find bytes that make no character, which a model spells when it has never seen one."""
    if BROKEN in target and BROKEN not in source:
        return Flag(FlagKind.UNTRANSLATED, Severity.RED, "the English holds broken characters")
    return None


def untranslated(source: str, target: str) -> Flag | None:
    """Find the French text itself, or too many French words, in the English."""
    english = _words(target)
    lower = [w for w in english if w.islower()]
    if len(lower) >= 2 and "".join(_folded(source)) == "".join(_folded(target)):
        return Flag(FlagKind.UNTRANSLATED, Severity.RED, "the English is the French text")
    strange = [w for w in lower if w in FRENCH_WORDS or FRENCH_ELISION.match(w)]
    if len(strange) >= 2 and len(strange) > FRENCH_SHARE * len(english):
        detail = f"French words were left in the English: {' '.join(strange[:5])}"
        return Flag(FlagKind.UNTRANSLATED, Severity.RED, detail)
    return None


def lengths(source: str, target: str) -> Flag | None:
    """Compare lengths; the longer the sentence, the nearer the ratio is to the typical one."""
    excess = math.log(len(target) / len(source) / TYPICAL_RATIO)
    least, spread = SHORT_LIMITS if excess < 0 else LONG_LIMITS
    limit = max(least, spread / math.sqrt(len(source)))
    if abs(excess) < limit:
        return None
    severity = Severity.RED if abs(excess) > FAR_OUT * limit else Severity.AMBER
    what = "short" if excess < 0 else "long"
    return Flag(FlagKind.LENGTH, severity, f"the English is unusually {what} for the French")


def repetition(source: str, target: str) -> Flag | None:
    """Find words said twice in a row, or more often than in the French."""
    english, french = _folded(target), _folded(source)
    phrase = _doubled(english, target)
    if phrase and not _doubled(french, source):
        return Flag(FlagKind.REPETITION, Severity.RED, f"the English says twice: {phrase}")
    if _most_repeated(english, 3) - _most_repeated(french, 3) >= 2:
        return Flag(FlagKind.REPETITION, Severity.RED, "the English repeats itself")
    if _most_repeated(english, 6) > 1 and _most_repeated(french, 4) == 1:
        return Flag(FlagKind.REPETITION, Severity.AMBER, "the English repeats itself")
    return None


def _doubled(words: Sequence[str], text: str) -> str:
    """Find words directly followed by the same words, "" if none; a lone short word may be."""
    if word := TWICE.search(fold(text)) or JOINED.search(text.replace("’", "'")):
        return word[word.lastindex or 0]
    half = len(words) // 2
    for length in {*range(2, min(half, LONGEST_PHRASE) + 1), half} - {0, 1}:
        same = 0
        for place, word_here in enumerate(words[length:]):
            same = same + 1 if word_here == words[place] else 0
            phrase = words[place - length + 1 : place + 1] if same == length else ()
            if len("".join(phrase)) >= SHORTEST_PHRASE and " ".join(phrase) not in FAIR_PHRASES:
                return " ".join(phrase).strip()
    return ""


def _most_repeated(words: Sequence[str], length: int) -> int:
    grams = Counter(zip(*(words[i:] for i in range(length)), strict=False))
    return max(grams.values(), default=0)


def figures(source: str, target: str) -> Flag | None:
    """Compare the numbers of both sides."""
    missing, extra = numbers.compare(source, target)
    if missing and extra:
        detail = f"“{missing[0].text}” in the French, “{extra[0].text}” in the English"
        return Flag(FlagKind.NUMBERS, Severity.RED, detail)
    if len(missing) >= MANY:
        detail = (
            f"the numbers “{'”, “'.join(n.text for n in missing[:MANY])}” are not in the English"
        )
        return Flag(FlagKind.NUMBERS, Severity.RED, detail)
    for number in missing + extra:
        if number.written == numbers.Written.DIGITS:
            where = "French" if number in missing else "English"
            detail = f"the number “{number.text}” is only in the {where}"
            return Flag(FlagKind.NUMBERS, Severity.AMBER, detail)
    return None


def dates(source: str, target: str) -> Flag | None:
    """Compare the months and weekdays of both sides."""
    missing, extra = calendar.compare(source, target)
    if missing and extra:
        detail = f"“{missing[0]}” in the French, “{extra[0]}” in the English"
        return Flag(FlagKind.NUMBERS, Severity.RED, detail)
    if missing or extra:
        detail = f"“{(missing + extra)[0]}” is only in the {'French' if missing else 'English'}"
        return Flag(FlagKind.NUMBERS, Severity.AMBER, detail)
    return None


def quotes(source: str, target: str) -> Flag | None:
    """Find quotation marks that were lost on the way."""
    french, english = (len(QUOTATION_MARK.findall(text)) for text in (source, target))
    if french == english or (not english and SINGLE_QUOTES.search(target)):
        return None
    if not english and not _are_quoted_words_kept(source, target):
        return Flag(FlagKind.QUOTES, Severity.AMBER, "the quotation marks are lost")
    if english % 2 != french % 2:
        return Flag(FlagKind.QUOTES, Severity.AMBER, "a quotation mark is lost")
    return None


def _are_quoted_words_kept(source: str, target: str) -> bool:
    """Whether what the French quotes is English already, as it quotes titles and foreign words."""
    return all(fold(quoted) in fold(target) for quoted in QUOTED.findall(source))


def truncation(source: str, target: str) -> Flag | None:
    """Find an end without a full stop where the French has one."""
    if source.rstrip(CLOSERS)[-1:] not in ENDINGS:
        return None
    if target.rstrip(CLOSERS)[-1:] in (*ENDINGS, ":", ";"):
        return None
    return Flag(FlagKind.TRUNCATED, Severity.AMBER, "the English stops without a full stop")


def meaning(source: str, target: str) -> Flag | None:
    """Find a negation that was lost, or an English sentence about something else."""
    if negation.is_lost(source, target):
        return Flag(FlagKind.MEANING, Severity.AMBER, "the French denies, the English does not")
    french, english = (set(PART.findall(fold(text))) for text in (source, target))
    stems = {w[:COGNATE_LETTERS] for w in french if len(w) >= CONTENT_LETTERS}
    related = stems & {w[:COGNATE_LETTERS] for w in english} or {
        w for w in french & english if w.isdigit() or len(w) > COGNATE_LETTERS
    }
    if len(stems) >= CONTENT_WORDS and not related:
        return Flag(FlagKind.MEANING, Severity.AMBER, "no word of the English is like the French")
    return None


def other_names(source: str, target: str) -> Flag | None:
    """Find a name that the English does not show in any like form."""
    if len(source) > LONGEST_FOR_NAMES:
        return None
    missing, extra = agreement.unmatched(source, target)
    if missing:
        detail = f"“{missing[0]}” in the French has nothing like it in the English"
    elif extra and (gone := agreement.gone(source, target)):
        detail = f"“{gone}” in the French, “{extra[0]}” in the English"
    else:
        return None
    return Flag(FlagKind.NAME, Severity.AMBER, detail)


def _words(text: str) -> list[str]:
    return WORD.findall(text.replace("’", "'"))


@lru_cache(maxsize=1024)
def _folded(text: str) -> tuple[str, ...]:
    """List the words without case, marks and punctuation."""
    return tuple(map(_fold, _words(text)))


def _fold(word: str) -> str:
    if word.isascii() and word.isalnum():  # most are
        return word.lower()
    return "".join(c for c in unicodedata.normalize("NFKD", word) if c.isalnum()).lower()
