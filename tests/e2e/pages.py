"""The page of a server with an engine that knows a few sentences, and hands to use it with."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect

SCRIPT = "<script>document.title = 'run'</script><img src=x onerror=\"document.title = 'run'\">"
ANSWERS = {
    "Un titre": "A title",
    "Viktor Fetissov arrive à Sotchi.": "Viktor Fetisov arrives in Sochi 😀.",
    "M. Fetissov a vu 12 chats.": "Mr. Fetisov saw some cats.",
    "Moscou dément.": "It is denied.",
    "Moscow dément.": "It is denied.",
    "M. Fetissov dort.": "Mr. Fetisov sleeps.",
    "Il lit Q1 document.title = 'run'Q2.": "He reads Q1 document.title = 'run'Q2.",
}
TEXT = (
    "Viktor Fetissov arrive à Sotchi. M. Fetissov a vu 12 chats.\n\nMoscou dément.\r\n\n"
    f"M. Fetissov dort. Il lit {SCRIPT}.\n"
)
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"viewport": {"width": 1360, "height": 900}},
    "dark": {"viewport": {"width": 1024, "height": 800}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True},
}

OpenPage = Callable[..., Page]


@contextmanager
def watched(browser: Browser) -> Iterator[OpenPage]:
    """Keep account of requests and mistakes of the pages that are opened."""
    asked: list[str] = []
    mistakes: list[str] = []
    allowed: list[str] = []
    contexts = []

    def open_page(address: str, **look: Any) -> Page:
        context = browser.new_context(**{"locale": "en-GB", **LOOKS["light"], **look})
        context.set_default_timeout(60_000)
        contexts.append(context)
        allowed.extend((address + "/", f"blob:{address}/"))
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: mistakes.append(str(error)))
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [url for url in asked if not url.startswith(tuple(allowed))] == []
    assert mistakes == []


def translate(page: Page, text: str) -> None:
    """Type a text, press Ctrl+Enter and wait for the end."""
    page.get_by_label("French article").fill(text)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#take")).to_be_visible()


def english(page: Page) -> list[str]:
    """Read the English paragraphs, without flags and percentages."""
    texts = page.locator("#rows .english > :first-child").all_text_contents()
    return [re.sub(r"\d+%$", "", text) for text in texts]


def name_in(page: Page, form: str) -> Locator:
    """Find a name in the English of the article."""
    return page.locator("#rows .english").get_by_role("button", name=form, exact=True).first


def walk_to(page: Page, selector: str) -> None:
    """Press Tab until the focus is there, and see that it shows where it is."""
    for _ in range(60):
        page.keyboard.press("Tab")
        focused = page.locator(f"{selector}:focus")
        if focused.count():
            assert focused.evaluate("node => getComputedStyle(node).outlineStyle") == "solid"
            return
    raise AssertionError(f"{selector} cannot be reached")
