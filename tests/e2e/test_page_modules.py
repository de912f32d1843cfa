"""The parts of the page that only compute, one by one, in the browser that runs them."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.api.serving import serving
from tests.e2e.browser import chromium
from tests.fakes import scripted_pipeline


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    """The page of a server, to take modules from."""
    with serving(scripted_pipeline()) as address, chromium() as browser:
        page = browser.new_page()
        page.goto(address)
        yield page


def call(page: Page, module: str, function: str, *arguments: Any) -> Any:
    """Call a function that a module of the page exports."""
    return page.evaluate(
        "async ([module, name, values]) => (await import(module))[name](...values)",
        [f"/web/{module}.js", function, list(arguments)],
    )


@pytest.mark.parametrize(
    ("form", "before", "after", "expected"),
    [
        ("Bashar al-Assad", "Bashar al-Assad", "Bashar Assad", "Bashar Assad"),
        ("al-Assad", "Bashar al-Assad", "Bashar Assad", "Assad"),
        ("al-Assad", "Bashar al-Assad", "Bashar Al Assad", "Al Assad"),
        ("Al-Assad", "Bashar al-Assad", "Bashar el-Assad", "El-Assad"),  # begins a sentence
        ("al-Assad", "Bashar al-Assad", "Assad", "Assad"),
        ("Putin", "Vladimir Putin", "Volodymyr Poutine", "Poutine"),
        ("Trump", "Donald Trump", "Donald J. Trump", "Trump"),
        ("Emmanuel", "Emmanuel Macron", "Manu Macron", "Manu"),
        ("EU", "European Union", "The Union", "EU"),
    ],
)
def test_short_forms_follow_the_canonical_one(
    page: Page, form: str, before: str, after: str, expected: str
) -> None:
    """The part that a short form leaves out is left out of the new form too."""
    assert call(page, "names", "followed", form, before, after) == expected


def mention(start: int, target: str | None, source: str = "X", **more: Any) -> dict[str, Any]:
    """Write a mention of the first sentence as the service does."""
    end = None if target is None else start + len(target)
    return {
        "paragraph": 0,
        "sentence": 0,
        "start": 0,
        "end": 1,
        "source": source,
        "how": "model" if target else "unresolved",
        "target_start": None if target is None else start,
        "target_end": end,
        "target": target,
        **more,
    }


def test_what_stands_after_a_changed_name_moves(page: Page) -> None:
    """Offsets count code points; names, sentences and the summary after it stay true."""
    first, second = "😀 Ann met Bo and Ann.", "Bo left."
    warning = {"kind": "name", "severity": "amber", "detail": "“Anne” should read “Ann”"}
    sentences = [
        {"target": first, "target_start": 0, "target_end": 21, "flags": [warning]},
        {"target": second, "target_start": 22, "target_end": 30, "flags": []},
    ]
    other = {"index": 1, "translation": "Quiet.", "sentences": []}
    ann = {
        "canonical": "Ann",
        "origin": "built-in",
        "mentions": [mention(2, "Ann"), mention(17, "Ann"), mention(0, None)],
    }
    bo = {"canonical": "Bo", "mentions": [mention(10, "Bo"), mention(0, "Bo", sentence=1)]}
    article = {
        "paragraphs": [
            {"index": 0, "translation": f"{first} {second}", "sentences": sentences},
            other,
        ],
        "names": [ann, bo],
        "summary": {"pairs": [{"paragraph": 0, "sentence": 0, "target": first}], "note": ""},
    }
    changed = page.evaluate(
        """async (article) => {
          const { renamed } = await import("/web/names.js");
          const changed = renamed(article, 0, new Map([["Ann", "Anna Lee"]]));
          return { ...changed, isSame: changed.paragraphs[1] === article.paragraphs[1] };
        }""",
        article,
    )
    text = "😀 Anna Lee met Bo and Anna Lee."
    paragraph = changed["paragraphs"][0]
    assert paragraph["translation"] == f"{text} {second}"
    assert [one["target"] for one in paragraph["sentences"]] == [text, second]
    places = [(one["target_start"], one["target_end"]) for one in paragraph["sentences"]]
    assert places == [(0, 31), (32, 40)]
    assert paragraph["sentences"][0]["flags"][0]["detail"] == "“Anne” should read “Anna Lee”"
    assert changed["summary"]["pairs"][0]["target"] == text
    assert changed["isSame"]  # and is not drawn again
    renamed, moved = changed["names"]
    assert (renamed["canonical"], renamed["origin"]) == ("Anna Lee", "request")
    spans = [(m["target_start"], m["target_end"], m["how"]) for m in renamed["mentions"]]
    assert spans == [(2, 10, "repaired"), (22, 30, "repaired"), (None, None, "unresolved")]
    spans = [(m["target_start"], m["target_end"], m["how"]) for m in moved["mentions"]]
    assert spans == [(15, 17, "model"), (0, 2, "model")]


def read_as(source: str, target: str | None) -> dict[str, Any]:
    """Write what terms are made of in a mention."""
    return {"source": source, "target": target}


@pytest.mark.parametrize(
    ("mentions", "expected"),
    [
        ([("Bachar Al-Assad", "A B", "C D"), ("Al-Assad", "B", "B")], [("Bachar Al-Assad", "C D")]),
        (
            [("Bachar Al-Assad", "A B", "C D"), ("Al-Assad", "B", "D"), ("Al-Assad", "B", "D")],
            [("Bachar Al-Assad", "C D"), ("Al-Assad", "D")],
        ),
        # Spellings of one name are one term; a capital at a sentence start is no form of its own,
        # nor are the capitals of a headline.
        (
            [("Bachar Al-Assad", "A", "al-C"), ("BACHAR EL-ASSAD", "A", "Al-C")],
            [("Bachar Al-Assad", "al-C")],
        ),
        (
            [("Sotchi", "Sochi", "Sotchi"), ("Sotchy", "Sochi", "Sotchi")],
            [("Sotchi|Sotchy", "Sotchi")],
        ),
        ([("ONU", "ONU", "UN")], [("ONU", "UN")]),
        ([("Moscou", None, None)], [("Moscou", "New")]),  # nothing could be put right
        ([("Moscou", "New", "New")], []),
    ],
)
def test_terms_are_made_of_what_reads_otherwise(
    page: Page,
    mentions: list[tuple[str, str | None, str | None]],
    expected: list[tuple[str, str]],
) -> None:
    """A term for each English form that was changed, found by the French of its mentions."""
    before = [read_as(source, old) for source, old, _ in mentions]
    after = [read_as(source, new) for source, _, new in mentions]
    terms = call(
        page,
        "terms",
        "editedTerms",
        {"names": [{"canonical": "Old", "type": "place", "mentions": before}]},
        {"names": [{"canonical": "New", "type": "place", "mentions": after}]},
    )
    assert terms == [
        {"french": french.split("|"), "english": [english], "type": "place"}
        for french, english in expected
    ]


def term(french: str, english: str, **more: Any) -> dict[str, Any]:
    """Write a term as the service does."""
    return {"french": french.split("|"), "english": english.split("|"), **more}


@pytest.mark.parametrize(
    ("terms", "stored", "expected"),
    [
        ([term("A", "X")], [term("B", "Y")], [term("A", "X")]),
        (
            [term("Élan", "X")],
            [term("elan|B", "Y", note="n")],
            [term("Élan|elan|B", "X", note="n")],
        ),
        (
            [term("Bachar Al-Assad", "X")],
            [term("Bachar el-Assad", "Y")],
            [term("Bachar Al-Assad|Bachar el-Assad", "X")],
        ),
        # One term of the glossary for two names that are written otherwise now: each form once.
        (
            [term("A", "X"), term("B", "Z")],
            [term("A|B|C", "Y")],
            [term("A|C", "X"), term("B", "Z")],
        ),
        ([term("A|B", "X")], [term("A", "Y"), term("B", "Z")], [term("A|B", "X")]),
    ],
)
def test_no_french_form_of_a_glossary_is_lost_with_a_term(
    page: Page,
    terms: list[dict[str, Any]],
    stored: list[dict[str, Any]],
    expected: list[dict[str, Any]],
) -> None:
    """What is found alike goes together; no two terms share a form, for that is refused."""
    assert call(page, "terms", "merged", terms, stored) == expected


STREAM = ': ping\r\nid: 1-a\r\nevent: names\r\ndata: [1,\r\ndata: 2]\r\n\r\ndata: "é"\n\nid: 2'
EVENTS = [
    {"id": "1-a", "name": "names", "data": "[1,\n2]"},
    {"id": "1-a", "name": "message", "data": '"é"'},
]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_events_may_come_in_any_pieces(page: Page, size: int) -> None:
    """Line ends and fields may be cut anywhere; a comment is nothing; the id stays."""
    chunks = [STREAM[at : at + size] for at in range(0, len(STREAM), size)]
    events = page.evaluate(
        """async (chunks) => {
          const { EventParser } = await import("/web/events.js");
          const parser = new EventParser();
          return chunks.flatMap((chunk) => parser.push(chunk));
        }""",
        chunks,
    )
    assert events == EVENTS


def test_terms_are_read_a_line_each(page: Page) -> None:
    """A sign or a tab between the languages, bars between forms, blank lines for nothing."""
    lines = "Daech | EI = ISIS\n\nSotchi\tSochi"
    assert call(page, "compose", "terms", lines) == [
        {"french": ["Daech", "EI"], "english": ["ISIS"]},
        {"french": ["Sotchi"], "english": ["Sochi"]},
    ]


def test_both_languages_say_the_same_things(page: Page) -> None:
    """No text of the page is missing in either; what the service says is English already."""
    keys = page.evaluate(
        """async () => {
          const module = await import("/web/words.js");
          const keysOf = (value, path = "") =>
            Object.entries(value).flatMap(([key, inner]) =>
              typeof inner === "object" && !["faults", "notes"].includes(key)
                ? keysOf(inner, `${path}${key}.`)
                : [`${path}${key}`]);
          const before = keysOf(module.words);
          module.switchLanguage();
          return [before, keysOf(module.words)];
        }"""
    )
    assert keys[0] == keys[1]
    used = page.locator("[data-words]").evaluate_all("nodes => nodes.map(n => n.dataset.words)")
    assert set(used) <= set(keys[0])
