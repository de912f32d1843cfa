"""Words of the English that look like a damaged copy of a name that is there already.

A weak model may write a name twice, once in broken letters ("in Genve to Geneva"). No rule tells
what it meant to say, so such a word is not written over; its sentence gets a flag.
"""

from collections.abc import Iterator, Sequence

from service.names.demonyms import is_variant
from service.names.keys import fold, likeness
from service.names.match import Span, words
from service.names.mend import Claim

ALIKE = 0.8  # likeness from which a word with the same initial is the name, damaged
SHORTEST = 4  # letters


def strays(
    source: str, target: str, spans: Sequence[Span | None], claims: Sequence[Claim]
) -> Iterator[tuple[str, str]]:
    """Yield each damaged word and the form of the name that it looks like.

    Args:
        source: the French sentence; what it says itself is no damage.
        target: its English.
        spans: where the names stand in the English.
        claims: the names that the sentence must show.
    """
    known = {fold(target[s.start : s.end]) for s in spans if s}
    french = set(fold(source).split())
    for word in words(target):
        text = target[word.start : word.end]
        if len(text) < SHORTEST or not text[0].isupper() or fold(text) in known | french:
            continue
        if any(span and word.overlaps(span) for span in spans):
            continue
        forms = (c.mention.english[0] for c in claims if _is_damaged(text, c))
        if form := next(forms, ""):
            yield text, form


def _is_damaged(text: str, claim: Claim) -> bool:
    """Tell whether a word is nearly a name of one word, and no adjective of it."""
    alike = (
        " " not in form and form[:1] == text[0] and likeness(form, text) >= ALIKE
        for form in (claim.mention.source, claim.mention.english[0])
    )
    return any(alike) and not is_variant(text, claim.mention.english, claim.name.type)
