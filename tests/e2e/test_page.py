"""The page as an editor uses it, in a real browser, on a real server."""

import json
import re
import threading
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import docx
import httpx2
import pytest
from playwright.sync_api import Page, Route, expect

from service.decoding import Decoding, Hypothesis
from service.engines import Engine
from service.formats import WRITERS
from service.models import Bundle
from service.names.glossary import built_in
from service.pipeline import Pipeline
from service.settings import Settings
from service.store import open_store
from service.store.keys import Keys, Scope
from service.wording.rare_words import rare_words_of
from tests.api.serving import serving
from tests.e2e.browser import grave_faults
from tests.e2e.pages import (
    ANSWERS,
    LOOKS,
    SCRIPT,
    TEXT,
    OpenPage,
    english,
    name_in,
    translate,
    walk_to,
)
from tests.fakes import ScriptedEngine, scripted_pipeline

SEED = (Path(__file__).parents[2] / "seeds" / "article.txt").read_text(encoding="utf-8")
LAST = "Il parle " + "et parle " * 40 + "encore."  # a batch of its own
LONG = f"Un chat 😀 dort.\n\nIl rêve.\n\n{LAST}"


class GatedEngine(ScriptedEngine):
    """Does not begin the last sentence until the gate is opened."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = threading.Event()

    def translate(
        self,
        segments: Sequence[str],
        decoding: Decoding,
        prefixes: Sequence[str] | None = None,
    ) -> list[list[Hypothesis]]:
        """Wait at the gate with the last sentence."""
        if LAST in segments:
            assert self.gate.wait(20)
        return super().translate(segments, decoding, prefixes)


def downloaded(page: Page, file_format: str, name: str = "article.en.") -> Path:
    """Choose a format, press the button and return the file, whose name begins so."""
    page.get_by_label("File format").select_option(file_format)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    assert download.value.suggested_filename.startswith(name)
    return Path(download.value.path())


def text_of(file: Path) -> str:
    """Read a file; of a Word file, the text."""
    if not zipfile.is_zipfile(file):
        return file.read_text(encoding="utf-8")
    with zipfile.ZipFile(file) as archive:
        return re.sub("<[^>]+>", "", archive.read("word/document.xml").decode())


# ---- the seed article, with the model that users have


@pytest.fixture(scope="module")
def seed_address(ct2_engine: Engine, bundle: Bundle) -> Iterator[str]:
    """A server with the bundled model."""
    with serving(
        Pipeline(ct2_engine, bundle, Settings(), built_in(), rare_words_of(bundle))
    ) as address:
        yield address


def test_a_name_of_the_seed_article_changes_everywhere_and_in_every_file(
    seed_address: str, open_page: OpenPage
) -> None:
    """Every mention of Bashar al-Assad follows: paragraphs, summary, ledger, files; and back."""
    page = open_page(seed_address)
    page.get_by_text("Glossary and options").click()
    page.get_by_label("Words of the summary").fill("120")
    translate(page, SEED)
    before = english(page)
    assert len(before) == 13
    count = sum(paragraph.count("al-Assad") for paragraph in before)
    assert count == 6
    in_summary = page.locator("#pairs .english").all_text_contents()
    assert any("al-Assad" in sentence for sentence in in_summary)

    name_in(page, "Bashar al-Assad").click()
    card = page.get_by_role("dialog")
    card.get_by_label("English form").fill("Bachar el-Assad")
    after = [text.replace("Bashar", "Bachar").replace("al-Assad", "el-Assad") for text in before]
    assert english(page) == after  # as it is typed
    page.keyboard.press("Enter")
    expect(card).to_be_hidden()
    assert english(page) == after
    assert not any("al-Assad" in one for one in page.locator("#pairs .english").all_text_contents())
    expect(page.locator("#names")).to_contain_text("Bachar el-Assad")
    expect(page.locator("#announcer")).to_have_text("Bachar el-Assad: 6 mentions changed.")

    for file_format in WRITERS:
        written = text_of(downloaded(page, file_format))
        assert "Bachar el-Assad" in written
        assert "al-Assad" not in written

    page.get_by_role("button", name="Undo").click()
    assert english(page) == before
    assert page.locator("#pairs .english").all_text_contents() == in_summary


def test_the_whole_answer_can_be_taken_along_untouched(
    seed_address: str, open_page: OpenPage
) -> None:
    """What the page puts together from events and gives back is the JSON answer to the byte."""
    page = open_page(seed_address)
    translate(page, SEED)
    file = json.loads(downloaded(page, "json").read_text(encoding="utf-8"))
    assert file == httpx2.post(f"{seed_address}/v1/articles", json={"text": SEED}).json()


def test_the_english_goes_to_the_clipboard(address: str, open_page: OpenPage) -> None:
    """As the text file, layout and all."""
    page = open_page(address, permissions=["clipboard-read", "clipboard-write"])
    translate(page, TEXT)
    page.get_by_role("button", name="Copy the English").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == downloaded(page, "text").read_text(encoding="utf-8")


# ---- reading


def test_paragraphs_stream_in_and_a_cancelled_translation_goes_on(open_page: OpenPage) -> None:
    """English stands beside the French before the end; cancelling keeps it; `Go on` resumes."""
    engine = GatedEngine()
    with serving(scripted_pipeline(engine=engine, batch_tokens=64)) as address:
        page = open_page(address)
        page.get_by_label("French article").fill(LONG)
        page.get_by_role("button", name="Translate").click()
        expect(page.locator("#rows .row")).to_have_count(2)
        assert english(page) == ["<Un chat 😀 dort.>", "<Il rêve.>"]
        expect(page.locator("#pending .french")).to_have_text(LAST)
        expect(page.get_by_role("progressbar")).to_be_visible()
        page.get_by_role("button", name="Cancel").click()
        expect(page.locator("#status")).to_have_text("Cancelled after 2 paragraphs.")
        expect(page.locator("#take")).to_be_hidden()  # no file of half an article
        engine.gate.set()
        page.get_by_role("button", name="Go on").click()
        expect(page.locator("#take")).to_be_visible()
        assert english(page) == ["<Un chat 😀 dort.>", "<Il rêve.>", f"<{LAST}>"]
        expect(page.locator("#pending")).to_be_hidden()


@pytest.mark.parametrize("is_forgotten", [False, True])
def test_a_broken_stream_is_resumed_where_it_broke(
    address: str, open_page: OpenPage, is_forgotten: bool
) -> None:
    """The page asks again with the last id that it has; if the service begins anew, so does it."""
    page = open_page(address)
    last_ids = []

    def cut_once(route: Route) -> None:
        last_ids.append(route.request.headers.get("last-event-id"))
        if len(last_ids) == 1:
            answer = route.fetch()
            events = answer.text().split("\r\n\r\n")
            route.fulfill(response=answer, body="\r\n\r\n".join(events[:2]) + "\r\n\r\nevent: par")
        elif is_forgotten:
            route.continue_(headers={**route.request.headers, "last-event-id": "2-unknown"})
        else:
            route.continue_()

    page.route("**/v1/articles", cut_once)
    translate(page, TEXT)
    assert last_ids[0] is None
    assert [last_id.split("-")[0] for last_id in last_ids[1:] if last_id] == ["2"]
    assert len(english(page)) == 3


def test_hovering_a_name_shows_its_ledger_entry_and_its_mentions_in_both_languages(
    address: str, open_page: OpenPage
) -> None:
    """Six in the article, six in the summary (which is the whole of it) and one in the ledger."""
    page = open_page(address)
    translate(page, TEXT)
    page.locator("#rows .french .mention", has_text="Viktor Fetissov").hover()
    assert page.locator(".mention.lit, .name.lit").all_text_contents().count("Fetissov") == 4
    assert page.locator(".mention.lit").count() == 12
    assert page.locator(".name.lit").count() == 1
    card = page.get_by_role("dialog")
    expect(card).to_contain_text("Viktor Fetissov, Fetissov")
    expect(card).to_contain_text("found in the article")
    page.mouse.move(5, 5)
    expect(card).to_be_hidden()
    assert page.locator(".mention.lit").count() == 0


def test_flags_stand_under_their_sentence_with_their_reason(
    address: str, open_page: OpenPage
) -> None:
    """An editor reads what is wrong where it is; the status line leads from one to the next."""
    page = open_page(address)
    translate(page, TEXT)
    notes = page.locator("#rows .flag").all_text_contents()
    assert notes == [
        "Numbers (worth a look) Sentence 2: the number “12” is only in the French",
        "Name (worth a look) “Moscou” should read “Moscow”",
    ]
    page.get_by_role("link", name="2 sentences to check").click()
    expect(page.locator(".sentence:target")).to_have_text("Mr. Fetisov saw some cats.")
    expect(page.locator(".sentence:target")).to_be_in_viewport()
    for sentence in ("It is denied.", "Mr. Fetisov saw some cats."):
        page.get_by_role("link", name="2 sentences to check").click()
        expect(page.locator(".sentence:target")).to_have_text(sentence)


def test_a_pair_of_the_summary_leads_to_its_sentence(address: str, open_page: OpenPage) -> None:
    """The last pair leads to the last paragraph."""
    page = open_page(address, viewport={"width": 1360, "height": 400})
    translate(page, TEXT)
    page.get_by_role("link", name="Paragraph 3").first.click()
    expect(page.locator(".sentence:target")).to_have_text("Mr. Fetisov sleeps.")
    expect(page.locator(".sentence:target")).to_be_in_viewport()


def test_a_summary_that_a_model_wrote_stands_above_what_supports_it(
    address: str, open_page: OpenPage
) -> None:
    """It is shown as text in its language, and the pairs are told to be its support."""
    page = open_page(address)
    written = '"written":{"text":"Fetisov <b>dort</b>.","language":"fr","model":"m"}'

    def with_summary(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace('"written":null', written))

    page.route("**/v1/articles", with_summary)
    translate(page, TEXT)
    expect(page.locator("#written")).to_have_text("Fetisov <b>dort</b>.")
    expect(page.locator("#written")).to_have_attribute("lang", "fr")
    expect(page.locator("#support")).to_be_visible()


def test_markup_in_the_article_is_text(address: str, open_page: OpenPage) -> None:
    """A script and an image that would run one are shown, not made, in both languages."""
    page = open_page(address)
    translate(page, TEXT)
    for column in (".french", ".english"):
        expect(page.locator(f"#rows {column}").last).to_contain_text(SCRIPT)
    assert page.locator("main script, main img").count() == 0
    assert page.title() == "Interligne"


def test_a_file_comes_back_as_what_it_was(
    address: str, open_page: OpenPage, tmp_path: Path
) -> None:
    """Subtitles with their times, and a name that was put right on the page right in them too."""
    page = open_page(address)
    file = tmp_path / "film.srt"
    cue = "1\n00:00:01,000 --> 00:00:02,500\n"
    file.write_text(f"{cue}Viktor Fetissov arrive à Sotchi.\n", encoding="utf-8")
    page.locator("#file").set_input_files(file)
    expect(page.locator("#text")).not_to_be_empty()
    page.get_by_role("button", name="Translate").click()
    expect(page.locator("#take")).to_be_visible()
    expect(page.get_by_label("File format")).to_have_value("own")
    whole = downloaded(page, "own", "film.en.srt").read_text(encoding="utf-8")
    assert whole == f"{cue}Viktor Fetisov arrives in Sochi 😀.\n"

    name_in(page, "Viktor Fetisov").click()
    page.get_by_role("dialog").get_by_label("English form").fill("Viktor Fetissoff")
    page.keyboard.press("Enter")
    assert "Viktor Fetissoff" in downloaded(page, "own", "film.en.srt").read_text(encoding="utf-8")

    page.get_by_role("button", name="Change the text").click()
    page.locator("#text").fill(TEXT)
    page.get_by_role("button", name="Translate").click()
    expect(page.locator("#take")).to_be_visible()
    expect(page.get_by_label("File format")).to_have_value("docx")


# ---- asking


def test_what_is_sent_is_what_was_typed_and_opened(
    address: str, open_page: OpenPage, tmp_path: Path
) -> None:
    """Terms, title and options go along; a file keeps its line ends."""
    page = open_page(address)
    file = tmp_path / "article.txt"
    file.write_bytes(b"\xef\xbb\xbf" + TEXT.encode())
    page.locator("#file").set_input_files(file)
    page.get_by_text("Glossary and options").click()
    page.get_by_label("Headline").fill("Un titre")
    page.get_by_label("Terms").fill("Sotchi|Sotchy = Sochy\nViktor Fetissov\tViktor Fetisov")
    page.get_by_label("Words of the summary").fill("0")
    page.get_by_label("Do not check").check()
    with page.expect_request("**/v1/articles") as asked:
        page.get_by_role("button", name="Translate").click()
    assert asked.value.post_data_json == {
        "text": TEXT,
        "title": "Un titre",
        "source": "fr",
        "glossary": [
            {"french": ["Sotchi", "Sotchy"], "english": ["Sochy"]},
            {"french": ["Viktor Fetissov"], "english": ["Viktor Fetisov"]},
        ],
        "summary_words": 0,
        "strict": False,
    }
    expect(page.locator("#take")).to_be_visible()
    assert english(page)[0] == "A title"
    expect(page.locator("#summary")).to_contain_text("No summary was asked for.")
    file_json = json.loads(downloaded(page, "json").read_text(encoding="utf-8"))
    assert file_json["text"] == f"Un titre\n\n{TEXT}"


def test_a_dropped_file_is_opened(address: str, open_page: OpenPage) -> None:
    """Dropping a file anywhere on the form puts its text into it."""
    page = open_page(address)
    files = page.evaluate_handle(
        """() => {
          const files = new DataTransfer();
          files.items.add(new File(["Moscou dément."], "article.txt"));
          return files;
        }"""
    )
    page.dispatch_event("#compose", "drop", {"dataTransfer": files})
    expect(page.get_by_label("French article")).to_have_value("Moscou dément.")


@pytest.mark.parametrize(
    ("text", "terms", "told"),
    [
        ("  ", "", "There is no text."),
        ("Moscou dément.", "Sotchi = Sochi\nMoscou Moscow", "no “=”: 2"),
        (
            "The weather was mild and the trains were late once again this morning. " * 3,
            "",
            "French",
        ),
    ],
    ids=["empty", "no term", "English"],
)
def test_what_cannot_be_translated_is_told_and_the_form_stays(
    address: str, open_page: OpenPage, text: str, terms: str, told: str
) -> None:
    """The reason stands above the form, which keeps all that was typed."""
    page = open_page(address)
    page.get_by_text("Glossary and options").click()
    page.get_by_label("Terms").fill(terms)
    page.get_by_label("French article").fill(text)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert")).to_contain_text(told)
    expect(page.get_by_label("French article")).to_have_value(text)


def test_a_text_outlives_a_reload_in_the_midst_of_its_translation(open_page: OpenPage) -> None:
    """What was typed is still there, and nowhere but in this tab."""
    engine = GatedEngine()
    with serving(scripted_pipeline(engine=engine, batch_tokens=64)) as address:
        page = open_page(address)
        page.get_by_text("Glossary and options").click()
        page.get_by_label("Terms").fill("Sotchi = Sochi")
        page.get_by_label("French article").fill(LONG)
        page.keyboard.press("Control+Enter")
        expect(page.locator("#rows .row")).to_have_count(2)
        page.reload()
        expect(page.get_by_label("French article")).to_have_value(LONG)
        expect(page.get_by_label("Terms")).to_have_value("Sotchi = Sochi")
        assert "dort" not in page.evaluate("JSON.stringify(localStorage) + document.cookie")
        engine.gate.set()
        page.get_by_role("button", name="Translate").click()
        expect(page.locator("#take")).to_be_visible()


def test_a_service_that_fails_is_told_with_what_to_do(address: str, open_page: OpenPage) -> None:
    """Also where something before the service answers in its place."""
    page = open_page(address)
    page.route("**/v1/articles", lambda route: route.fulfill(status=502, body="<h1>Bad</h1>"))
    page.get_by_label("French article").fill(TEXT)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert")).to_contain_text("The service failed. Try again;")
    expect(page.get_by_label("French article")).to_have_value(TEXT.replace("\r\n", "\n"))


def test_a_service_that_goes_away_leaves_what_it_gave(address: str, open_page: OpenPage) -> None:
    """After half a minute of attempts the page gives up, and goes on when it is told to."""
    page = open_page(address)
    page.clock.install()
    answers = 0

    def break_off(route: Route) -> None:
        nonlocal answers
        answers += 1
        if answers > 1:
            route.abort()
            return
        answer = route.fetch()
        events = answer.text().split("\r\n\r\n")
        route.fulfill(response=answer, body="\r\n\r\n".join(events[:2]) + "\r\n\r\n")

    page.route("**/v1/articles", break_off)
    page.get_by_label("French article").fill(TEXT)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#status")).to_contain_text("The connection broke.")
    while not page.get_by_role("button", name="Go on").is_visible():
        page.clock.run_for(1000)
    expect(page.get_by_role("alert")).to_contain_text("The service does not answer.")
    before = english(page)
    assert 0 < len(before) < 3
    page.unroute("**/v1/articles")
    page.get_by_role("button", name="Go on").click()
    expect(page.locator("#take")).to_be_visible()
    assert english(page)[0] == before[0]
    assert len(english(page)) == 3
    expect(page.get_by_role("alert")).to_be_hidden()


def test_a_word_file_is_opened(address: str, open_page: OpenPage, tmp_path: Path) -> None:
    """Its text is there to be read before it is translated."""
    document = docx.Document()
    document.add_paragraph("M. Fetissov dort.")
    document.add_paragraph("Moscou dément.")
    document.save(str(tmp_path / "article.docx"))
    page = open_page(address)
    page.locator("#file").set_input_files(tmp_path / "article.docx")
    expect(page.get_by_label("French article")).to_have_value("M. Fetissov dort.\n\nMoscou dément.")


def test_a_file_that_cannot_be_read_is_refused(
    address: str, open_page: OpenPage, tmp_path: Path
) -> None:
    """No garbage in the form; the reason is told."""
    page = open_page(address)
    file = tmp_path / "vieux.txt"
    file.write_bytes("Été à Genève".encode("cp1252"))
    page.locator("#file").set_input_files(file)
    expect(page.get_by_role("alert")).to_contain_text("Windows-1252")
    expect(page.get_by_label("French article")).to_have_value("")


def test_a_strict_translation_with_a_wrong_name_is_shown_with_the_error(
    address: str, open_page: OpenPage
) -> None:
    """Nothing is lost: the article, its names and files are there, and so is the reason."""
    page = open_page(address)
    page.get_by_text("Glossary and options").click()
    page.get_by_label("Say it is an error").check()
    translate(page, TEXT)
    expect(page.get_by_role("alert")).to_contain_text("Moscou (Moscow)")
    assert len(english(page)) == 3


def test_a_key_is_asked_for_where_the_service_wants_one(
    open_page: OpenPage, tmp_path: Path
) -> None:
    """A wrong key is told and asked for again; with the right one, what was wanted goes on."""
    url = f"sqlite:///{tmp_path / 'store.db'}"
    with closing(open_store(url)) as store:
        _, key = Keys(store).create("editor", {Scope.TRANSLATE})
    with serving(scripted_pipeline(ANSWERS, database_url=url)) as address:
        page = open_page(address)
        page.get_by_label("French article").fill("Moscou dément.")
        page.keyboard.press("Control+Enter")
        field = page.get_by_label("This service asks for a key")
        expect(field).to_be_focused()
        expect(page.get_by_role("alert")).to_be_hidden()
        page.keyboard.insert_text("sesame")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("not valid")
        expect(field).to_be_focused()
        page.keyboard.insert_text(key)
        page.keyboard.press("Enter")
        expect(page.locator("#take")).to_be_visible()
        expect(page.get_by_role("alert")).to_be_hidden()
        assert downloaded(page, "text").read_text(encoding="utf-8") == "It is denied.\n"
        assert key not in page.evaluate("JSON.stringify(localStorage) + document.cookie")


def test_a_stored_glossary_can_be_chosen(open_page: OpenPage, tmp_path: Path) -> None:
    """It is offered where there is one, and its terms are in the ledger."""
    url = f"sqlite:///{tmp_path / 'store.db'}"
    with serving(scripted_pipeline(ANSWERS, database_url=url)) as address:
        page = open_page(address)
        page.get_by_text("Glossary and options").click()
        expect(page.get_by_label("Stored glossary")).to_be_hidden()
        terms = [{"french": "Fetissov", "english": "Fetisov", "type": "person"}]
        body = {"name": "Sport", "terms": terms}
        assert httpx2.post(f"{address}/v1/glossaries", json=body).status_code == 201
        page.reload()
        page.get_by_text("Glossary and options").click()
        page.get_by_label("Stored glossary").select_option("Sport (1 term)")
        translate(page, "M. Fetissov dort.")
        name_in(page, "Fetisov").hover()
        expect(page.get_by_role("dialog")).to_contain_text("stored glossary")


# ---- for everybody


def test_the_keyboard_is_enough(address: str, open_page: OpenPage) -> None:
    """Type, translate, walk to a name, read its card, change it, undo, without a pointer."""
    page = open_page(address)
    keys = page.keyboard
    walk_to(page, "#text")
    keys.insert_text(TEXT)
    keys.press("Control+Enter")
    expect(page.locator("#take")).to_be_visible()
    walk_to(page, "#rows .mention")
    card = page.get_by_role("dialog")
    expect(card).to_be_visible()
    keys.press("Escape")
    expect(card).to_be_hidden()
    keys.press("Enter")
    expect(card.get_by_label("English form")).to_be_focused()
    keys.type("Victor Fetisoff")
    keys.press("Escape")  # changes nothing
    assert "Viktor Fetisov" in english(page)[0]
    expect(page.locator("#rows .mention:focus")).to_have_text("Viktor Fetisov")
    keys.press("Enter")
    keys.type("Victor Fetisoff")
    keys.press("Enter")
    expect(page.locator("#rows .mention:focus")).to_have_text("Victor Fetisoff")
    assert english(page)[2].startswith("Mr. Fetisoff sleeps.")
    keys.press("Control+z")
    assert "Viktor Fetisov" in english(page)[0]
    walk_to(page, "#again")
    keys.press("Enter")
    expect(page.get_by_label("French article")).to_be_focused()


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_no_grave_fault(address: str, open_page: OpenPage, look: str) -> None:
    """In the form, its errors, the article and the card; light, dark and on a phone."""
    page = open_page(address, **LOOKS[look])
    page.get_by_text("Glossary and options").click()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    assert grave_faults(page) == []
    translate(page, TEXT)
    assert grave_faults(page) == []
    name_in(page, "Sochi").click()
    assert grave_faults(page) == []


@pytest.mark.parametrize("look", LOOKS)
def test_nothing_is_wider_than_the_window(address: str, open_page: OpenPage, look: str) -> None:
    """No sideways scrolling; on a phone the English stands under its French."""
    page = open_page(address, **LOOKS[look])
    translate(page, TEXT + "a" * 300)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    french, first_english = (
        page.locator(f"#rows .{side}").first.bounding_box() for side in ("french", "english")
    )
    assert french
    assert first_english
    is_below = first_english["y"] >= french["y"] + french["height"]
    assert is_below == (look == "phone")


def test_what_stops_a_translation_is_told_to_people(address: str, open_page: OpenPage) -> None:
    """No field of the API is named, and nothing goes on saying that it is under way."""
    page = open_page(address, locale="fr-FR")
    german = "Der Präsident sprach am Dienstag eine Stunde lang mit seinem Kollegen."
    page.get_by_label("Article en français").fill(german)
    page.get_by_role("button", name="Traduire").click()
    expect(page.get_by_role("alert")).to_contain_text("Cela ne semble pas être du français.")
    expect(page.get_by_role("alert")).not_to_contain_text("source=fr")
    expect(page.locator("#status")).to_have_text("")
    expect(page.locator("#announcer")).not_to_contain_text("Traduction en cours")


def test_the_note_of_a_summary_is_in_the_language_of_the_page(
    address: str, open_page: OpenPage
) -> None:
    """And changes with it."""
    page = open_page(address, locale="fr-FR")
    page.get_by_label("Article en français").fill("Viktor Fetissov arrive à Sotchi.")
    page.get_by_role("button", name="Traduire").click()
    note = page.locator("#summary-note")
    expect(note).to_have_text("L’article est aussi court que son résumé.")
    expect(note).to_have_attribute("lang", "fr")
    page.get_by_role("button", name="English").click()
    expect(note).to_have_text("The article is as short as its summary.")
    expect(note).to_have_attribute("lang", "en")


def test_the_page_speaks_french_to_the_french(address: str, open_page: OpenPage) -> None:
    """The browser's language decides, a button changes it, and the choice lasts."""
    page = open_page(address, locale="fr-CA")
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    page.get_by_label("Article en français").fill(TEXT)
    page.get_by_role("button", name="Traduire").click()
    expect(page.locator("#status")).to_have_text("3 paragraphes, 3 noms · 2 phrases à vérifier")
    expect(page.locator("#rows .flag").first).to_contain_text("Nombres (à relire) Phrase 2 :")
    name_in(page, "Sochi").click()
    expect(page.get_by_role("dialog")).to_contain_text("liste intégrée")
    page.get_by_role("button", name="English").click()
    expect(page.locator("#status")).to_have_text("3 paragraphs, 3 names · 2 sentences to check")
    page.reload()
    expect(page.get_by_label("French article")).to_be_visible()


def test_french_errors_are_told_in_french(address: str, open_page: OpenPage) -> None:
    """What the service says in English stands under a sentence that says it in French."""
    page = open_page(address, locale="fr-FR")
    page.get_by_role("button", name="Traduire").click()
    expect(page.get_by_role("alert")).to_contain_text("Le texte est vide.")


# ---- how it is served


def test_the_page_is_served_with_a_strict_policy_and_is_not_sent_twice(address: str) -> None:
    """Its own files only, nothing inline; kept by the browser, checked each time."""
    for path in ("/", "/web/main.js", "/web/page.css"):
        answer = httpx2.get(address + path)
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
        assert "unsafe" not in policy
        assert answer.headers["cache-control"] == "no-cache"
        again = httpx2.get(address + path, headers={"if-none-match": answer.headers["etag"]})
        assert again.status_code == 304
        assert again.headers["content-security-policy"] == policy
    assert httpx2.head(address).headers["content-type"] == "text/html; charset=utf-8"
    missing = httpx2.get(f"{address}/web/secret.txt")
    assert (missing.status_code, missing.json()["error"]["code"]) == (404, "not_found")
