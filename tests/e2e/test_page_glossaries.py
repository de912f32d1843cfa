"""Saving edited names in a stored glossary from the page: real browser, server and database."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Locator, Page, Route, expect

from service.store import open_store
from service.store.keys import Keys, Scope
from tests.api.serving import serving
from tests.e2e.browser import grave_faults
from tests.e2e.pages import ANSWERS, LOOKS, TEXT, OpenPage, english, name_in, translate, walk_to
from tests.fakes import scripted_pipeline

FULL = {"french": ["Viktor Fetissov"], "english": ["Victor Fetisoff"]}
SHORT = {"french": ["Fetissov"], "english": ["Fetisoff"]}
OLD = {"french": ["Fétissov", "Fetissof"], "english": ["Fetisov"], "note": "goalkeeper"}
OTHER = {"french": ["Zénith"], "english": ["Zenit"]}


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """An empty store of each test's own."""
    return f"sqlite:///{tmp_path / 'store.db'}"


@pytest.fixture
def service(database_url: str) -> Iterator[str]:
    """A server on it."""
    with serving(scripted_pipeline(ANSWERS, database_url=database_url)) as address:
        yield address


@contextmanager
def keys_of(database_url: str) -> Iterator[Keys]:
    """The keys of a store."""
    with closing(open_store(database_url)) as store:
        yield Keys(store)


def stored(address: str, name: str, *terms: dict[str, Any]) -> str:
    """Store a glossary and give its address."""
    answer = httpx2.post(f"{address}/v1/glossaries", json={"name": name, "terms": terms})
    assert answer.status_code == 201
    return str(address + answer.headers["location"])


def terms_of(glossary: str) -> list[dict[str, Any]]:
    """Read the terms of a glossary, without what is as it is by default."""
    usual = {"type": "other", "case_sensitive": False, "note": ""}
    terms = httpx2.get(glossary).json()["terms"]
    return [{k: v for k, v in term.items() if usual.get(k) != v} for term in terms]


def edited(page: Page) -> Locator:
    """Translate, write a name otherwise and open the dialog that saves it."""
    translate(page, TEXT)
    return with_another_name(page)


def with_another_name(page: Page) -> Locator:
    """Write a name of a translated article otherwise and open the dialog that saves it."""
    name_in(page, "Viktor Fetisov").click()
    page.get_by_label("English form").fill("Victor Fetisoff")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Save names").click()
    dialog = page.get_by_role("dialog", name="Save these names")
    expect(dialog).to_be_visible()
    return dialog


def test_a_name_is_saved_in_a_new_glossary_and_the_next_translation_has_it(
    service: str, open_page: OpenPage
) -> None:
    """The edit outlives the tab: in the article translated again, and in those to come."""
    page = open_page(service)
    dialog = edited(page)
    dialog.get_by_label("Name of the new glossary").fill("Sport")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_contain_text("Saved in “Sport”.")
    (glossary,) = httpx2.get(f"{service}/v1/glossaries").json()["glossaries"]
    assert glossary["name"] == "Sport"
    assert terms_of(f"{service}/v1/glossaries/{glossary['id']}") == [FULL, SHORT]

    dialog.get_by_role("button", name="Translate again").click()
    expect(dialog).to_be_hidden()
    expect(page.locator("#take")).to_be_visible()
    assert english(page)[0].startswith("Victor Fetisoff arrives in Sochi 😀. Mr. Fetisoff saw")
    name_in(page, "Victor Fetisoff").hover()
    expect(page.get_by_role("dialog")).to_contain_text("stored glossary")

    page.reload()
    page.get_by_text("Glossary and options").click()
    page.get_by_label("Stored glossary").select_option("Sport (2 terms)")
    translate(page, "M. Fetissov dort.")
    assert english(page) == ["Mr. Fetisoff sleeps."]


