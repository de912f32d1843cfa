"""`/v1/jobs`: submitted in three ways, watched, fetched, cancelled."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from service.api import create_app
from service.store.jobs import Job, Jobs
from tests.fakes import ScriptedEngine, scripted_pipeline

FRENCH = "Le président Vladimir Poutine est à Sotchi."
ENGLISH = "President Vladimir Poutine is in Sotchi."
MENDED = "President Vladimir Putin is in Sochi."
PATIENCE = 20  # seconds


def app_on(folder: Path, **settings: Any) -> Any:
    """An app with its own data directory, whose engine knows one sentence."""
    lost = dict.fromkeys(("Zorblax dort.", "Zorblaxia dort."), "It sleeps.")
    engine = ScriptedEngine({FRENCH: ENGLISH, **lost})
    return create_app(scripted_pipeline(engine=engine, data_dir=folder, **settings))


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    """A client of an app that does jobs."""
    with TestClient(app_on(tmp_path), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def idle(tmp_path: Path) -> Iterator[TestClient]:
    """A client of an app that stores jobs and leaves them to others."""
    with TestClient(app_on(tmp_path, jobs=0), raise_server_exceptions=False) as client:
        yield client


def ended(client: TestClient, job: dict[str, Any]) -> dict[str, Any]:
    """Wait for a job."""
    end = time.monotonic() + PATIENCE
    while job["state"] in ("queued", "running"):
        assert time.monotonic() < end, "the job did not end"
        time.sleep(0.02)
        job = client.get(f"/v1/jobs/{job['id']}").json()
    return job


def fault(response: Any) -> tuple[int, str, str]:
    """Status, code and place of an error."""
    error = response.json()["error"]
    return response.status_code, error["code"], error["where"]


def test_an_article_as_json_comes_back_as_json(client: TestClient) -> None:
    """The same fields as for `/v1/articles`, and the same answer in the end."""
    response = client.post("/v1/jobs", json={"text": FRENCH, "source": "fr", "title": "Titre"})
    assert response.status_code == 202
    job = response.json()
    assert response.headers["location"] == f"/v1/jobs/{job['id']}"
    job = ended(client, job)
    assert (job["state"], job["done"], job["error"]) == ("done", job["total"], None)
    result = client.get(f"/v1/jobs/{job['id']}/result")
    assert result.headers["content-type"] == "application/json"
    assert result.json()["translation"] == f"<Titre>\n\n{MENDED}"


def test_a_text_comes_back_as_text_or_in_another_form(client: TestClient) -> None:
    """The options stand in the query; any form that an article can be written in can be had."""
    job = client.post("/v1/jobs?source=fr", content=FRENCH).json()
    ended(client, job)
    result = client.get(f"/v1/jobs/{job['id']}/result")
    assert (result.text, result.headers["content-type"]) == (MENDED, "text/plain; charset=utf-8")
    markdown = client.get(f"/v1/jobs/{job['id']}/result?format=markdown")
    assert "| Vladimir Putin | " in markdown.text
    assert "article.en.md" in markdown.headers["content-disposition"]


def test_a_file_comes_back_in_its_own_form(client: TestClient) -> None:
    """A subtitle keeps its timings, and its name says which language it is in now."""
    subtitles = f"1\n00:00:01,000 --> 00:00:04,000\n{FRENCH}\n".encode()
    terms = json.dumps([{"french": "Sotchi", "english": "Sochi-les-Bains", "type": "place"}])
    response = client.post(
        "/v1/jobs",
        files={"file": ("émission.srt", subtitles, "application/x-subrip")},
        data={"source": "fr", "glossary": terms, "summary_words": "0"},
    )
    assert response.status_code == 202
    job = ended(client, response.json())
    assert job["name"] == "émission.srt"
    result = client.get(f"/v1/jobs/{job['id']}/result")
    english = result.text.replace("\n", " ")
    assert (
        "00:00:01,000 --> 00:00:04,000 President Vladimir Putin is in Sochi-les-Bains." in english
    )
    assert result.headers["content-type"].startswith("application/x-subrip")
    assert "%C3%A9mission.en.srt" in result.headers["content-disposition"]


@pytest.mark.parametrize(
    "told", ["", "application/octet-stream", "x/" + "y" * 200, "application/json", "a/b\nX-Evil: 1"]
)
def test_a_file_has_the_media_type_of_its_name(client: TestClient, told: str) -> None:
    """Whatever its sender calls it; the French of the name becomes English."""
    body = (
        '--x\r\nContent-Disposition: form-data; name="file"; filename="film.fr.srt"\r\n'
        f"Content-Type: {told}\r\n\r\n1\n00:00:01,000 --> 00:00:04,000\n{FRENCH}\n\r\n--x--\r\n"
    )
    headers = {"content-type": "multipart/form-data; boundary=x"}
    job = ended(client, client.post("/v1/jobs", content=body, headers=headers).json())
    assert job["media_type"] == "application/x-subrip"
    result = client.get(f"/v1/jobs/{job['id']}/result")
    assert result.headers["content-type"] == "application/x-subrip"
    assert result.headers["content-disposition"].endswith("''film.en.srt")


def test_a_page_comes_back_in_its_own_encoding(client: TestClient) -> None:
    """It says itself which; the answer says nothing else."""
    page = f"<meta charset=latin1><p>{FRENCH}</p><p>Café"
    sent = {"file": ("a.html", page.encode("latin-1"), "text/html")}
    job = ended(client, client.post("/v1/jobs", files=sent, data={"source": "fr"}).json())
    result = client.get(f"/v1/jobs/{job['id']}/result")
    assert result.headers["content-type"] == "text/html"
    english = page.replace(FRENCH, MENDED).replace("Café", "&lt;Café&gt;")
    assert result.content == english.encode("latin-1")


def test_a_summary_is_as_long_as_the_service_is_set_to(tmp_path: Path) -> None:
    """For articles and jobs that do not say otherwise."""
    with TestClient(app_on(tmp_path, summary_words=0)) as client:
        body = {"text": FRENCH, "source": "fr"}
        assert client.post("/v1/articles", json=body).json()["summary"]["pairs"] == []
        asked = client.post("/v1/articles", json=body | {"summary_words": 60}).json()
        assert [pair["target"] for pair in asked["summary"]["pairs"]] == [MENDED]
        job = ended(client, client.post("/v1/jobs", json=body).json())
        result = client.get(f"/v1/jobs/{job['id']}/result").json()
    assert result["summary"]["pairs"] == []


def test_a_job_uses_the_glossary_as_it_was_when_it_was_sent(
    tmp_path: Path,
) -> None:
    """A stored glossary that changes while a job waits does not change the job."""
    with TestClient(app_on(tmp_path, jobs=0)) as client:
        terms = [{"french": "Sotchi", "english": "Sochi-les-Bains", "type": "place"}]
        glossary = client.post("/v1/glossaries", json={"name": "House", "terms": terms}).json()
        body = {"text": FRENCH, "source": "fr", "glossary_id": glossary["id"]}
        job = client.post("/v1/jobs", json=body).json()
        path = f"/v1/glossaries/{glossary['id']}"
        terms[0]["english"] = "Sochi-on-Sea"
        headers = {"If-Match": client.get(path).headers["etag"]}
        changed = client.put(path, json={"name": "House", "terms": terms}, headers=headers)
        assert changed.status_code == 200
        missing = client.post("/v1/jobs", json={"text": FRENCH, "glossary_id": "none"})
        assert fault(missing)[:2] == (404, "not_found")
    with TestClient(app_on(tmp_path)) as client:
        ended(client, job)
        article = client.get(f"/v1/jobs/{job['id']}/result").json()
    assert article["translation"] == "President Vladimir Putin is in Sochi-les-Bains."
    assert article["provenance"]["glossaries"] == [{"id": glossary["id"], "version": 1}]


def test_the_same_key_is_the_same_job(idle: TestClient) -> None:
    """Sent again it is 200 and the same job; another text with that key is refused."""
    headers = {"Idempotency-Key": "night-42"}
    first = idle.post("/v1/jobs", json={"text": FRENCH}, headers=headers)
    again = idle.post("/v1/jobs", json={"text": FRENCH}, headers=headers)
    assert (first.status_code, again.status_code) == (202, 200)
    assert first.json() == again.json()
    other = idle.post("/v1/jobs", json={"text": f"{FRENCH} Oui."}, headers=headers)
    assert fault(other) == (409, "conflict", "Idempotency-Key")


def test_an_empty_key_is_refused(idle: TestClient) -> None:
    """It tells no job from another."""
    refused = idle.post("/v1/jobs", json={"text": FRENCH}, headers={"Idempotency-Key": ""})
    assert fault(refused) == (422, "invalid_request", "header.idempotency-key")


def test_a_job_outlives_the_service(tmp_path: Path) -> None:
    """What one process accepted, the next one does."""
    with TestClient(app_on(tmp_path, jobs=0)) as client:
        job = client.post("/v1/jobs", json={"text": FRENCH, "source": "fr"}).json()
    with TestClient(app_on(tmp_path)) as client:
        assert ended(client, job)["state"] == "done"


def test_a_waiting_job_has_no_result_and_can_be_cancelled_and_removed(idle: TestClient) -> None:
    """Each step says what the job is; what is removed is not found."""
    path = f"/v1/jobs/{idle.post('/v1/jobs', json={'text': FRENCH}).json()['id']}"
    waiting = idle.get(f"{path}/result")
    assert fault(waiting)[:2] == (409, "conflict")
    assert "queued" in waiting.json()["error"]["message"]
    assert idle.post(f"{path}/cancel").json()["state"] == "cancelled"
    assert "cancelled" in idle.get(f"{path}/result").json()["error"]["message"]
    assert idle.delete(path).status_code == 204
    assert fault(idle.get(path))[:2] == (404, "not_found")


def test_a_failed_job_says_why(client: TestClient) -> None:
    """In the job itself, and when its result is asked for."""
    english = "He said that he would not come to the summit. He gave no reason when we asked. " * 2
    job = ended(client, client.post("/v1/jobs", json={"text": english}).json())
    assert (job["state"], job["error"]["code"]) == ("failed", "not_french")
    message = client.get(f"/v1/jobs/{job['id']}/result").json()["error"]["message"]
    assert message.startswith("the job failed: ")


def test_a_strict_job_that_failed_has_its_translation(client: TestClient) -> None:
    """Nothing is lost."""
    body = {
        "text": "Zorblax dort.",
        "source": "fr",
        "strict": True,
        "glossary": [{"french": "Zorblax", "english": "Zorblaxia"}],
    }
    job = ended(client, client.post("/v1/jobs", json=body).json())
    assert (job["state"], job["error"]["code"]) == ("failed", "unresolved_names")
    article = client.get(f"/v1/jobs/{job['id']}/result").json()
    assert article["names"][0]["mentions"][0]["how"] == "unresolved"


def blocks_of(stream: str) -> list[dict[str, str]]:
    """Part a stream of events into those that are told, with their fields."""
    return [
        dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
        for block in stream.replace("\r", "").strip().split("\n\n")
    ]


def test_events_tell_of_a_job_until_its_end(client: TestClient) -> None:
    """The last event is `end`, and who asks after the end gets it at once."""
    job = client.post("/v1/jobs", json={"text": FRENCH, "source": "fr"}).json()
    for _ in range(2):
        stream = client.get(f"/v1/jobs/{job['id']}/events").text
        blocks = blocks_of(stream)
        assert blocks[-1]["event"] == "end"
        assert json.loads(blocks[-1]["data"])["state"] == "done"
        assert {block["event"] for block in blocks[:-1]} <= {"progress"}


def test_a_job_that_is_removed_while_it_is_watched_ends_with_an_error(
    idle: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The head was sent as good, so the last event says what is wrong, in the one shape."""
    app: Any = idle.app
    jobs: Jobs = app.state.jobs
    look = jobs.get

    def look_and_remove(id_: str, owner: str) -> Job:
        job = look(id_, owner)
        jobs.remove(id_, owner)
        return job

    id_ = idle.post("/v1/jobs", json={"text": FRENCH}).json()["id"]
    monkeypatch.setattr(jobs, "get", look_and_remove)
    first, last = blocks_of(idle.get(f"/v1/jobs/{id_}/events").text)
    assert (first["event"], last["event"]) == ("progress", "error")
    assert json.loads(last["data"])["error"]["code"] == "not_found"


