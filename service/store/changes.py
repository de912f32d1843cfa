"""Changes of a glossary's terms, before they are stored."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from service.article import Origin
from service.errors import BadGlossary
from service.names.glossary import Term, gather
from service.names.limits import require_size, require_storable


@dataclass(frozen=True, slots=True)
class Change:
    """What to change in a glossary.

    Attributes:
        name: the new name; None keeps the old one.
        put: terms to add; one takes the place of every term that shares a French form with it.
        remove: French forms of terms to remove.
    """

    name: str | None = None
    put: Sequence[Term] = ()
    remove: Sequence[str] = ()


Placed = dict[int, Term]  # terms by their place; removing one leaves a gap


def numbered(terms: Iterable[Term]) -> Placed:
    """Give terms their places.

    Raises:
        BadGlossary: they cannot be stored together.
    """
    placed = dict(enumerate(terms))
    require_size(len(placed))
    require_sound(list(placed.values()), where="glossary")
    return placed


def require_sound(terms: Sequence[Term], *, where: str) -> None:
    """Refuse terms that cannot be stored, or not together.

    Raises:
        BadGlossary: a term is too long or no text, or two share a French form.
    """
    require_storable(terms, where=where)
    gather(enumerate(terms, start=1), where=where, origin=Origin.STORED)


def patched(placed: Placed, change: Change) -> Placed:
    """Change terms: a new one stands in the place of the first that it replaces, else at the end.

    Raises:
        BadGlossary: a form to remove is of no term.
    """
    after = dict(placed)
    by_form = {form: place for place, term in placed.items() for form in keys(term)}
    for form in map(plain, change.remove):
        places = {by_form[key] for exact in (False, True) if (key := (form, exact)) in by_form}
        if not places:
            raise BadGlossary(f"no term has the French form “{form}”", where="remove")
        for place in places:
            after.pop(place, None)
    end = max(placed, default=-1) + 1
    for number, term in enumerate(change.put):
        replaced = sorted({by_form[key] for key in keys(term) if key in by_form})
        for place in replaced:
            if after.get(place) is placed[place]:  # else another new term stands there already
                del after[place]
        free = (place for place in replaced if place not in after)
        after[next(free, end + number)] = term
    return dict(sorted(after.items()))


def keys(term: Term) -> list[tuple[str, bool]]:
    """List what tells a term from others: its French forms, and whether their case matters."""
    return [(plain(form), term.case_sensitive) for form in term.french]


def plain(form: str) -> str:
    """Write a form as others are compared with it."""
    return unicodedata.normalize("NFC", form)
