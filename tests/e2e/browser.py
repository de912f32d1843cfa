"""A real browser: Debian's chromium, driven by Playwright, with an empty profile and no network."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from typing import Any

from playwright.sync_api import Browser, Page, expect, sync_playwright

CHROMIUM = os.environ.get("INTERLIGNE_CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-extensions",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
AXE = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
GRAVE = {"serious", "critical"}

expect.set_options(timeout=60_000)  # milliseconds; the machine may be busy


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start a browser with an empty profile.

    Close it before other tests: while it runs, this thread has an event loop.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


def grave_faults(page: Page) -> list[str]:
    """Let axe-core look at a page as it is now; list what it calls serious or critical."""
    page.evaluate(AXE)
    found: dict[str, list[Any]] = page.evaluate("axe.run()")
    assert any(rule["id"] == "color-contrast" for rule in found["passes"])  # it has seen colours
    return [
        f"{rule['id']}: {[node['target'] for node in rule['nodes']]}"
        for rule in found["violations"]
        if rule["impact"] in GRAVE
    ]