def test_jobs_are_listed_in_pages(idle: TestClient) -> None:
    """Newest first, and `next` leads through all of them."""
    ids = [idle.post("/v1/jobs", json={"text": f"{FRENCH} {n}"}).json()["id"] for n in range(5)]
    first = idle.get("/v1/jobs?size=3").json()
    rest = idle.get(f"/v1/jobs?size=3&after={first['next']}").json()
    assert [job["id"] for job in first["jobs"] + rest["jobs"]] == ids[::-1]
    assert rest["next"] is None


def form(name: str, data: bytes, **fields: str) -> dict[str, Any]:
    """A form with a file."""
    return {"files": {"file": (name, data)}, "data": fields}


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        ({"json": {"text": "  "}}, (400, "empty_text", "")),
        ({"json": {"text": FRENCH, "colour": 1}}, (422, "invalid_request", "body.colour")),
        ({"json": {"title": "Titre"}}, (422, "invalid_request", "body.text")),
        ({"json": [FRENCH]}, (422, "invalid_request", "body")),
        (
            {"content": "{", "headers": {"content-type": "application/json"}},
            (400, "bad_input", "body"),
        ),
        ({"content": b"\xff\xfe"}, (400, "not_utf8", "byte 0")),
        ({"data": {"title": "x"}, "files": {"other": b"x"}}, (400, "bad_input", "file")),
        (form("a.exe", b"MZ"), (400, "bad_file", "a.exe")),
        (form("a.docx", b"no zip"), (400, "bad_file", "a.docx")),
        (form("a.txt", b"Oui.", glossary="["), (400, "bad_input", "glossary")),
        (form("a.txt", b"Oui.", strict="perhaps"), (422, "invalid_request", "body.strict")),
    ],
)
def test_what_cannot_be_translated_is_refused_at_once(
    idle: TestClient, request_: dict[str, Any], expected: tuple[int, str, str]
) -> None:
    """Not hours later, and nothing of it is stored."""
    assert fault(idle.post("/v1/jobs", **request_)) == expected
    assert idle.get("/v1/jobs").json()["jobs"] == []


def test_too_many_jobs_are_refused_until_some_are_done(tmp_path: Path) -> None:
    """With the time to wait."""
    with TestClient(app_on(tmp_path, jobs=0, queue_jobs=1)) as client:
        client.post("/v1/jobs", json={"text": FRENCH})
        refused = client.post("/v1/jobs", json={"text": FRENCH})
    assert fault(refused)[:2] == (429, "overloaded")
    assert refused.headers["retry-after"] == "60"


def test_an_unknown_format_is_refused(client: TestClient) -> None:
    """With the ones that there are."""
    job = client.post("/v1/jobs", json={"text": FRENCH, "source": "fr"}).json()
    ended(client, job)
    refused = client.get(f"/v1/jobs/{job['id']}/result?format=pdf")
    assert fault(refused) == (400, "bad_input", "format")
    assert "docx" in refused.json()["error"]["hint"]
