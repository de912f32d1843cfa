"""Terms marked in the French."""

from service.names.marks import mark


def test_each_term_is_marked_with_its_english() -> None:
    """Marks stand around the French and its English; the rest of the sentence stays."""
    source = "L'Iran et Moscou, alliés."
    assert mark(source, [(10, 16, "Moscow"), (2, 6, "Iran")]) == (
        "L'<term> Iran <as> Iran </term> et <term> Moscou <as> Moscow </term>, alliés."
    )


def test_what_reads_as_a_mark_is_never_put_between_marks() -> None:
    """A text or an English form that holds a mark cannot be said to the model in this way."""
    assert mark("Tapez <term> à Moscou.", [(15, 21, "Moscow")]) == ""
    assert mark("À Moscou.", [(2, 8, "Moscow </term>")]) == ""
