"""Everyday sentences of the French press, through the bundled model."""

from pathlib import Path

import pytest

from service.engines import load_engine
from service.models import find_bundle
from service.settings import Settings
from service.wording.rare_words import rare_words_of
from service.wording.sentences import SentenceTranslator

SENTENCES = Path(__file__).parents[1] / "data" / "press.tsv"
RIGHT = 0.85  # of the sentences; nine in ten when this was written, half of them without the table


@pytest.mark.timeout(120)
def test_the_words_of_the_press_are_understood(tmp_path: Path) -> None:
    """An arrest is an arrest, and a referee no arbitrator."""
    lines = SENTENCES.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line[:1] != "#"]
    bundle = find_bundle("fr-en")
    engine = load_engine(bundle, Settings(cache_dir=tmp_path))
    answers = SentenceTranslator(engine, rare_words_of(bundle))([french for french, _ in rows])
    wrong = [
        f"{french} | {answer[0].text}"
        for (french, english), answer in zip(rows, answers, strict=True)
        if not any(word in answer[0].text.casefold() for word in english.casefold().split("|"))
    ]
    assert len(wrong) <= (1 - RIGHT) * len(rows), "\n".join(wrong)
