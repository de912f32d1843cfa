"""What a glossary may hold if it is to be kept: text, and not without end."""

from collections.abc import Iterator, Sequence

from service.errors import BadGlossary
from service.intake import FORBIDDEN
from service.names.glossary import Term

MOST_TERMS = 100_000
LONGEST_FORM, MOST_FORMS, LONGEST_NOTE = 1000, 100, 10_000
LONGEST_NAME = 200  # of the glossary
SHOWN = 5  # faults


def require_name(name: str) -> None:
    """Refuse a name of a glossary that is empty, too long or no text.

    Raises:
        BadGlossary: it is.
    """
    if not name.strip() or len(name) > LONGEST_NAME or FORBIDDEN.search(name):
        raise BadGlossary(
            f"a name needs 1 to {LONGEST_NAME} characters, none of them a control character",
            where="name",
        )


def require_size(size: int) -> None:
    """Refuse a glossary of so many terms.

    Raises:
        BadGlossary: they are too many.
    """
    if size > MOST_TERMS:
        raise BadGlossary(
            f"the glossary has {size:,} terms, and the limit is {MOST_TERMS:,}",
            where="glossary",
            hint="make several, and name all of them with the article",
        )


def require_storable(terms: Sequence[Term], *, where: str) -> None:
    """Refuse terms that are too long, or hold characters that no text contains.

    Raises:
        BadGlossary: a term is, or does.
    """
    faults = [fault for term in terms for fault in _faults(term)]
    if faults:
        more = len(faults) - SHOWN
        raise BadGlossary(
            "; ".join(faults[:SHOWN]) + (f"; and {more} more" if more > 0 else ""),
            where=where,
            hint="check that these are terms, and text",
        )


def _faults(term: Term) -> Iterator[str]:
    """Say what is wrong with a term."""
    forms = term.french + term.english
    shown = repr(term.french[0][:50])
    if max(len(term.french), len(term.english)) > MOST_FORMS:
        yield f"the term {shown} has over {MOST_FORMS} forms"
    if max(map(len, forms)) > LONGEST_FORM or len(term.note) > LONGEST_NOTE:
        yield f"the term {shown} has a form over {LONGEST_FORM} or a note over {LONGEST_NOTE}"
    if FORBIDDEN.search("".join((*forms, term.note))):
        yield f"the term {shown} holds a character that no text contains"
