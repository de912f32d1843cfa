"""What comes from where in English that is there already."""

from collections.abc import Sequence

from service.decoding import Decoding, Link
from service.engines import Engine

ROOM = 16  # tokens that the model must have left: it says in its own pieces what was said to it


def alignments(
    engine: Engine, segments: Sequence[str], english: Sequence[str]
) -> list[tuple[Link, ...]]:
    """Align each segment with its translation.

    Args:
        engine: made the translations.
        segments: what it was asked.
        english: one translation of each.

    Returns:
        The links of each; none of English that is too long to be the beginning of a translation.

    Raises:
        EngineFailed: the engine gave up.
    """
    links: list[tuple[Link, ...]] = [()] * len(segments)
    short = [
        place
        for place, text in enumerate(english)
        if engine.count_tokens(text) <= engine.max_tokens - ROOM
    ]
    if not short:
        return links
    answers = engine.translate(
        [segments[place] for place in short],
        Decoding(beam_size=1, alignment=True, scored=False),
        [english[place] for place in short],
    )
    for place, (aligned,) in zip(short, answers, strict=True):
        end = len(english[place])  # the model may go on behind it
        links[place] = tuple(link for link in aligned.alignment if link.target_start < end)
    return links
