"""What the user is told of finished translations, and the exit code that it makes."""

from collections import Counter
from collections.abc import Iterable, Sequence

from service.article import Article
from service.cli.console import OK, WARNINGS, say

SHOWN = 10  # files named before "and 3 more"


def tell(article: Article, where: str = "") -> int:
    """Tell on standard error what deserves a look, and choose the exit code."""
    unresolved = article.unresolved()
    red = sum(sentence.is_red for _, _, sentence in article.sentences())
    place = f"{where}: " if where else ""
    if unresolved:
        say(f"interligne: {place}names left as the model wrote them: {', '.join(unresolved)}")
    if red:
        say(f"interligne: {place}{red} sentence(s) flagged red; --format markdown lists them")
    return WARNINGS if unresolved or red else OK


def tell_notes(notes: Iterable[str], where: str = "") -> None:
    """Tell what a file could not keep."""
    place = f"{where}: " if where else ""
    for note in notes:
        say(f"interligne: {place}{note}")


def tell_passed_over(names: Sequence[str]) -> None:
    """Tell which files needed nothing."""
    if names:
        shown = ", ".join(names[:SHOWN])
        more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
        say(f"interligne: passed over, done before: {shown}{more}")


def tell_counts(states: Counter[str]) -> None:
    """Tell at the end what became of all files."""
    say("interligne: " + ", ".join(f"{count} {state}" for state, count in states.items() if count))
