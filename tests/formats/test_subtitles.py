"""SubRip and WebVTT in place: timings to the byte, sentences over cues cut between words."""

import time

import pysubs2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.errors import BadFile
from service.formats.readers import subtitles
from tests.formats.speaking import answered, shouted, translated, unchanged

SRT = """\
1
00:00:01,000 --> 00:00:03,500
Bonsoir. Le président russe
est arrivé mardi

2
00:00:03,600 --> 00:00:06,000  X1:40 X2:600
à Sotchi, où il doit rencontrer

3
00:00:06,200 --> 00:00:09,000
son homologue <i>syrien</i>.

4
00:00:10,000 --> 00:00:12,000
- Tu as peur ?
- Non.

5
00:00:13,000 --> 00:00:14,000
{\\an8}<i>Les négociations
reprendront</i>

6
00:00:15,000 --> 00:00:16,000
♪
"""
VTT = """\
WEBVTT - Titre

STYLE
::cue { color: red }

NOTE
Une remarque, que personne ne voit.

intro
00:01.000 --> 00:03.500 align:start position:10%
<v Roger Martin>Il a dit : &lt;oui&gt;
et <c.yellow.bg_blue>il est</c> parti.

00:04.000 --> 00:05.000
Seule <00:04.500>la nuit &amp; toi

NOTE fin
"""
ENGLISH = {
    "Bonsoir.": "Good evening.",
    "Le président russe est arrivé mardi à Sotchi, où il doit rencontrer son homologue syrien.": (
        "The Russian president arrived on Tuesday in Sochi, where he is to meet his Syrian"
        " counterpart."
    ),
    "Tu as peur ?": "Are you afraid?",
    "Non.": "No.",
    "Les négociations reprendront": "Talks will resume",
}


def read(text: str) -> subtitles.Subtitles:
    """Read a SubRip file."""
    return subtitles.read_srt(text.encode())


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_files_whose_english_is_their_french_are_the_same_to_the_byte(line_end: str) -> None:
    """Both formats, with a byte order mark or without."""
    srt, vtt = (text.replace("\n", line_end).encode() for text in (SRT, VTT))
    assert unchanged(subtitles.read_srt(srt)) == srt
    assert unchanged(subtitles.read_srt(b"\xef\xbb\xbf" + srt)) == b"\xef\xbb\xbf" + srt
    assert unchanged(subtitles.read_vtt(vtt)) == vtt


def test_a_sentence_over_several_cues_is_translated_whole() -> None:
    """It is one sentence of the article; speakers who take turns are two paragraphs."""
    assert read(SRT).text.split("\n\n") == [
        "Bonsoir. Le président russe est arrivé mardi à Sotchi, où il doit rencontrer"
        " son homologue syrien.",
        "- Tu as peur ?",
        "- Non.",
        "Les négociations reprendront",
    ]


def test_a_sentence_is_cut_where_its_french_was() -> None:
    """Between words, at a comma where one is near; each cue keeps its lines, times and tags."""
    result = answered(read(SRT), ENGLISH)
    assert result == (
        SRT.replace("Bonsoir. Le président russe\nest", "Good evening. The Russian president\nest")
        .replace("est arrivé mardi", "arrived on Tuesday")
        .replace("à Sotchi, où il doit rencontrer", "in Sochi, where he is to meet")
        .replace("son homologue <i>syrien</i>.", "his <i>Syrian</i> counterpart.")
        .replace("Tu as peur ?", "Are you afraid?")
        .replace("Non.", "No.")
        .replace("Les négociations\nreprendront", "Talks will\nresume")
    )


def test_players_read_the_same_times() -> None:
    """A library that players use finds as many cues, at the same times."""
    before = pysubs2.SSAFile.from_string(SRT, format_="srt")
    after = pysubs2.SSAFile.from_string(answered(read(SRT), ENGLISH), format_="srt")
    assert [(cue.start, cue.end) for cue in after] == [(cue.start, cue.end) for cue in before]
    assert "Talks will" in after[4].plaintext


