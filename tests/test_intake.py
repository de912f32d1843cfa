"""What is let in, and what is refused with advice."""

import codecs
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import ControlCharacter, EmptyText, NotFrench, NotUtf8, TooLong
from service.intake import UNDETERMINED, decode, detect, require_french, require_text

FRENCH = "Le président a parlé à Moscou. « C’est un succès », a dit le ministre à l’Élysée."


@given(st.text())
def test_utf8_is_read_as_it_is(text: str) -> None:
    """Decoding undoes encoding, but for a byte order mark at the start."""
    assert decode(text.encode()) == text.removeprefix("\ufeff")
    assert decode(codecs.BOM_UTF8 + text.encode()) == text


@pytest.mark.parametrize(
    ("data", "byte", "advice"),
    [
        (FRENCH.encode("cp1252"), 5, "Windows-1252"),
        (FRENCH.encode("mac_roman"), 5, "Mac OS Roman"),
        ("Le président est né à Évry.".encode("cp850"), 5, "DOS code page 850"),
        (FRENCH.encode("utf-16"), 0, "UTF-16"),
        (FRENCH.encode("utf-32"), 0, "UTF-32"),
        ("né".encode()[:-1], 1, "breaks off"),
        (b"PK\x03\x04\xff\xfe", 4, "zip archive"),
        (b"%PDF-1.7 \xe2\xe3", 9, "PDF"),
        (codecs.BOM_UTF8 + b"ab\xe9 c", 5, "Windows-1252"),
    ],
)
def test_other_bytes_are_refused_with_a_guess(data: bytes, byte: int, advice: str) -> None:
    """The error gives the offset of the first wrong byte and names the likely encoding."""
    with pytest.raises(NotUtf8) as caught:
        decode(data)
    assert caught.value.where == f"byte {byte}"
    assert advice in caught.value.hint


@pytest.mark.parametrize("text", ["", " \n\t\r\n", "\u00a0\u202f\u2029", "\u200b\ufeff"])
def test_blank_text_is_refused(text: str) -> None:
    """Text that shows nothing is empty."""
    with pytest.raises(EmptyText):
        require_text(text, 100)


def test_long_text_is_refused() -> None:
    """The limit counts code points, and the error says both numbers."""
    require_text("é" * 1_000, 1_000)
    with pytest.raises(TooLong, match=r"1,001 characters.*1,000"):
        require_text("é" * 1_001, 1_000)


@pytest.mark.parametrize(
    "wrong",
    ["\x00", "\x08", "\x0e", "\x1b", "\x1f", "\x7f", "\x80", "\x84", "\x86", "\x9f", "\ud83d"],
)
def test_control_characters_are_refused(wrong: str) -> None:
    """The error names the character and where it is."""
    with pytest.raises(ControlCharacter, match=f"U\\+{ord(wrong):04X}") as caught:
        require_text(f"Né à Évry{wrong} {wrong}", 100)
    assert caught.value.where == "character 9"


def test_tabs_and_line_ends_are_text() -> None:
    """Every line end that the splitter knows passes, and so do emoji and other planes."""
    require_text("Un\tdeux\ntrois\rquatre\x0bcinq\x0csix\x85sept\u2028huit\u2029😀 \U00020000", 100)


OTHER_LANGUAGES = {
    "English": (
        "The president spoke to his Russian counterpart for an hour on Tuesday. "
        "The Kremlin later confirmed the call but gave no details."
    ),
    "German": (
        "Der Präsident sprach am Dienstag eine Stunde lang mit seinem russischen Kollegen. "
        "Der Kreml bestätigte das Gespräch, nannte aber keine Einzelheiten."
    ),
    "Spanish": (
        "El presidente habló el martes durante una hora con su homólogo ruso. "
        "El Kremlin confirmó la llamada, pero no dio más detalles."
    ),
    "Italian": (
        "Il presidente ha parlato martedì per un’ora con il suo omologo russo. "
        "Il Cremlino ha confermato la telefonata, ma non ha dato dettagli."
    ),
    "Portuguese": (
        "O presidente falou na terça-feira durante uma hora com o seu homólogo russo. "
        "O Kremlin confirmou a chamada, mas não deu pormenores."
    ),
    "Arabic": (
        "تحدث الرئيس يوم الثلاثاء لمدة ساعة مع نظيره الروسي. "
        "وأكد الكرملين المكالمة لكنه لم يقدم تفاصيل."
    ),
    "Chinese": "总统星期二与俄罗斯总统通话一个小时。克里姆林宫证实了这次通话，但没有透露细节。",
    "Russian": (
        "Президент во вторник в течение часа говорил со своим коллегой. "
        "Кремль подтвердил разговор, но не сообщил подробностей."
    ),
}


