"""`POST /v1/articles/read`: the text in a file, or why it has none."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from service.api import create_app
from tests.fakes import scripted_pipeline

SUBTITLES = b"1\n00:00:01,000 --> 00:00:02,000\nMoscou d\xc3\xa9ment.\n"


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    """A client of an app that takes short articles."""
    app = create_app(scripted_pipeline(max_characters=100))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


@pytest.mark.parametrize(
    ("name", "data", "text"),
    [
        ("a.txt", "Moscou\r\ndément.\n".encode(), "Moscou\r\ndément.\n"),
        ("without suffix", "\ufeffMoscou dément.".encode(), "Moscou dément."),
        ("a.html", "<p>Moscou <b>dément</b>.</p>".encode(), "Moscou dément."),
        ("a.srt", SUBTITLES, "Moscou dément."),
    ],
)
def test_the_text_of_a_file_is_read(client: TestClient, name: str, data: bytes, text: str) -> None:
    """As its suffix says; line ends are kept."""
    answer = client.post(f"/v1/articles/read?name={name}", content=data)
    assert answer.json() == {"text": text, "title": None}


@pytest.mark.parametrize(
    ("name", "data", "status", "code"),
    [
        ("a.txt", "Été".encode("cp1252"), 400, "not_utf8"),
        ("a.txt", b" \n", 400, "empty_text"),
        ("a.txt", b"a" * 101, 413, "too_long"),
        ("a.docx", b"Moscou", 400, "bad_file"),
        ("a.exe", b"MZ", 400, "bad_file"),
    ],
)
def test_what_has_no_text_for_us_is_refused(
    client: TestClient, name: str, data: bytes, status: int, code: str
) -> None:
    """With a reason, and before anything is translated."""
    answer = client.post(f"/v1/articles/read?name={name}", content=data)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
