"""First names, and the surnames behind them: in "Albert Londres" nobody means London."""

from service.names.discover import KINDS, PARTICLES, is_acronym, is_capital
from service.names.keys import fold

GIVEN = KINDS["given"]


def is_given(word: str) -> bool:
    """Tell whether a word, or the first part of one ("Jean-Pierre"), is a first name."""
    return is_capital(word) and fold(word).partition(" ")[0] in GIVEN


def is_first_and_last(name: str) -> bool:
    """Tell whether a name is a first name and a surname, with a particle between or none.

    Not "Louis XIV", "Pierre le Grand" or "Richard Branson de Virgin".
    """
    first, *rest = name.split()
    if not rest or not is_given(first) or rest[0] in ("le", "la"):
        return False
    if not PARTICLES.isdisjoint(rest[1:]):
        return False
    return is_capital(rest[-1]) and not is_acronym(rest[-1])
