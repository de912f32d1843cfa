"""Documents by DeepL's own client, unchanged, and their wire format by hand."""

import io
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import anyio
import deepl
import docx
import pytest
from fastapi.testclient import TestClient

from service import formats
from service.api import create_app
from service.api.deepl_documents import CHUNK, sent_once
from service.errors import NotFound
from service.settings import Settings
from service.store import open_store
from service.store.keys import Keys, Scope
from tests.api.serving import serving
from tests.fakes import scripted_pipeline
from tests.waiting import PATIENCE

FRENCH = "Le président Vladimir Poutine est à Sotchi."
ANSWERS = {
    FRENCH: "President Vladimir Poutine is in Sotchi.",
    "Titre": "Title",
    "Il dort.": "He sleeps.",
}
MENDED = "President Vladimir Putin is in Sochi."
AMERICAN = "He said that he would not come to the summit. He gave no reason when we asked. " * 2
TO_ENGLISH: Any = {"target_lang": "EN-GB", "source_lang": "FR"}
PAGE = '<html lang="fr"><h1>Titre</h1>\n<p>Le président <b>Vladimir Poutine</b> est à Sotchi.</p>'
ENGLISH_PAGE = (
    PAGE.replace('"fr"', '"en"')
    .replace("Titre", "Title")
    .replace(
        "Le président <b>Vladimir Poutine</b> est à Sotchi",
        "President <b>Vladimir Putin</b> is in Sochi",
    )
)