def test_a_name_takes_the_place_of_a_term_and_loses_none_of_its_forms(
    service: str, open_page: OpenPage
) -> None:
    """What the glossary says now stands beside the name; its other spellings and terms stay."""
    glossary = stored(service, "Sport", OLD, OTHER)
    page = open_page(service)
    dialog = edited(page)
    expect(dialog.get_by_role("combobox")).to_have_value(glossary.rpartition("/")[2])
    expect(dialog.get_by_role("listitem")).to_contain_text(["Victor", "now “Fetisov”"])
    dialog.get_by_label("Viktor Fetissov").uncheck()
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_contain_text("Saved in “Sport”.")
    replaced = {"french": ["Fetissov", "Fétissov", "Fetissof"], "english": ["Fetisoff"]}
    # OLD is replaced whole: what is not looked for alike stays with it
    assert terms_of(glossary) == [{**replaced, "note": "goalkeeper"}, OTHER]


def test_only_what_is_ticked_is_saved_and_under_no_second_name(
    service: str, open_page: OpenPage
) -> None:
    """With nothing ticked there is nothing to press; a name that is taken is told."""
    glossary = stored(service, "Sport", OTHER)
    page = open_page(service)
    dialog = edited(page)
    save = dialog.get_by_role("button", name="Save")
    for box in dialog.get_by_role("checkbox").all():
        box.uncheck()
    expect(save).to_be_disabled()
    dialog.get_by_label("Viktor Fetissov").check()
    dialog.get_by_role("combobox").select_option("A new one…")
    dialog.get_by_label("Name of the new glossary").fill("sport")
    save.click()
    expect(dialog.get_by_role("alert")).to_contain_text("There is a glossary of that name already")
    dialog.get_by_role("combobox").select_option("Sport (1 term)")
    save.click()
    expect(dialog).to_contain_text("Saved in “Sport”.")
    assert terms_of(glossary) == [OTHER, FULL]


def test_a_conflict_is_told_and_saved_on_the_reader_s_word(
    service: str, open_page: OpenPage
) -> None:
    """What somebody else saved meanwhile is shown first, and what is not ticked of it stays."""
    glossary = stored(service, "Sport", OTHER)
    page = open_page(service)
    dialog = edited(page)
    expect(dialog.get_by_role("button", name="Save")).to_be_enabled()
    theirs = {**FULL, "english": ["Wiktor Fetisow"]}
    rock = {"french": ["Rocher"], "english": ["Rock"]}
    httpx2.patch(glossary, json={"put": [theirs, rock]}, headers={"if-match": "*"})

    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Somebody has changed this glossary")
    expect(dialog.get_by_role("listitem").first).to_contain_text("now “Wiktor Fetisow”")
    assert terms_of(glossary) == [OTHER, theirs, rock]
    again = dialog.get_by_role("button", name="Save all the same")
    expect(again).to_be_focused()
    again.click()
    expect(dialog).to_contain_text("Saved in “Sport”.")
    assert terms_of(glossary) == [OTHER, FULL, rock, SHORT]


def test_a_glossary_that_is_read_late_is_not_taken_for_the_one_chosen_since(
    service: str, open_page: OpenPage
) -> None:
    """What stands beside the names is of the glossary that is saved to."""
    first = stored(service, "First", OLD)
    second = stored(service, "Second", {**OLD, "english": ["Fetisow"]})
    page = open_page(service)
    dialog = edited(page)
    expect(dialog).to_contain_text("now “Fetisow”")
    late: list[Route] = []
    page.route(first, lambda route: late.append(route))
    for name in ("First (1 term)", "Second (1 term)"):
        dialog.get_by_role("combobox").select_option(name)
    expect(dialog).to_contain_text("now “Fetisow”")
    with page.expect_response(first):
        late[0].continue_()
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_contain_text("Saved in “Second”.")
    assert terms_of(first) == [OLD]
    assert len(terms_of(second)) == 2


