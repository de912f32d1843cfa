"""Models are found, verified, converted once and pulled; what is wrong with one is said."""

import hashlib
import pickle
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from service import models
from service.errors import FileFailed, ModelDamaged, ModelError, ModelMissing, ModelUnsupported
from service.models import Bundle
from service.models.conversion import CT2_FORMAT
from tests import hub, standins
from tests.hub import Hub

OPUS = "Helsinki-NLP/opus-mt-fr-en"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A stand-in for opus-mt-fr-en, as published: no `model.json`."""
    return standins.make("opus-mt", tmp_path_factory.mktemp("published") / "opus-mt-fr-en")


@pytest.fixture
def folder(published: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may spoil, with its record."""
    copy = Path(shutil.copytree(published, tmp_path / "mine"))
    models.write_record(copy, licence="Apache-2.0")
    return copy


@pytest.fixture
def local_hub(published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """A hub with that model, and an empty cache; the copy there has files we have no use for."""
    import huggingface_hub.constants

    served = Path(shutil.copytree(published, tmp_path / "served"))
    for name in ("tf_model.h5", "rust_model.ot", "README.md"):
        (served / name).write_bytes(b"of no use")
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    with hub.running({OPUS: served}) as running:
        monkeypatch.setenv("HF_ENDPOINT", running.url)
        yield running


def test_the_bundled_model_is_found_by_name_and_whole(bundle: Bundle) -> None:
    """It is listed, its files are as recorded, and its one hash is what sha256sum gives."""
    models.verify(bundle)
    assert bundle.name == "fr-en"
    assert bundle.sha256 in {listed.sha256 for listed in models.bundled()}
    sums = [
        f"{hashlib.sha256((bundle.folder / name).read_bytes()).hexdigest()}  {name}\n"
        for name in sorted(bundle.record.files)
    ]
    assert bundle.sha256 == hashlib.sha256("".join(sums).encode()).hexdigest()
    assert bundle.recorded == set(bundle.record.files)
    sizes = {name: (bundle.folder / name).stat().st_size for name in bundle.record.files}
    assert sizes == {name: file.bytes for name, file in bundle.record.files.items()}


def test_a_folder_without_a_record_is_a_model_too(published: Path, folder: Path) -> None:
    """Its hashes are computed, and are those that a record would hold."""
    bundle = models.find_bundle(str(published))
    assert bundle.name == "opus-mt-fr-en"
    assert bundle.sha256 == models.find_bundle(str(folder)).sha256
    assert bundle.recorded == frozenset()
    assert bundle.max_tokens == 256


def test_a_record_holds_the_facts_given(folder: Path) -> None:
    """Facts are kept, the name is that of the folder."""
    models.write_record(folder, licence="CC-BY-4.0", max_tokens=90, alignment_heads=0)
    record = models.find_bundle(str(folder)).record
    assert (record.name, record.licence, record.max_tokens) == ("mine", "CC-BY-4.0", 90)
    assert (record.source, record.target, record.marks) == ("fr", "en", False)


def test_safetensors_go_before_a_pickle(folder: Path) -> None:
    """With both there, only the safe one belongs to the model."""
    (folder / "model.safetensors").write_bytes(b"")
    models.write_record(folder)
    bundle = models.find_bundle(str(folder))
    assert bundle.weights.name == "model.safetensors"
    assert "pytorch_model.bin" not in bundle.record.files


def test_a_damaged_file_is_named_with_both_hashes(folder: Path) -> None:
    """One byte of the weights changed is found."""
    weights = folder / "pytorch_model.bin"
    before = hashlib.sha256(weights.read_bytes()).hexdigest()
    weights.write_bytes(weights.read_bytes()[:-1] + b"?")
    after = hashlib.sha256(weights.read_bytes()).hexdigest()
    with pytest.raises(ModelDamaged, match=f"should be {before}, is {after}") as info:
        models.verify(models.find_bundle(str(folder)))
    assert info.value.where == str(weights)


@pytest.mark.parametrize("name", ["pytorch_model.bin", "source.spm", "vocab.json"])
def test_a_missing_file_is_named(name: str, folder: Path) -> None:
    """With a record `verify` finds it, without one `find_bundle` does."""
    (folder / name).unlink()
    bundle = models.find_bundle(str(folder))
    with pytest.raises(ModelMissing) as recorded:
        models.verify(bundle)
    assert recorded.value.where == str(folder / name)
    (folder / "model.json").unlink()
    with pytest.raises(ModelMissing) as unrecorded:
        models.find_bundle(str(folder))
    assert Path(unrecorded.value.where).name in (name, "model.safetensors")


@pytest.mark.parametrize(
    ("file", "content", "error"),
    [
        ("config.json", '{"model_type": "bert"}', ModelUnsupported),
        ("config.json", "{", ModelDamaged),
        ("config.json", "[]", ModelDamaged),
        ("model.json", "{}", ModelDamaged),
        ("model.json", '{"name": "mine", "files": {}}', ModelDamaged),
    ],
)
def test_what_is_no_marian_model_is_refused(
    file: str, content: str, error: type[ModelError], folder: Path
) -> None:
    """A wrong or unreadable configuration or record is an error that names the file."""
    (folder / file).write_text(content, encoding="utf-8")
    with pytest.raises(error) as info:
        models.find_bundle(str(folder))
    assert info.value.where == str(folder / file)


@pytest.mark.parametrize("model", ["fr-xx", "./no/such/folder", "/no/such/folder", "a b/c", ""])
def test_an_unknown_name_says_what_there_is(model: str) -> None:
    """The hint lists the bundled models."""
    with pytest.raises(ModelMissing) as info:
        models.find_bundle(model)
    assert "fr-en" in info.value.hint


def test_a_conversion_is_made_once(folder: Path, tmp_path: Path) -> None:
    """The second call finds the folder of the first; other weights or numbers get another."""
    bundle = models.find_bundle(str(folder))
    converted = models.convert(bundle, tmp_path)
    stamp = (converted / "model.bin").stat().st_mtime_ns
    assert models.convert(bundle, tmp_path) == converted
    assert (converted / "model.bin").stat().st_mtime_ns == stamp
    assert bundle.sha256[:16] in converted.name
    assert models.convert(bundle, tmp_path, "float32") != converted


def test_a_broken_conversion_is_never_used(folder: Path, tmp_path: Path) -> None:
    """What a dead process left, or a disk spoilt, is made anew."""
    bundle = models.find_bundle(str(folder))
    converted = models.convert(bundle, tmp_path)
    good = (converted / "model.bin").read_bytes()
    unfinished = converted.with_name(f".{converted.name}")
    for spoil in (
        lambda: (converted / "model.bin").write_bytes(good[: len(good) // 2]),
        lambda: (converted / "sums.json").unlink(),
        lambda: converted.rename(unfinished),
    ):
        spoil()
        assert models.convert(bundle, tmp_path) == converted
        assert (converted / "model.bin").read_bytes() == good
    assert not unfinished.exists()


def test_two_processes_that_convert_at_once_end_in_one_folder(folder: Path, tmp_path: Path) -> None:
    """Both print the same folder, it is whole, and nothing else is left but the lock."""
    program = (
        "import sys; from pathlib import Path; from service import models;"
        "print(models.convert(models.find_bundle(sys.argv[1]), Path(sys.argv[2])))"
    )
    cache = tmp_path / "cache"
    command = [sys.executable, "-c", program, str(folder), str(cache)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    printed = [process.communicate()[0].strip() for process in running]
    assert [process.returncode for process in running] == [0, 0]
    converted = models.convert(models.find_bundle(str(folder)), cache)
    assert printed == [str(converted)] * 2
    left = {path.name for path in converted.parent.iterdir()}
    assert left == {converted.name, f"{converted.name}.lock"}


def test_the_key_of_a_conversion_holds_the_format_of_the_library() -> None:
    """A new CTranslate2 with another binary format must change CT2_FORMAT."""
    from ctranslate2.specs.model_spec import CURRENT_BINARY_VERSION

    assert CT2_FORMAT == CURRENT_BINARY_VERSION


def test_a_cache_that_cannot_be_written_is_an_error(folder: Path, tmp_path: Path) -> None:
    """The error names the folder and the setting."""
    (tmp_path / "file").touch()
    with pytest.raises(FileFailed) as info:
        models.convert(models.find_bundle(str(folder)), tmp_path / "file")
    assert "INTERLIGNE_CACHE_DIR" in info.value.hint


def test_weights_never_run_code(folder: Path, tmp_path: Path) -> None:
    """A pickle that would do something is refused."""
    target = tmp_path / "touched"

    class Trap:
        def __reduce__(self) -> Any:
            return Path.touch, (target,)

    (folder / "pytorch_model.bin").write_bytes(pickle.dumps({"model.shared.weight": Trap()}, 2))
    models.write_record(folder)
    with pytest.raises(ModelDamaged):
        models.convert(models.find_bundle(str(folder)), tmp_path)
    assert not target.exists()


def test_weights_that_lack_a_tensor_are_refused(folder: Path, tmp_path: Path) -> None:
    """Transformers would fill it with noise and only warn."""
    import torch

    weights = torch.load(folder / "pytorch_model.bin")
    del weights["model.encoder.layers.3.fc1.weight"]
    torch.save(weights, folder / "pytorch_model.bin")
    models.write_record(folder)
    with pytest.raises(ModelDamaged, match=r"lacks model\.encoder\.layers\.3\.fc1\.weight"):
        models.convert(models.find_bundle(str(folder)), tmp_path)


def test_a_hub_id_is_pulled_with_only_the_files_needed(local_hub: Hub, published: Path) -> None:
    """What comes is the model as published, known by its hub id, without the other frameworks'."""
    bundle = models.find_bundle(OPUS)
    assert sorted(local_hub.served) == sorted(file.name for file in published.iterdir())
    assert bundle.name == OPUS
    assert bundle.sha256 == models.find_bundle(str(published)).sha256
    assert bundle.recorded == {"pytorch_model.bin", "source.spm", "target.spm"}
    models.verify(bundle)


def test_a_model_pulled_before_needs_no_network(
    local_hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hub's cache is looked at first, and nothing is asked of the hub."""
    models.pull(OPUS)
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:1")
    before = list(local_hub.served)
    assert models.find_bundle(OPUS).name == OPUS
    assert local_hub.served == before


def test_safetensors_are_pulled_rather_than_a_pickle(local_hub: Hub, tmp_path: Path) -> None:
    """With both on the hub, one is downloaded."""
    both = standins.make("opus-mt-safetensors", tmp_path / "both")
    (both / "pytorch_model.bin").write_bytes(b"not asked for")
    local_hub.models["some/both"] = both
    assert models.find_bundle("some/both").weights.name == "model.safetensors"
    assert "pytorch_model.bin" not in local_hub.served


@pytest.mark.parametrize("model", ["a--b/c", "org/name.git", "a/b/c", "/x", "a/.b", "a/b."])
def test_what_the_hub_cannot_have_is_not_asked_for(local_hub: Hub, model: str) -> None:
    """An id that its library does not allow is no model, as any other unknown name."""
    with pytest.raises(ModelMissing, match="no model called") as info:
        models.find_bundle(model)
    assert "org/name" in info.value.hint


def test_an_unknown_hub_id_is_an_error(local_hub: Hub) -> None:
    """The error names the id."""
    with pytest.raises(ModelMissing, match="no such model") as info:
        models.find_bundle("nobody/nothing")
    assert info.value.where == "nobody/nothing"


def test_a_hub_model_of_another_kind_is_refused_before_any_download(
    local_hub: Hub, tmp_path: Path
) -> None:
    """The list of its files is enough to tell."""
    other = tmp_path / "other"
    other.mkdir()
    (other / "config.json").write_text('{"model_type": "bert"}', encoding="utf-8")
    local_hub.models["some/bert"] = other
    with pytest.raises(ModelUnsupported, match=r"source\.spm"):
        models.find_bundle("some/bert")
    assert local_hub.served == []


def test_without_a_network_a_hub_id_says_what_to_do(
    local_hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody listens: the error says that it was a download, and how to do without."""
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:1")
    with pytest.raises(ModelMissing, match="could not download") as info:
        models.find_bundle(OPUS)
    assert "folder" in info.value.hint


def test_a_download_that_breaks_off_is_never_taken_for_whole(
    local_hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is an error, stays one without a network, and goes on from there once there is one."""
    local_hub.breaks_off.add("pytorch_model.bin")
    with pytest.raises(ModelMissing, match="could not download"):
        models.find_bundle(OPUS)
    with monkeypatch.context() as offline:
        offline.setenv("HF_ENDPOINT", "http://127.0.0.1:1")
        with pytest.raises(ModelMissing):
            models.find_bundle(OPUS)
    local_hub.breaks_off.clear()
    models.verify(models.find_bundle(OPUS))
    assert local_hub.served.count("source.spm") == 1


def test_a_file_spoilt_on_the_way_is_thrown_away(local_hub: Hub) -> None:
    """Its hash is compared with the hub's; the next pull brings it again."""
    local_hub.spoils.add("pytorch_model.bin")
    with pytest.raises(ModelDamaged, match=r"pytorch_model\.bin is damaged"):
        models.pull(OPUS)
    local_hub.spoils.clear()
    models.verify(models.find_bundle(OPUS))


def test_a_pulled_model_that_was_damaged_later_is_mended_by_pull(local_hub: Hub) -> None:
    """`verify` finds it, `pull` mends it."""
    bundle = models.pull(OPUS)
    with bundle.weights.open("r+b") as file:
        file.write(b"?")
    with pytest.raises(ModelDamaged):
        models.verify(models.find_bundle(OPUS))
    models.verify(models.pull(OPUS))
