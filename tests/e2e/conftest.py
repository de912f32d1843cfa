"""The browser and the server that the tests of the page share."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.api.serving import serving
from tests.e2e.browser import chromium
from tests.e2e.pages import ANSWERS, OpenPage, watched
from tests.fakes import scripted_pipeline


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for this module; each test has a profile of its own."""
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server whose engine knows a few sentences, with an empty store."""
    database_url = f"sqlite:///{tmp_path_factory.mktemp('store') / 'store.db'}"
    with serving(scripted_pipeline(ANSWERS, database_url=database_url)) as address:
        yield address


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Open the page of a server; whatever it does, it asks nobody else and makes no mistake."""
    with watched(browser) as open_page:
        yield open_page
