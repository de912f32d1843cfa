"""LibreTranslate's files: sent as its page and its programs do, and fetched from where they are."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import docx
import pytest
from fastapi.testclient import TestClient

from service.api import create_app
from service.settings import Settings
from service.store import open_store
from service.store.keys import Keys, Scope
from tests.api.serving import serving
from tests.fakes import scripted_pipeline

FRENCH = "Le président Vladimir Poutine est à Sotchi."
ANSWERS = {FRENCH: "President Vladimir Poutine is in Sotchi."}
MENDED = "President Vladimir Putin is in Sochi."
TO_ENGLISH = {"source": "fr", "target": "en"}
AMERICAN = "He said that he would not come to the summit. He gave no reason when we asked. " * 2


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    """A client of a service that takes 400 characters."""
    pipeline = scripted_pipeline(ANSWERS, data_dir=tmp_path, max_characters=400)
    with TestClient(create_app(pipeline), raise_server_exceptions=False) as client:
        yield client


def send(client: TestClient, name: str, data: bytes, **fields: str) -> Any:
    """Send a file."""
    form = TO_ENGLISH | fields
    return client.post("/translate_file", files={"file": (name, data)}, data=form)


def test_a_file_is_translated_and_handed_out(tmp_path: Path) -> None:
    """By a program of the standard library, from a running service."""
    document, data = docx.Document(), io.BytesIO()
    document.add_paragraph(FRENCH)
    document.save(data)
    body = b"".join(
        b'--x\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n' % part
        for part in (
            (b"source", b"", b"auto"),
            (b"target", b"", b"en"),
            (b"file", b'; filename="note d\xc3\xa9j\xc3\xa0 vue.fr.docx"', data.getvalue()),
        )
    )
    headers = {"content-type": "multipart/form-data; boundary=x"}
    with serving(scripted_pipeline(ANSWERS, data_dir=tmp_path)) as server:
        request = Request(f"{server}/translate_file", body + b"--x--\r\n", headers)
        with urlopen(request) as response:
            address = json.load(response)["translatedFileUrl"]
        assert address.startswith(f"{server}/download_file/")
        assert address.endswith(".note%20d%C3%A9j%C3%A0%20vue.en.docx")
        for _ in range(2):  # it may be fetched again, as a browser does
            with urlopen(address) as response:
                english = docx.Document(io.BytesIO(response.read()))
                kind = response.headers["content-disposition"]
            assert [paragraph.text for paragraph in english.paragraphs] == [MENDED]
            assert kind.endswith("''note%20d%C3%A9j%C3%A0%20vue.en.docx")


def test_a_file_is_a_job_that_is_done(client: TestClient) -> None:
    """It can be asked for in another form, and removed; then its address leads nowhere."""
    address = send(client, "a.html", f"<p>{FRENCH}</p>".encode()).json()["translatedFileUrl"]
    (job,) = client.get("/v1/jobs").json()["jobs"]
    assert (job["state"], job["name"], job["media_type"]) == ("done", "a.html", "text/html")
    assert job["expires"] is not None
    text = client.get(f"/v1/jobs/{job['id']}/result?format=text")
    assert text.text == f"{MENDED}\n"
    page = client.get(address)
    assert (page.status_code, page.text) == (200, f"<p>{MENDED}</p>")
    assert client.delete(f"/v1/jobs/{job['id']}").status_code == 204
    assert client.get(address).status_code == 404


def test_an_address_cannot_be_guessed(client: TestClient) -> None:
    """Who knows the job does not know the address."""
    address = send(client, "a.txt", FRENCH.encode()).json()["translatedFileUrl"]
    path = urlsplit(address).path
    place, _, name = path.rpartition("/")
    job, _, ticket = name.partition(".")[0].partition("-")
    assert len(ticket) == 64
    for wrong in (f"{job}-{'0' * 64}.a.en.txt", f"{job}.a.en.txt", job, f"-{ticket}", "%00-x"):
        refused = client.get(f"{place}/{wrong}")
        assert refused.status_code == 404
        assert refused.json()["error"].startswith("there is no such document")


def test_where_keys_are_asked_for_the_address_is_enough(tmp_path: Path) -> None:
    """To translate takes a key, among the fields of the form; a link in a page has none."""
    keys = Keys(open_store(Settings(data_dir=tmp_path).store_url))
    key = keys.create("Desk", [Scope.TRANSLATE])[1]
    with TestClient(create_app(scripted_pipeline(ANSWERS, data_dir=tmp_path))) as client:
        refused = send(client, "a.txt", FRENCH.encode())
        assert (refused.status_code, "API key" in refused.json()["error"]) == (400, True)
        assert send(client, "a.txt", FRENCH.encode(), api_key="x").status_code == 403
        address = send(client, "a.txt", FRENCH.encode(), api_key=key).json()["translatedFileUrl"]
        assert client.get(address).text == MENDED
    (known,) = keys.list()
    assert (known.characters, known.requests) == (len(FRENCH), 1)


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({"data": TO_ENGLISH}, "Invalid request: missing file parameter"),
        ({"data": TO_ENGLISH | {"file": "a.txt"}}, "Invalid request: file parameter"),
        ({"files": {"file": b"Oui"}, "data": {"source": "fr"}}, "Invalid request: missing target"),
        ({"files": {"file": b"Oui"}, "data": TO_ENGLISH | {"target": "de"}}, "de is not supported"),
        ({"files": {"file": ("a.pdf", b"%PDF")}, "data": TO_ENGLISH}, "files of the kind .pdf are"),
        ({"files": {"file": ("a.docx", b"x")}, "data": TO_ENGLISH}, "this is no Word file"),
        ({"files": {"file": ("a.txt", b"")}, "data": TO_ENGLISH}, "the text is empty"),
        ({"files": {"file": ("a.txt", b"\xff")}, "data": TO_ENGLISH}, "the text is not UTF-8"),
        ({"files": {"file": ("a.txt", b"x" * 401)}, "data": TO_ENGLISH}, "the text has 401"),
        (
            {"files": {"file": AMERICAN.encode()}, "data": TO_ENGLISH | {"source": "auto"}},
            "the text looks like English",
        ),
        (
            {"content": b"--x", "headers": {"content-type": "multipart/form-data"}},
            "Missing boundary in multipart.",
        ),
    ],
)
def test_what_cannot_be_translated_is_a_400_that_says_why(
    client: TestClient, sent: dict[str, Any], message: str
) -> None:
    """And nothing is kept."""
    refused = client.post("/translate_file", **sent)
    assert refused.status_code == 400
    assert refused.json()["error"].startswith(message)
    assert client.get("/v1/jobs").json()["jobs"] == []
