"""The article the project was born from, through the real command, service and model."""

import json
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

ROOT = Path(__file__).parents[2]
SEED = ROOT / "seeds" / "article.txt"
INTERLIGNE = Path(sys.executable).with_name("interligne")
LEDGER = {
    "Donald Trump",
    "Vladimir Putin",
    "Bashar al-Assad",
    "Syria",
    "Iran",
    "North Korea",
    "Ukraine",
    "White House",
    "Florida",
    "Kremlin",
    "United States",
    "Afghanistan",
    "Russia",
    "Moscow",
    "Black Sea",
    "Sochi",
    "Turkey",
    "Geneva",
}
FRENCH_ONLY = re.compile(
    r"\b(?:Poutine|Bachar|Syrie|Corée|Maison-Blanche|Moscou|Sotchi|Genève|Turquie)\b"
)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache directory that starts empty and is shared by the programs of this module."""
    return tmp_path_factory.mktemp("cache")


def environment(cache: Path) -> dict[str, str]:
    """Only what the command needs: no home, no settings of the developer, no network."""
    return {"INTERLIGNE_CACHE_DIR": str(cache), "HF_HUB_OFFLINE": "1", "PATH": "/usr/bin:/bin"}


def interligne(cache: Path, *argv: str) -> str:
    """Run the command and return what it prints; 0 and 3 are both a translation."""
    run = subprocess.run(
        [INTERLIGNE, *argv], cwd=ROOT, env=environment(cache), capture_output=True, text=True
    )
    assert run.returncode in (0, 3), run.stderr
    return run.stdout


@pytest.fixture(scope="module")
def server(cache: Path) -> Iterator[str]:
    """The address of a running `interligne serve`."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [INTERLIGNE, "serve", "--port", str(port)], cwd=ROOT, env=environment(cache)
    )
    address = f"http://127.0.0.1:{port}"
    wait_until_ready(address)
    yield address
    process.terminate()
    assert process.wait(timeout=30) == -signal.SIGTERM  # how uvicorn ends when all is done


def wait_until_ready(address: str) -> None:
    """Ask until the model translates, a minute at most."""
    for _ in range(600):
        try:
            if httpx2.get(f"{address}/readyz").status_code == 200:
                return
        except httpx2.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError("the service did not become ready")


def check_article(article: dict[str, Any]) -> None:
    """Hold a translated seed article against what every answer must have."""
    french = SEED.read_text(encoding="utf-8")
    assert article["text"] == french
    assert article["translation"].count("\n\n") == french.count("\n\n")
    assert article["translation"].startswith(" date 2017-11 ")
    assert {name["canonical"] for name in article["names"]} >= LEDGER
    assert not FRENCH_ONLY.search(article["translation"])
    for name in article["names"]:
        for mention in name["mentions"]:
            sentences = article["paragraphs"][mention["paragraph"]]["sentences"]
            sentence = sentences[mention["sentence"]]
            assert sentence["source"][mention["start"] : mention["end"]] == mention["source"]
            if mention["how"] != "unresolved":
                found = sentence["target"][mention["target_start"] : mention["target_end"]]
                assert found == mention["target"]
    pairs = article["summary"]["pairs"]
    assert 2 <= len(pairs) <= 4
    for pair in pairs:
        sentence = article["paragraphs"][pair["paragraph"]]["sentences"][pair["sentence"]]
        assert (pair["source"], pair["target"]) == (sentence["source"], sentence["target"])


@pytest.mark.parametrize("engine", ["ct2", "marian"])
def test_the_command_translates_the_seed_article(cache: Path, engine: str) -> None:
    """All paragraphs in order, names in their English form, aligned summary; by both engines."""
    flags = ["--format", "json", "--engine", engine, "--threads", "1"]
    check_article(json.loads(interligne(cache, "translate", str(SEED), *flags)))


def test_the_service_answers_json_and_plain_text_alike(server: str) -> None:
    """The same article gives the same answer in either encoding."""
    text = SEED.read_text(encoding="utf-8")
    url = f"{server}/v1/articles"
    by_json = httpx2.post(url, json={"text": text}, timeout=60).json()
    check_article(by_json)
    by_text = httpx2.post(
        url, content=text.encode(), headers={"content-type": "text/plain"}, timeout=60
    ).json()
    assert by_text == by_json


def test_a_service_with_a_warm_cache_is_small_and_never_imports_torch(cache: Path) -> None:
    """The default engine pays for CTranslate2 only: under 350 MB with the bundled model."""
    interligne(cache, "models", "convert", "fr-en")
    program = """
import sys
from service.api import create_app
from service.pipeline import load_pipeline
from service.settings import Settings
pipeline = load_pipeline(Settings())
create_app(pipeline)
pipeline.translate_article(open("seeds/article.txt", encoding="utf-8").read())
print({"torch", "transformers"} & sys.modules.keys())
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmRSS")))
"""
    run = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=environment(cache),
        capture_output=True,
        text=True,
        check=True,
    )
    heavy, kilobytes = run.stdout.splitlines()
    assert heavy == "set()"
    assert int(kilobytes) < 350 * 1024


def test_a_closed_output_is_told_without_a_traceback(cache: Path) -> None:
    """`interligne translate | head -c 0` ends quietly with code 1."""
    process = subprocess.Popen(
        [INTERLIGNE, "translate", SEED],
        env=environment(cache),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    told = process.stderr.read()
    assert process.wait() == 1
    assert "Traceback" not in told
    assert "closed" in told
