"""Texts joined for the engine and cut apart again, and fields in any encoding."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.api.dialects import BETWEEN_TEXTS, form_fields, json_fields, parts
from service.errors import BadInput, NotUtf8
from service.split import render, split


@given(st.lists(st.text(st.sampled_from("ab.!?1 \t\n\r-•«»é\u2029")), min_size=1, max_size=5))
def test_each_text_keeps_its_layout_and_place(texts: list[str]) -> None:
    """Joining texts for the engine leaves no trace: each begins and ends as it did."""
    article = split(BETWEEN_TEXTS.join(texts))
    marked = {
        (p, s): replace(sentence, target=f"<{sentence.source}>")
        for p, s, sentence in article.sentences()
    }
    english = list(parts(render(article.with_sentences(marked)), texts))
    assert len(english) == len(texts)
    for before, after in zip(texts, english, strict=True):
        assert re.sub("[<>]", "", after).replace(" ", "") == before.replace(" ", "")
        assert after.count("<") == after.count(">")


@pytest.mark.parametrize(
    ("form", "fields"),
    [
        ("", {}),
        ("q=%C3%A9t%C3%A9+1&q=deux", {"q": "deux"}),
        ("text=un&text=&text=trois", {"text": ["un", "", "trois"]}),
        ("q=été&x", {"q": "été", "x": ""}),
        ("q=a%0D%0Ab%0A", {"q": "a\r\nb\n"}),
    ],
)
def test_a_form_gives_all_values_of_a_list_and_the_last_of_another_field(
    form: str, fields: dict[str, object]
) -> None:
    """Values are decoded as UTF-8 and otherwise kept, line ends included."""
    assert form_fields(form, {"text"}) == fields


def test_a_bad_form_is_refused() -> None:
    """Bytes that are not UTF-8 are not replaced, and a flood of fields is not read."""
    with pytest.raises(NotUtf8):
        form_fields("q=%E9", frozenset())
    with pytest.raises(BadInput, match="over 1,000 fields"):
        form_fields("q&" * 1001, frozenset())


@pytest.mark.parametrize("body", ["", "{", "[" * 100_000, '{"q": "\\ud800"}', "1" * 10_000, "[]"])
def test_what_is_no_json_object_is_refused(body: str) -> None:
    """However deep, long or broken it is."""
    with pytest.raises(BadInput, match="the body is not"):
        json_fields(body)
