"""Months and weekdays, on both sides."""

import pytest

from service import calendar


@pytest.mark.parametrize(
    ("french", "english", "missing", "extra"),
    [
        ("Mardi 3 mars.", "Tuesday, March 3.", [], []),
        ("Mardi 3 mars.", "Wednesday, March 3.", ["Mardi"], ["Wednesday"]),
        ("Le 3 juin.", "On 3 July.", ["juin"], ["July"]),
        ("Le 3 janvier.", "On 3 Jan.", [], []),
        ("Mais il dort.", "But he sleeps.", [], []),
        ("Sur Mars, il fait froid.", "On Mars, it is cold.", [], []),
        ("Il lit le Sunday Times.", "He reads the Sunday Times.", [], []),
        ("Il viendra.", "He may march.", [], []),
    ],
)
def test_months_and_weekdays_are_compared(
    french: str, english: str, missing: list[str], extra: list[str]
) -> None:
    """A date is a fact too; "Mars", "mais" and "may" are not dates."""
    assert calendar.compare(french, english) == (tuple(missing), tuple(extra))
