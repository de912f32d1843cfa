"""Glossaries as `translate -g` takes them: files, and stored ones by id or name."""

import re
from pathlib import Path

import pytest

from service.article import GlossaryVersion
from service.cli.wishes import take_glossaries
from service.errors import Conflict, FileFailed, NotFound
from service.names.glossary import Term
from service.settings import Settings
from service.store import open_store
from service.store.glossaries import Glossaries, StoredGlossary


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with a store of their own, which is not made yet."""
    return Settings(data_dir=tmp_path / "data")


def stored(settings: Settings, name: str, english: str) -> StoredGlossary:
    """Store a glossary of one term."""
    glossaries = Glossaries(open_store(settings.store_url))
    return glossaries.create(name, [Term(("Sotchi",), (english,))])


def english(named: list[str], settings: Settings) -> list[str]:
    """List the English of glossaries, the one that goes first first."""
    taken = take_glossaries(named, settings)
    assert taken is not None
    return [term.english[0] for term in taken.glossary]


def test_files_and_stored_glossaries_pile_up(settings: Settings, tmp_path: Path) -> None:
    """The first goes first; the answer says which versions of stored ones these are."""
    told = stored(settings, "desk", "Sochi")
    file = tmp_path / "names.tsv"
    file.write_text("Sotchi\tSotchy\n")
    taken = take_glossaries([str(file), "desk"], settings)
    assert taken is not None
    assert [term.english[0] for term in taken.glossary] == ["Sotchy", "Sochi"]
    assert taken.versions == (GlossaryVersion(told.id, 1),)


def test_a_stored_glossary_is_found_by_id_and_version(settings: Settings) -> None:
    """`ID@1` is the first version, whatever came after."""
    told = stored(settings, "desk", "Sochi")
    glossaries = Glossaries(open_store(settings.store_url))
    glossaries.replace(told.id, [Term(("Sotchi",), ("Sotchy",))])
    assert english([told.id], settings) == ["Sotchy"]
    assert english([f"{told.id}@1"], settings) == ["Sochi"]


def test_two_of_one_name_must_be_told_apart(settings: Settings) -> None:
    """Nobody can know which was meant."""
    stored(settings, "desk", "Sochi")
    stored(settings, "desk", "Sotchy")
    with pytest.raises(Conflict, match=re.escape("2 glossaries have the name 'desk'")):
        take_glossaries(["desk"], settings)


def test_what_is_not_there_is_told(settings: Settings) -> None:
    """A file is missed as a file, a name as a name; no store is made to look for it."""
    with pytest.raises(FileFailed):
        take_glossaries(["names.csv"], settings)
    with pytest.raises(NotFound, match="no file and no stored glossary"):
        take_glossaries(["desk"], settings)
    assert not settings.data_dir.exists()
    stored(settings, "desk", "Sochi")
    with pytest.raises(NotFound, match="no file and no stored glossary"):
        take_glossaries(["house"], settings)


def test_no_glossary_asks_nobody(settings: Settings) -> None:
    """Translating needs no store."""
    assert take_glossaries([], settings) is None
