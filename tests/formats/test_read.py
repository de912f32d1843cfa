"""Which reader reads a file, and what is refused."""

import subprocess
import sys

import pytest

from service import formats
from service.errors import BadFile, NotUtf8
from tests.formats import samples
from tests.formats.speaking import shouted, unchanged

FILES = {
    "note": b"Il pleut.",
    "a.txt": b"\xef\xbb\xbf  Il pleut.\r\n\r\n\tOui.\n",
    "A.TXT": b"Il pleut !Oui",
    "a.md": b"# Il *pleut*\n",
    "a.markdown": b"Il pleut",
    "a.html": b"<p>Il pleut",
    "a.htm": b"<p>Il pleut",
    "a.xhtml": b"<p>Il pleut</p>",
    "a.srt": b"1\n00:00:01,000 --> 00:00:02,000\nIl pleut.\n",
    "a.vtt": b"WEBVTT\n\n00:01.000 --> 00:02.000\nIl pleut.\n",
    "a.jsonl": b'{"text": "Il pleut."}\n',
    "a.docx": samples.word_file(samples.text("Il pleut.")),
    "a.epub": samples.book(),
}


@pytest.mark.parametrize("name", FILES)
def test_every_kind_comes_back_as_it_was(name: str) -> None:
    """The suffix chooses the reader, in capitals or not; none is plain text."""
    assert unchanged(formats.read(FILES[name], name)) == FILES[name]


def test_every_reader_is_tried_here() -> None:
    """A new kind of file must be in the table above."""
    suffixes = {f".{name.partition('.')[2].lower()}" if "." in name else "" for name in FILES}
    assert suffixes == set(formats.READERS)


def test_every_kind_has_a_media_type() -> None:
    """A file whose sender knew none comes back with its own."""
    assert formats.MEDIA_TYPES.keys() == formats.READERS.keys()
    assert formats.media_type_of("A.SRT") == "application/x-subrip"
    assert formats.media_type_of("a.exe") == "application/octet-stream"


@pytest.mark.parametrize(
    ("name", "suffix", "english"),
    [
        ("a.txt", None, "a.en.txt"),
        ("film.fr.srt", None, "film.en.srt"),
        ("fr.srt", None, "fr.en.srt"),
        ("a.fr.docx", ".md", "a.en.md"),
        ("v1.2.txt", None, "v1.2.en.txt"),
        ("LISEZMOI", None, "LISEZMOI.en.txt"),
    ],
)
def test_the_english_is_named_after_the_french(name: str, suffix: str | None, english: str) -> None:
    """The name says the language, once."""
    assert formats.english_name(name, suffix) == english


def test_text_keeps_its_layout() -> None:
    """Byte order mark, blanks, tabs and line ends."""
    assert shouted(formats.read(FILES["a.txt"], "a.txt")) == "\ufeff  IL PLEUT.\r\n\r\n\tOUI.\n"


def test_a_kind_that_is_not_read_is_refused_with_those_that_are() -> None:
    """The hint lists them."""
    with pytest.raises(BadFile, match=r"\.pdf") as caught:
        formats.read(b"%PDF", "a.pdf")
    assert ".docx" in caught.value.hint
    assert caught.value.where == "a.pdf"


def test_the_content_must_be_what_the_name_says() -> None:
    """A Word file with the name of a text, and the reverse."""
    with pytest.raises(NotUtf8) as caught:
        formats.read(FILES["a.docx"] + b"\xff", "a.txt")
    assert "docx" in caught.value.hint
    with pytest.raises(BadFile, match="no Word file"):
        formats.read(b"Bonjour", "a.docx")


def test_only_pages_have_an_article_to_extract() -> None:
    """Asking for it elsewhere is an error, not ignored."""
    with pytest.raises(BadFile, match="HTML"):
        formats.read(b"Il pleut.", "a.txt", extract=True)


def test_an_article_of_another_document_is_refused() -> None:
    """Its offsets would mean nothing."""
    article = formats.read(b"Il neige.", "a.txt")
    from tests.formats.speaking import translated

    with pytest.raises(ValueError, match="not made from"):
        formats.read(b"Il pleut.", "a.txt").render(translated(article, str.upper))


def test_libraries_are_loaded_by_the_files_that_need_them() -> None:
    """The command and the service start without them."""
    code = (
        "import sys; from service import formats;"
        " print({'docx', 'lxml', 'trafilatura', 'markdown_it', 'torch'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "set()"
