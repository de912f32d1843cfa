"""Ten short articles of different kinds, through the real command and the bundled model."""

import subprocess
import sys
from pathlib import Path

import pytest
from sacrebleu import sentence_chrf

DOMAIN = Path(__file__).parents[1] / "data" / "domain"
KEPT = DOMAIN / "english"
ARTICLES = sorted(DOMAIN.glob("*.txt"))
INTERLIGNE = Path(sys.executable).with_name("interligne")
ALIKE = 85  # chrF: a processor may choose another word here and there, not another text


@pytest.fixture(scope="module")
def english(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The English of all ten articles, as the command writes it."""
    folder = tmp_path_factory.mktemp("english")
    environment = {"INTERLIGNE_CACHE_DIR": str(folder / "cache"), "PATH": "/usr/bin:/bin"}
    command = [str(part) for part in (INTERLIGNE, "translate", *ARTICLES, "--out-dir", folder)]
    assert subprocess.run(command, env=environment, check=False).returncode in (0, 3)
    return folder


def test_there_are_ten_kinds_of_article() -> None:
    """No kind of article is lost on the way."""
    assert len(ARTICLES) == 10


@pytest.mark.parametrize("article", ARTICLES, ids=[path.stem for path in ARTICLES])
def test_an_article_reads_as_when_it_was_last_looked_at(article: Path, english: Path) -> None:
    """The translation is the one that a person has read and kept, but for a word here and there."""
    name = f"{article.stem}.en.txt"
    kept, now = (folder.joinpath(name).read_text(encoding="utf-8") for folder in (KEPT, english))
    assert sentence_chrf(now, [kept]).score >= ALIKE
    assert now.count("\n\n") == article.read_text(encoding="utf-8").count("\n\n")
