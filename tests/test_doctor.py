"""`interligne doctor` on a host where all is well, and where each thing in turn is not."""

import socket
from pathlib import Path

import pytest

from service import cli
from service.engines import host

NAMES = ["Python", "libraries", "processor", "cuda", "model", "cache", "translation"]
NAMES += ["database", "address", "access"]


@pytest.fixture
def flags(tmp_path: Path, model_cache: Path) -> list[str]:
    """A cache that holds the converted model, an empty data directory, any free port."""
    return ["--cache-dir", str(model_cache), "--data-dir", str(tmp_path / "data"), "--port", "0"]


def findings(told: str) -> dict[str, str]:
    """Read the lines: what was found under each name, with its verdict and hint."""
    found: dict[str, str] = {}
    name = ""
    for line in told.splitlines():
        verdict, rest = line[:4], line[6:]
        name = rest[:13].strip() or name
        found[name] = f"{found.get(name, '')}{verdict} {rest[13:]}".strip()
    return found


def test_where_all_is_well_every_check_passes(
    flags: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """The bundled model is verified and translates, and the store opens."""
    assert cli.main(["doctor", *flags]) == cli.OK
    found = findings(capsys.readouterr().out)
    assert [name.capitalize() for name in found] == [name.capitalize() for name in NAMES]
    assert all(what.startswith("ok") for what in found.values())
    assert "ctranslate2 4" in found["libraries"]
    assert "int8" in found["processor"]
    assert "every file as recorded" in found["model"]
    assert "president" in found["translation"].lower()
    assert "ct2 int8 on cpu" in found["translation"] or "on cuda" in found["translation"]


@pytest.mark.parametrize(
    ("more", "name", "told"),
    [
        (["--model", "nothing"], "model", "no model called 'nothing'"),
        (["--model", "nothing"], "translation", "no model called 'nothing'"),
        (["--cache-dir", "/proc/nothing"], "cache", "cannot be written"),
        (["--database-url", "sqlite:////proc/nothing.db"], "database", "database"),
        (["--host", "0.0.0.0"], "access", "interligne keys create"),
        (["--host", "192.0.2.1"], "address", "192.0.2.1:0: "),
    ],
)
def test_what_fails_is_told_with_what_to_do(
    flags: list[str], capsys: pytest.CaptureFixture[str], more: list[str], name: str, told: str
) -> None:
    """One failure is enough for exit code 1, and the other checks are made all the same."""
    assert cli.main(["doctor", *flags, *more]) == cli.ERROR
    found = findings(capsys.readouterr().out)
    assert found[name].startswith("FAIL")
    assert told in found[name]
    assert len(found) == len(NAMES)


def test_a_port_that_is_taken_is_told(flags: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """The commonest reason why a service does not start."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        assert cli.main(["doctor", *flags, "--port", port]) == cli.ERROR
    assert f"127.0.0.1:{port}: " in findings(capsys.readouterr().out)["address"]


def test_a_library_that_is_not_installed_is_told(
    flags: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line says which, and how to install it."""
    monkeypatch.setitem(host.LIBRARIES, "ct2", ("sentencepiece", "no-such-library"))
    assert cli.main(["doctor", *flags]) == cli.ERROR
    found = findings(capsys.readouterr().out)
    assert found["libraries"].startswith("FAIL not installed: no-such-library")
    assert "pip install no-such-library" in found["libraries"]


def test_a_library_that_cannot_be_loaded_is_a_finding_not_a_traceback(
    flags: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A doctor does not die of what it looks for."""

    def broken() -> int:
        raise ImportError("libcudart.so.12: cannot open shared object file")

    monkeypatch.setattr(host, "cuda_devices", broken)
    assert cli.main(["doctor", *flags]) == cli.ERROR
    assert "FAIL ImportError: libcudart.so.12" in findings(capsys.readouterr().out)["cuda"]


def test_a_gpu_that_the_settings_want_and_nobody_has_is_told(
    flags: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`--device cuda` needs one; auto does not."""
    monkeypatch.setattr(host, "cuda_devices", lambda: 0)
    assert cli.main(["doctor", *flags, "--device", "cuda"]) == cli.ERROR
    assert findings(capsys.readouterr().out)["cuda"].startswith("FAIL no device")


def test_a_password_in_the_address_of_the_database_is_not_printed(
    flags: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """What is printed gets pasted into tickets."""
    url = "postgresql://editor:s3cret@127.0.0.1:1/news"
    assert cli.main(["doctor", *flags, "--database-url", url]) == cli.ERROR
    assert "s3cret" not in capsys.readouterr().out
