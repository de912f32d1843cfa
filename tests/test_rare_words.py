"""Words that a model has hardly read, shown to it with their English."""

import shutil
from pathlib import Path

import pytest

from service.decoding import Decoding
from service.engines import Engine
from service.errors import ModelDamaged
from service.models import Bundle, read_bundle, write_record
from service.wording.rare_words import NONE, RareWords, rare_words_of
from service.wording.sentences import SentenceTranslator
from tests.fakes import AligningEngine, ScriptedEngine

WORDS = RareWords({"épave": "wreckage", "roquettes": "rockets", "porte-avions": "aircraft carrier"})
SHOWN = "<term> épave <as> wreckage </term>"


def words_in(text: str) -> int:
    """Count words."""
    return len(text.split())


@pytest.mark.parametrize(
    ("segment", "shown"),
    [
        ("L'épave est là.", f"L'{SHOWN} est là."),
        ("Le porte-avions.", "Le <term> porte-avions <as> aircraft carrier </term>."),
        ("Des avions portent des roquettess.", "Des avions portent des roquettess."),
        ("Le film Épave.", "Le film Épave."),
        (
            "Il voit <term> une épave <as> a hulk </term> et l'épave.",
            f"Il voit <term> une épave <as> a hulk </term> et l'{SHOWN}.",
        ),
    ],
)
def test_whole_rare_words_are_marked_once(segment: str, shown: str) -> None:
    """After an elision too; not parts of words, not names, not what is marked already."""
    assert WORDS.mark(segment, words_in, 100) == shown


@pytest.mark.parametrize(
    ("segment", "shown"),
    [
        ("Les Congolais votent.", "Les <term> Congolais <as> Congolese </term> votent."),
        ("Il voit le Camerounais.", "Il voit le <term> Camerounais <as> Cameroonian </term>."),
        ("Il voit des Camerounais.", "Il voit des <term> Camerounais <as> Cameroonians </term>."),
        ("L'Argentin est là.", "L'<term> Argentin <as> Argentinian </term> est là."),
        ("Deux Ghanéennes rient.", "Deux <term> Ghanéennes <as> Ghanaians </term> rient."),
        ("Le Suisse Wawrinka joue.", "Le <term> Suisse <as> Swiss </term> Wawrinka joue."),
        ("La Suisse et l'Argentine jouent.", "La Suisse et l'Argentine jouent."),
        ("Les Philippines sont là.", "Les Philippines sont là."),
        ("Les Français votent.", "Les Français votent."),
        ("Le Parti Congolais et M. Roumain.", "Le Parti Congolais et M. Roumain."),
        ("Un film camerounais.", "Un film camerounais."),
        (
            "La <term> Ligue des Belges <as> Belgian League </term>.",
            "La <term> Ligue des Belges <as> Belgian League </term>.",
        ),
    ],
)
def test_peoples_are_marked_as_nouns(segment: str, shown: str) -> None:
    """In their number; no country, no adjective, no surname, none that the model knows."""
    assert WORDS.mark(segment, words_in, 100) == shown
    assert NONE.mark(segment, words_in, 100) == segment


def test_a_segment_without_room_for_marks_stays_as_it_is() -> None:
    """It is translated whole rather than cut for the sake of a word."""
    assert WORDS.mark("L'épave est là.", words_in, 6) == "L'épave est là."
    assert WORDS.mark("L'épave est là.", words_in, 7) == f"L'{SHOWN} est là."


def test_sentences_go_to_the_engine_with_their_rare_words_shown() -> None:
    """A piece that begins with one still goes on in small letters."""
    rest = f"{SHOWN} a coulé."
    engine = ScriptedEngine({"Il pleut,": "It rains,", rest: "The wreckage sank."}, max_tokens=8)
    translate = SentenceTranslator(engine, WORDS)
    [[whole]] = translate(["Il pleut, épave a coulé."], Decoding(max_segment_tokens=3))
    assert engine.history == [["Il pleut,", rest]]
    assert whole.text == "It rains, the wreckage sank."


def test_links_point_into_the_french_that_was_sent() -> None:
    """Marks move the words in between; what is linked is still the word itself."""
    french = "L'épave est à Paris."
    [[hypothesis]] = SentenceTranslator(AligningEngine(), WORDS)([french], Decoding(alignment=True))
    *_, link = hypothesis.alignment
    assert french[link.source_start : link.source_end] == "Paris."


def copied(bundle: Bundle, folder: Path, rows: str, *, marks: bool = True) -> Bundle:
    """Copy a bundle, with a list of its own."""
    shutil.copytree(bundle.folder, folder)
    (folder / "rare-words.tsv").write_text(rows, encoding="utf-8")
    facts = bundle.record.model_dump(exclude={"files"}) | {"marks": marks}
    write_record(folder, **facts)
    return read_bundle(folder)


def test_a_bundle_brings_its_list(bundle: Bundle, tmp_path: Path) -> None:
    """Its hash covers the list; a model that does not follow marks is shown nothing."""
    own = copied(bundle, tmp_path / "own", "épave\twreckage\n")
    assert rare_words_of(own).mark("L'épave.", words_in, 100) == f"L'{SHOWN}."
    assert own.sha256 != bundle.sha256
    plain = copied(bundle, tmp_path / "plain", "épave\twreckage\n", marks=False)
    assert rare_words_of(plain) is NONE


@pytest.mark.parametrize("row", ["épave", "épave\t", "épave\twreck\tage"])
def test_a_list_that_cannot_be_read_names_its_line(
    bundle: Bundle, tmp_path: Path, row: str
) -> None:
    """The second line is at fault, and said to be."""
    broken = copied(bundle, tmp_path / "broken", f"roquettes\trockets\n{row}\n")
    with pytest.raises(ModelDamaged, match="line 2"):
        rare_words_of(broken)


def test_the_bundled_model_writes_what_its_list_says(bundle: Bundle, ct2_engine: Engine) -> None:
    """Words that it would half build come out as English ones."""
    translate = SentenceTranslator(ct2_engine, rare_words_of(bundle))
    [[best]] = translate(["Ils ont tiré des roquettes sur la ville."])
    assert "rockets" in best.text