def word_file(*paragraphs: str) -> bytes:
    """Make a Word file."""
    document, data = docx.Document(), io.BytesIO()
    for text in paragraphs:
        document.add_paragraph(text)
    document.save(data)
    return data.getvalue()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running service."""
    with serving(scripted_pipeline(ANSWERS, data_dir=tmp_path_factory.mktemp("data"))) as address:
        yield address


@pytest.fixture
def translator(server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[deepl.DeepLClient]:
    """DeepL's client, which waits five seconds between two looks."""
    sleep = time.sleep
    monkeypatch.setattr("deepl.translator.time.sleep", lambda _: sleep(0.05))
    with closing(deepl.DeepLClient("key", server_url=server)) as translator:
        yield translator


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    """A client of a service that takes 400 characters."""
    pipeline = scripted_pipeline(ANSWERS, data_dir=tmp_path, max_characters=400)
    with TestClient(create_app(pipeline), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def idle(tmp_path: Path) -> Iterator[TestClient]:
    """A client of a service that leaves jobs to others."""
    pipeline = scripted_pipeline(ANSWERS, data_dir=tmp_path, jobs=0)
    with TestClient(create_app(pipeline), raise_server_exceptions=False) as client:
        yield client


def upload(
    client: TestClient, name: str = "a.txt", data: bytes = FRENCH.encode(), **fields: Any
) -> Any:
    """Upload a file."""
    return client.post("/v2/document", files={"file": (name, data)}, data=TO_ENGLISH | fields)


def ended(client: TestClient, handle: dict[str, str]) -> Any:
    """Wait for a document and give its last status."""
    end = time.monotonic() + PATIENCE
    while True:
        assert time.monotonic() < end, "the document was not translated"
        status = asked(client, handle).json()
        if status["status"] in ("done", "error"):
            return status
        time.sleep(0.02)


def asked(client: TestClient, handle: dict[str, str], what: str = "") -> Any:
    """Ask for the status of a document, or for its result."""
    key = {"document_key": handle["document_key"]}
    return client.post(f"/v2/document/{handle['document_id']}{what}", json=key)


@pytest.mark.parametrize(
    ("name", "data", "english"),
    [
        ("a.txt", f"{FRENCH}\r\n\r\n  Il dort.\n", f"{MENDED}\r\n\r\n  He sleeps.\n"),
        ("a.html", PAGE, ENGLISH_PAGE),
        ("a.htm", PAGE, ENGLISH_PAGE),
        (
            "a.srt",
            f"1\n00:00:01,000 --> 00:00:04,000\n{FRENCH}\n",
            f"1\n00:00:01,000 --> 00:00:04,000\n{MENDED}\n",
        ),
        (
            "a.jsonl",
            f'{{"id":7, "title":"Titre", "text":"{FRENCH}"}}\n{{"text":"Il dort."}}\n',
            f'{{"id":7, "title":"Title", "text":"{MENDED}"}}\n{{"text":"He sleeps."}}\n',
        ),
    ],
)
def test_deepl_translates_a_file_in_place(
    translator: deepl.DeepLClient, tmp_path: Path, name: str, data: str, english: str
) -> None:
    """Names are right, and all that is not text is as it was."""
    (tmp_path / name).write_bytes(data.encode())
    output = tmp_path / f"out{Path(name).suffix}"
    (tmp_path / name).write_bytes(data.encode())
    status = translator.translate_document_from_filepath(tmp_path / name, output, **TO_ENGLISH)
    assert status.done
    assert status.billed_characters == len(formats.read(data.encode(), name).text)
    assert output.read_bytes().decode() == english


def test_deepl_translates_a_word_file_with_a_glossary(
    translator: deepl.DeepLClient, tmp_path: Path
) -> None:
    """A stored glossary goes before the built-in names, by itself or in a list."""
    (tmp_path / "a.docx").write_bytes(word_file("Titre", FRENCH))
    towns, people = (
        translator.create_glossary(name, "FR", "EN", entries)
        for name, entries in (
            ("Towns", {"Sotchi": "Sochi-les-Bains"}),
            ("People", {"Vladimir Poutine": "Vladimir V. Putin"}),
        )
    )
    files = {"one": tmp_path / "one.docx", "two": tmp_path / "two.docx"}
    translate = translator.translate_document_from_filepath
    translate(tmp_path / "a.docx", files["one"], glossary=towns, **TO_ENGLISH)
    translate(tmp_path / "a.docx", files["two"], glossary_ids=[towns, people], **TO_ENGLISH)
    texts = {
        name: [paragraph.text for paragraph in docx.Document(str(path)).paragraphs]
        for name, path in files.items()
    }
    assert texts == {
        "one": ["Title", "President Vladimir Putin is in Sochi-les-Bains."],
        "two": ["Title", "President Vladimir V. Putin is in Sochi-les-Bains."],
    }


def test_deepl_translates_what_is_in_memory(translator: deepl.DeepLClient) -> None:
    """A stream has no name of a file but the one that is told."""
    written = io.BytesIO()
    handle = translator.translate_document_upload(FRENCH, filename="a.txt", **TO_ENGLISH)
    translator.translate_document_wait_until_done(handle)
    translator.translate_document_download(handle, written)
    assert written.getvalue().decode() == MENDED


@pytest.mark.parametrize("name", ["a.pptx", "a.xlsx", "a.pdf"])
def test_deepl_is_told_of_kinds_that_are_not_read(
    translator: deepl.DeepLClient, tmp_path: Path, name: str
) -> None:
    """At once, with those that are."""
    (tmp_path / name).write_bytes(b"PK")
    with pytest.raises(deepl.DeepLException, match=r"Invalid file data: .*\.docx") as caught:
        translator.translate_document_from_filepath(
            tmp_path / name, tmp_path / f"out{name}", **TO_ENGLISH
        )
    assert caught.value.http_status_code == 400


def test_deepl_is_told_why_a_document_failed(translator: deepl.DeepLClient, tmp_path: Path) -> None:
    """A text in another language is found out when it is translated, and the client shows why."""
    (tmp_path / "a.txt").write_text(AMERICAN)
    with pytest.raises(
        deepl.DocumentTranslationException, match=r"looks like English.*send source_lang=FR"
    ):
        translator.translate_document_from_filepath(
            tmp_path / "a.txt", tmp_path / "b.txt", target_lang="EN-GB"
        )


def test_a_document_is_downloaded_once(client: TestClient) -> None:
    """Then it is forgotten, and neither it nor its status can be had."""
    handle = upload(client, "note.fr.txt").json()
    assert len(handle["document_id"]) == 32
    assert len(handle["document_key"]) == 64
    assert ended(client, handle) == {
        "document_id": handle["document_id"],
        "status": "done",
        "billed_characters": len(FRENCH),
    }
    result = asked(client, handle, "/result")
    assert (result.text, result.headers["content-length"]) == (MENDED, str(len(MENDED)))
    assert result.headers["content-type"] == "text/plain; charset=utf-8"
    assert result.headers["content-disposition"].endswith("''note.en.txt")
    for what in ("/result", ""):
        gone = asked(client, handle, what)
        assert gone.status_code == 404
        assert gone.json()["message"] == "there is no such document, or the key is wrong"
    assert client.get("/v2/usage").json()["character_count"] == len(FRENCH)


def test_a_document_that_was_not_downloaded_whole_is_kept() -> None:
    """A client that goes away in the middle may come back."""
    forgotten: list[bool] = []

    async def send(is_whole: bool) -> int:
        sending = sent_once(b"x" * (CHUNK + 1), lambda: forgotten.append(True))
        size = len(await anext(sending)) + len(await anext(sending))
        if is_whole:
            assert await anext(sending, None) is None
        return size

    assert anyio.run(send, False) == CHUNK + 1
    assert forgotten == []
    assert anyio.run(send, True) == CHUNK + 1
    assert forgotten == [True]


def test_a_document_that_is_gone_already_is_no_fault(caplog: pytest.LogCaptureFixture) -> None:
    """Two may download at once; the second has it whole, too."""

    def fail() -> None:
        raise NotFound("there is no job")

    async def send() -> bytes:
        return b"".join([chunk async for chunk in sent_once(b"x", fail)])

    assert anyio.run(send) == b"x"
    assert "is kept: there is no job" in caplog.text


def test_a_document_that_waits_is_not_ready(idle: TestClient) -> None:
    """503, for the client asks again then; and it is a job like any other."""
    handle = upload(idle).json()
    assert asked(idle, handle).json() == {
        "document_id": handle["document_id"],
        "status": "queued",
    }
    early = asked(idle, handle, "/result")
    assert (early.status_code, early.json()["message"]) == (503, "the document is not ready")
    job = f"/v1/jobs/{handle['document_id']}"
    assert idle.get(job).json()["name"] == "a.txt"
    idle.post(f"{job}/cancel")
    assert asked(idle, handle).json()["error_message"] == "it was cancelled"
    never = asked(idle, handle, "/result")
    assert never.status_code == 400
    assert never.json()["message"] == "the document was not translated: it was cancelled"


@pytest.mark.parametrize("what", ["", "/result"])
def test_a_wrong_key_finds_nothing(client: TestClient, what: str) -> None:
    """Nor does one of another document, or none."""
    handle, other = upload(client).json(), upload(client).json()
    for key in (other["document_key"], "x", f"ticket-{'0' * 64}"):
        wrong = asked(client, handle | {"document_key": key}, what)
        assert wrong.status_code == 404
    none = client.post(f"/v2/document/{handle['document_id']}{what}")
    assert none.json() == {"message": "Missing or invalid argument: document_key"}
    as_form = client.post(f"/v2/document/{handle['document_id']}", data=handle)
    assert as_form.status_code == 200


def test_a_document_belongs_to_an_api_key_too(tmp_path: Path) -> None:
    """Who has another one does not get it, and it is counted for who sent it."""
    keys = Keys(open_store(Settings(data_dir=tmp_path).store_url))
    headers = [
        {"authorization": f"DeepL-Auth-Key {keys.create(name, [Scope.TRANSLATE])[1]}"}
        for name in ("Mine", "Other")
    ]
    with TestClient(create_app(scripted_pipeline(ANSWERS, data_dir=tmp_path))) as client:
        assert upload(client).json() == {"message": "Authorization failure, check auth_key"}
        client.headers.update(headers[0])
        handle = upload(client).json()
        ended(client, handle)
        client.headers.update(headers[1])
        assert asked(client, handle).status_code == 404
        assert asked(client, handle, "/result").status_code == 404
        assert client.get("/v2/usage").json()["character_count"] == 0
        client.headers.update(headers[0])
        assert asked(client, handle, "/result").text == MENDED
        assert client.get("/v2/usage").json()["character_count"] == len(FRENCH)


@pytest.mark.parametrize(
    ("fields", "status", "message"),
    [
        ({"target_lang": "DE"}, 400, "Value for 'target_lang' not supported."),
        ({"source_lang": "DE"}, 400, "Value for 'source_lang' not supported."),
        ({"formality": "more"}, 400, "Value for 'formality' not supported."),
        ({"output_format": "docx"}, 400, "Value for 'output_format' not supported."),
        ({"filename": "a.doc"}, 400, "Invalid file data: files of the kind .doc are not read"),
        ({"filename": "a.docx"}, 400, "Invalid file data: this is no Word file"),
        ({"style_id": "x"}, 400, "Parameter 'style_id' is not supported."),
        ({"glossary_id": "x", "source_lang": ""}, 400, "Use of a glossary requires"),
        ({"glossary_id": "x", "glossary_ids": "y,z"}, 400, "Use either 'glossary_id' or"),
        ({"glossary_ids": "a,b,c,d,e,f"}, 400, "Missing or invalid argument: glossary_ids"),
        ({"glossary_id": "x"}, 404, "there is no glossary 'x'"),
    ],
)
def test_what_is_not_supported_is_refused_at_once(
    client: TestClient, fields: dict[str, Any], status: int, message: str
) -> None:
    """In DeepL's words, and nothing is stored."""
    refused = upload(client, **fields)
    assert refused.status_code == status
    assert refused.json()["message"].startswith(message)
    assert client.get("/v1/jobs").json()["jobs"] == []


@pytest.mark.parametrize(
    ("data", "status", "message"),
    [
        (b"", 400, "the text is empty"),
        (b"\xff\xfe", 400, "the text is not UTF-8"),
        (b"x" * 401, 413, "the text has 401 characters"),
    ],
)
def test_a_file_that_cannot_be_translated_is_refused_at_once(
    client: TestClient, data: bytes, status: int, message: str
) -> None:
    """Not when its turn comes."""
    refused = upload(client, data=data)
    assert (refused.status_code, refused.json()["message"][: len(message)]) == (status, message)


@pytest.mark.parametrize(
    "sent",
    [
        {"data": TO_ENGLISH},
        {"json": TO_ENGLISH | {"file": "a.txt"}},
        {"files": {"file": "text"}, "data": {}},
        {"content": b"--x", "headers": {"content-type": "multipart/form-data"}},
        {"content": b"--x\r\n", "headers": {"content-type": "multipart/form-data; boundary=x"}},
        {"files": [("file", b"a"), ("file", b"b")], "data": TO_ENGLISH},
    ],
)
def test_a_form_without_a_file_is_refused(client: TestClient, sent: dict[str, Any]) -> None:
    """Whatever is sent in its place."""
    refused = client.post("/v2/document", **sent)
    assert refused.status_code == 400
    assert set(refused.json()) <= {"message", "detail"}


def test_the_kind_may_be_named_otherwise(client: TestClient) -> None:
    """A page is a page; a document without a suffix is text."""
    assert upload(client, "a.htm", PAGE.encode(), output_format="html").status_code == 200
    handle = upload(client, "a", output_format="TXT").json()
    ended(client, handle)
    assert "''a.en.txt" in asked(client, handle, "/result").headers["content-disposition"]


def test_openapi_describes_the_form(client: TestClient) -> None:
    """The description is enough to write a client."""
    operation = client.get("/openapi.json").json()["paths"]["/v2/document"]["post"]
    schema = operation["requestBody"]["content"]["multipart/form-data"]["schema"]
    assert set(schema["required"]) == {"target_lang", "file"}
    assert schema["properties"]["file"]["format"] == "binary"
