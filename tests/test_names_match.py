"""Where names stand in the English."""

import pytest

from service.names.match import occurrences


@pytest.mark.parametrize(
    ("text", "form", "found"),
    [
        ("Assad met Assad’s men, not Assads.", "Assad", ["Assad", "Assad"]),
        ("al-Assad, el Assad, cal-Assad", "Assad", ["Assad"]),  # only after another name
        ("_Assad Assad_ Assad2 2Assad", "Assad", []),
        (
            "New York, New-York, New\u00a0York",
            "New York",
            ["New York", "New-York", "New\u00a0York"],
        ),
        ("New Yorkers like New  York", "New York", []),
        ("St. Louis and St Louis", "St Louis", ["St. Louis", "St Louis"]),
        ("Mr. Bean, Mr Bean", "Mr", ["Mr.", "Mr"]),
        ("The Hague. In the Hague.", "The Hague", ["The Hague", "the Hague"]),
        ("Yellow vests and yellow vests", "yellow vests", ["Yellow vests", "yellow vests"]),
    ],
)
def test_a_form_stands_where_it_is_a_whole_word(text: str, form: str, found: list[str]) -> None:
    """Blanks and hyphens stand for each other, and al-Assad is another name than Assad."""
    assert [text[span.start : span.end] for span in occurrences(text, form)] == found
