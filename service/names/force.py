"""Words forced into the English, which is decoded anew from where they must stand."""

from service.decoding import Hypothesis
from service.names.match import as_placed

# English this much shorter or longer than that which it would replace is another sentence, whatever
# it holds.
SHORTEST, LONGEST = 0.6, 1.6


def beginning(draft: Hypothesis, start: int, end: int, english: str) -> str:
    """Give the English up to its first word that comes from a stretch of the French, then others.

    Args:
        draft: with its alignment.
        start: of the stretch.
        end: of the stretch.
        english: to stand in the place of that word.

    Returns:
        "" where no word comes from the stretch.
    """
    starts = [link.target_start for link in draft.alignment if start <= link.source_start < end]
    if not starts:
        return ""
    word = draft.text.rfind(" ", 0, min(starts) + 1) + 1
    return draft.text[:word] + as_placed(english, draft.text, word)


def is_whole(hypothesis: Hypothesis, before: str) -> bool:
    """Tell whether a hypothesis is complete, and about as long as the English it would replace."""
    length = len(hypothesis.text) / max(1, len(before))
    return not hypothesis.truncated and SHORTEST <= length <= LONGEST