def test_webvtt_keeps_what_is_no_speech() -> None:
    """Voices, styles, notes, settings and times stay; entities are read and written."""
    assert shouted(subtitles.read_vtt(VTT.encode())) == (
        VTT.replace("Il a dit : &lt;oui&gt;", "IL A DIT : &lt;OUI&gt;")
        .replace("et <c.yellow.bg_blue>il est</c> parti.", "ET <c.yellow.bg_blue>IL EST</c> PARTI.")
        .replace("Seule <00:04.500>la nuit &amp; toi", "SEULE <00:04.500>LA NUIT &amp; TOI")
    )


def test_a_cue_is_never_empty() -> None:
    """English too short for its cues leaves … in them; a line too many is left out."""
    text = (
        "1\n00:00:01,000 --> 00:00:02,000\nJe ne\nsais\n\n"
        "2\n00:00:03,000 --> 00:00:04,000\npas du tout\nquoi dire.\n"
    )
    document = read(text)
    rendered = document.render(translated(document, lambda _: "Dunno."))
    assert rendered.data.decode() == (
        "1\n00:00:01,000 --> 00:00:02,000\nDunno.\n\n2\n00:00:03,000 --> 00:00:04,000\n…\n"
    )
    assert rendered.notes == (subtitles.EMPTY_CUES.format(1),)


def test_captions_without_full_stops_are_no_endless_sentence() -> None:
    """What a machine wrote down runs on for a few lines at most."""
    cues = (f"{n}\n00:00:{n:02},000 --> 00:00:{n:02},900\nencore un mot\n" for n in range(1, 40))
    paragraphs = read("\n".join(cues)).text.split("\n\n")
    assert max(map(len, paragraphs)) <= subtitles.MOST_LINES * len("encore un mot ")


def test_what_is_no_subtitle_is_refused() -> None:
    """A text without cues, or without the first line of WebVTT."""
    with pytest.raises(BadFile, match="no subtitles"):
        read("Bonjour")
    with pytest.raises(BadFile, match="WEBVTT"):
        subtitles.read_vtt(SRT.encode())


@pytest.mark.parametrize("piece", ["<", "<b ", "{\\", "</i", "<v "])
def test_hostile_tags_are_read_in_time(piece: str) -> None:
    """A line of 100 kB costs what its size says, whatever is never closed in it."""
    line = piece * (100_000 // len(piece))
    start = time.process_time()
    srt = f"1\n00:00:01,000 --> 00:00:02,000\n{line}\n".encode()
    vtt = f"WEBVTT\n\n00:01.000 --> 00:02.000\n{line}\n".encode()
    assert unchanged(subtitles.read_srt(srt)) == srt
    assert unchanged(subtitles.read_vtt(vtt)) == vtt
    assert time.process_time() - start < 1


LINES = st.sampled_from(
    [
        "mot",
        "Un mot.",
        "- Oui ?",
        "<i>il",
        "</i> dit",
        "<b>fort</b>",
        "{\\an8}",
        "♪",
        "…",
        "7",
        "",
        " ",
    ]
)


@given(
    st.lists(st.lists(LINES, max_size=4), min_size=1, max_size=5), st.sampled_from(["\n", "\r\n"])
)
@settings(max_examples=60, deadline=None)
def test_any_cues_come_back(cues: list[list[str]], line_end: str) -> None:
    """Whatever is in the cues, none is lost and their times stay."""
    text = "".join(
        f"{n}\n00:00:{n:02},000 --> 00:00:{n:02},900\n" + "\n".join([*lines, "", ""])
        for n, lines in enumerate(cues, start=1)
    ).replace("\n", line_end)
    document = read(text)
    assert unchanged(document) == text.encode()
    times = [line for line in text.splitlines() if "-->" in line]
    for article in (translated(document, lambda _: "One."), translated(document, _long)):
        result = document.render(article).data.decode()
        assert [line for line in result.splitlines() if "-->" in line] == times


def _long(_: str) -> str:
    return "A much longer sentence, which has plenty of words to go round."