def test_a_key_that_may_not_change_glossaries_is_told_and_another_one_may(
    service: str, database_url: str, open_page: OpenPage
) -> None:
    """A clear sentence, the way to another key, and back in the dialog with it."""
    with keys_of(database_url) as keys:
        _, poor = keys.create("reader", {Scope.TRANSLATE})
        _, rich = keys.create("editor", {Scope.TRANSLATE, Scope.GLOSSARIES})
    page = open_page(service)
    page.get_by_label("French article").fill(TEXT)
    page.keyboard.press("Control+Enter")
    page.get_by_label("This service asks for a key").fill(poor)
    page.keyboard.press("Enter")
    expect(page.locator("#take")).to_be_visible()
    dialog = with_another_name(page)
    dialog.get_by_label("Name of the new glossary").fill("Sport")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("Your key may not change glossaries.")
    expect(dialog.get_by_role("alert")).to_contain_text("“translate” and “glossaries”")
    dialog.get_by_role("button", name="Use another key").click()
    page.keyboard.insert_text(rich)
    page.keyboard.press("Enter")
    expect(dialog).to_be_visible()
    dialog.get_by_label("Name of the new glossary").fill("Sport")
    page.keyboard.press("Enter")
    expect(dialog).to_contain_text("Saved in “Sport”.")
    headers = {"x-api-key": rich}
    page_of = httpx2.get(f"{service}/v1/glossaries", headers=headers).json()
    assert [one["name"] for one in page_of["glossaries"]] == ["Sport"]


def test_a_service_that_is_gone_is_told_in_the_dialog(service: str, open_page: OpenPage) -> None:
    """Nothing is lost: the names stay ticked, and may be saved when it is back."""
    page = open_page(service)
    dialog = edited(page)
    page.route("**/v1/glossaries*", lambda route: route.abort())
    dialog.get_by_label("Name of the new glossary").fill("Sport")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("The service does not answer.")
    page.unroute("**/v1/glossaries*")
    page.keyboard.press("Enter")
    expect(dialog).to_contain_text("Saved in “Sport”.")


def test_the_keyboard_is_enough_to_save(service: str, open_page: OpenPage) -> None:
    """Into the dialog, through it and back out to the button that opened it."""
    page = open_page(service)
    keys = page.keyboard
    translate(page, TEXT)
    walk_to(page, "#rows .mention")
    keys.press("Enter")
    keys.type("Victor Fetisoff")
    keys.press("Enter")
    page.locator("#reading-heading").focus()
    walk_to(page, "#keep-names")
    keys.press("Enter")
    expect(page.get_by_label("Glossary", exact=True)).to_be_focused()
    keys.press("Escape")
    expect(page.locator("#keep")).to_be_hidden()
    expect(page.locator("#keep-names")).to_be_focused()
    keys.press("Enter")
    walk_to(page, "#keep-name")
    keys.type("Sport")
    keys.press("Enter")
    expect(page.get_by_role("button", name="Translate again")).to_be_focused()
    expect(page.locator("#announcer")).to_have_text("Saved in “Sport”.")
    walk_to(page, "#keep-done .close")
    keys.press("Enter")
    expect(page.locator("#keep-names")).to_be_focused()


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_no_grave_fault_in_the_dialog(
    service: str, open_page: OpenPage, look: str
) -> None:
    """As it opens, with an error and when it is done; light, dark and on a phone."""
    stored(service, "Sport", OLD)
    page = open_page(service, **LOOKS[look])
    dialog = edited(page)
    expect(dialog).to_contain_text("now “Fetisov”")
    assert grave_faults(page) == []
    dialog.get_by_role("combobox").select_option("A new one…")
    dialog.get_by_label("Name of the new glossary").fill("Sport")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_be_visible()
    assert grave_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    dialog.get_by_label("Name of the new glossary").fill("Other")
    page.keyboard.press("Enter")
    expect(dialog).to_contain_text("Saved in “Other”.")
    assert grave_faults(page) == []


def test_the_dialog_speaks_french_to_the_french(service: str, open_page: OpenPage) -> None:
    """Its labels, what the glossary says now, and how it ended."""
    stored(service, "Sport", OLD)
    page = open_page(service, locale="fr-FR")
    page.get_by_label("Article en français").fill(TEXT)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#take")).to_be_visible()
    name_in(page, "Viktor Fetisov").click()
    page.get_by_label("Forme anglaise").fill("Victor Fetisoff")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Garder les noms").click()
    dialog = page.get_by_role("dialog", name="Garder ces noms dans un glossaire")
    expect(dialog).to_contain_text("actuellement « Fetisov »")
    dialog.get_by_role("button", name="Enregistrer").click()
    expect(dialog).to_contain_text("Enregistré dans « Sport ».")