@pytest.mark.parametrize(("language", "text"), OTHER_LANGUAGES.items(), ids=OTHER_LANGUAGES.keys())
def test_another_language_is_refused_by_name(language: str, text: str) -> None:
    """Two sentences in another language are enough, in small letters or in capitals."""
    for shape in (text, text.upper(), text * 200):
        with pytest.raises(NotFrench, match=language) as caught:
            require_french(shape)
        assert "source=fr" in caught.value.hint


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("English", "Hello my dear friend, how are you today?"),
        ("German", "Guten Tag, wie geht es dir heute?"),
        ("Spanish", "El presidente habla con su homólogo ruso"),
        ("Russian", "Кремль подтвердил разговор"),
    ],
)
def test_half_a_dozen_words_of_another_language_are_refused(language: str, text: str) -> None:
    """They are enough where there is next to no doubt."""
    with pytest.raises(NotFrench, match=language):
        require_french(text)


PASSING = {
    "two sentences": "Le président a parlé. Le Kremlin a confirmé l’appel, sans donner de détails.",
    "a few English words": "Breaking news from London, no details",
    "a headline": "Poutine et Trump se parlent",
    "a headline of names": "Trump accuse Clinton",
    "a headline of words that English has too": "Attentat terroriste important à Istanbul",
    "a headline with English words": "Cloud computing, big data, machine learning en France",
    "a headline in capitals": "POUTINE ET TRUMP SE PARLENT UNE HEURE AU TÉLÉPHONE, DIT MOSCOU",
    "no accents": "Le president a parle avec son homologue russe, a dit le Kremlin.",
    "names": "Vladimir Poutine, Donald Trump, Bachar Al-Assad, Angela Merkel, Xi Jinping",
    "results": "Real Madrid - FC Barcelona 2-1\nLiverpool - Manchester 0-0\nJuventus - Inter 1-1",
    "teams": "Los Angeles Lakers, New York Knicks, Golden State Warriors, "
    "Chicago Bulls, Boston Celtics, Miami Heat",
    "figures": "1 234,50\t+0,5 %\n2 345,60\t-0,2 %\nCAC 40\t5 432,10\nDow Jones\t26 000,00\n" * 9,
    "addresses": "https://www.exemple.fr/politique/2017/11/21/article.html\n" * 3,
    "an English quotation": (
        "Le président a parlé mardi avec son homologue russe, à Moscou, pendant une heure. "
        f"« {OTHER_LANGUAGES['English']} », écrit le journal."
    ),
    "stars": "*** * ***\n" * 30,
}


@pytest.mark.parametrize("text", PASSING.values(), ids=PASSING.keys())
def test_what_may_be_french_passes(text: str) -> None:
    """Short texts, names, figures and French with some English in it are let through."""
    require_french(text)


def test_a_long_text_is_judged_by_samples() -> None:
    """Ten million characters take no longer than a page."""
    require_french(FRENCH)
    begun = time.process_time()
    require_french(f"{FRENCH} " * 120_000)
    assert time.process_time() - begun < 1


@pytest.mark.parametrize(
    ("text", "language", "least", "most"),
    [
        (FRENCH, "fr", 0.9, 1.0),
        (FRENCH.upper(), "fr", 0.9, 1.0),
        (OTHER_LANGUAGES["English"], "en", 0.9, 1.0),
        (OTHER_LANGUAGES["Russian"], "ru", 0.9, 1.0),
        ("bonjour le monde", "fr", 0.9, 1.0),
        ("Paris", "fr", 0.0, 0.5),
        ("1 200 – 3,5", UNDETERMINED, 0.0, 0.0),
    ],
)
def test_a_language_is_named_with_how_sure_it_is(
    text: str, language: str, least: float, most: float
) -> None:
    """A text that is too short to tell is taken for French, and the doubt is told."""
    found, confidence = detect(text)
    assert found == language
    assert least <= confidence <= most
