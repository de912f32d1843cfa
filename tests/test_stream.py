"""Paragraphs told early, and what makes them the final article."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import pytest

from service.article import Article, Paragraph, Role
from service.decoding import Decoding, Hypothesis
from service.pipeline import Wishes
from service.stream import StreamedParagraph, revisions
from tests.fakes import ScriptedEngine, scripted_pipeline

FRENCH = Wishes(detect_language=False, summary_words=0)
MAJORITY = {
    "Viktor Fetissov arrive.": "Viktor Fetisov arrives.",
    "Viktor Fetissov part.": "Viktor Fetissov leaves.",
    "M. Fetissov dort.": "Mr. Fetissov sleeps.",
}
NAMED = {
    "Vladimir Poutine est à Sotchi.": "Vladimir Putin is in Sotchi.",
    "M. Poutine repart lundi.": "Mr. Poutine leaves on Monday.",
    "Moscou dément.": "It is denied.",
    "Moscow dément.": "Moscow denies it.",
    "Un chat dort.": "A cat sleeps.",
}


class ReportingEngine(ScriptedEngine):
    """Translates one segment after another and reports each, as a lane of the scheduler does."""

    on_progress: Callable[[int, list[Hypothesis]], None] | None = None

    def __init__(self, answers: Mapping[str, str] | None = None) -> None:
        super().__init__(answers)
        self.watched: list[bool] = []

    def translate(
        self,
        segments: Sequence[str],
        decoding: Decoding,
        prefixes: Sequence[str] | None = None,
    ) -> list[list[Hypothesis]]:
        """Answer from the table, segment by segment."""
        results = []
        self.watched.append(self.on_progress is not None)
        for place, segment in enumerate(segments):
            results += super().translate([segment], decoding)
            if self.on_progress:
                self.on_progress(place, results[-1])
        return results


def patched(told: Sequence[StreamedParagraph], article: Article) -> list[StreamedParagraph]:
    """Put revisions in the place of what was told."""
    newest = {paragraph.index: paragraph for paragraph in (*told, *revisions(told, article))}
    return [newest[index] for index in sorted(newest)]


def in_article(told: StreamedParagraph, target_start: int) -> Paragraph:
    """Make a paragraph of the article out of one that was told."""
    sentences = tuple(
        replace(
            one,
            start=one.start + told.start,
            end=one.end + told.start,
            target_start=one.target_start + target_start,
            target_end=one.target_end + target_start,
        )
        for one in told.sentences
    )
    return Paragraph(told.start, told.start + len(told.source), sentences, told.role)


def put_together(paragraphs: Sequence[StreamedParagraph], text: str) -> Article:
    """Build the article as a reader of the stream can: paragraphs, the layout of the French."""
    translation, at = "", 0
    built = []
    for one in paragraphs:
        translation += text[at : one.start]
        built.append(in_article(one, len(translation)))
        translation += one.translation
        at = one.start + len(one.source)
    return Article(text, tuple(built), translation + text[at:])


@pytest.mark.parametrize("engine", [ScriptedEngine, ReportingEngine])
@pytest.mark.parametrize("answers", [MAJORITY, NAMED, {}])
@pytest.mark.parametrize("layout", ["\n\n", " ", "\n- ", "\n\n* * *\n\n"])
def test_paragraphs_and_their_revisions_are_the_article(
    engine: type[ScriptedEngine], answers: dict[str, str], layout: str
) -> None:
    """What was told, patched and put together, is the article to the last field."""
    told: list[StreamedParagraph] = []
    text = "date 2017-11 " + layout.join(answers or NAMED) + "\n"
    pipeline = scripted_pipeline(engine=engine(answers))
    wishes = replace(FRENCH, title="Un chat dort")
    article = pipeline.translate_article(text, wishes, told.append)
    assert [paragraph.index for paragraph in told] == list(range(len(article.paragraphs)))
    whole = put_together(patched(told, article), article.text)
    assert (whole.paragraphs, whole.translation) == (article.paragraphs, article.translation)
    assert article == pipeline.translate_article(text, wishes)


def test_a_paragraph_is_told_before_the_next_is_translated() -> None:
    """The first paragraph can be read while the engine has not seen the last."""
    engine = ReportingEngine(MAJORITY)
    seen: list[list[str]] = []

    def tell(paragraph: StreamedParagraph) -> None:
        seen.append([segment for call in engine.history for segment in call])

    scripted_pipeline(engine=engine).translate_article("\n\n".join(MAJORITY), FRENCH, tell)
    assert seen == [list(MAJORITY)[:count] for count in (1, 2, 3)]


def test_what_needs_no_model_is_told_before_the_model_begins() -> None:
    """A dateline waits for nothing."""
    engine = ReportingEngine()
    told: list[tuple[Role, int]] = []
    scripted_pipeline(engine=engine).translate_article(
        "date 2017-11 Un chat dort.",
        FRENCH,
        lambda paragraph: told.append((paragraph.role, len(engine.history))),
    )
    assert told == [(Role.DATELINE, 0), (Role.TEXT, 1)]


def test_a_name_of_the_glossary_is_right_the_first_time() -> None:
    """A short form is known by its full name, though that stands in another paragraph."""
    told: list[StreamedParagraph] = []
    text = "Vladimir Poutine est à Sotchi.\n\nM. Poutine repart lundi."
    article = scripted_pipeline(NAMED).translate_article(text, FRENCH, told.append)
    assert [paragraph.translation for paragraph in told] == [
        "Vladimir Putin is in Sochi.",
        "Mr. Putin leaves on Monday.",
    ]
    assert list(revisions(told, article)) == []


def test_a_majority_that_comes_late_revises() -> None:
    """Only the paragraph that the majority overrules is told again."""
    told: list[StreamedParagraph] = []
    article = scripted_pipeline(MAJORITY).translate_article(
        "\n\n".join(MAJORITY), FRENCH, told.append
    )
    assert told[0].translation == "Viktor Fetisov arrives."
    (revised,) = revisions(told, article)
    assert (revised.index, revised.translation) == (0, "Viktor Fetissov arrives.")


def test_a_second_opinion_of_the_model_revises() -> None:
    """The model is not asked twice while it has sentences to come, only in the end."""
    told: list[StreamedParagraph] = []
    article = scripted_pipeline(NAMED).translate_article("Moscou dément.", FRENCH, told.append)
    assert told[0].translation == "It is denied."
    assert [paragraph.translation for paragraph in revisions(told, article)] == [
        "Moscow denies it."
    ]


def test_telling_asks_nothing_more_of_the_engine() -> None:
    """The calls are the same with a listener as without."""
    calls = []
    for listener in (None, lambda paragraph: None):
        engine = ScriptedEngine(NAMED)
        scripted_pipeline(engine=engine).translate_article("\n\n".join(NAMED), FRENCH, listener)
        calls.append(engine.history)
    assert calls[0] == calls[1]


@pytest.mark.parametrize(("listener", "first"), [(print, True), (None, False)])
def test_the_engine_reports_only_while_somebody_reads_along(
    listener: Callable[[StreamedParagraph], None] | None, first: bool
) -> None:
    """Small batches for a quick beginning are asked for by the first call of a stream alone."""
    engine = ReportingEngine(NAMED)
    scripted_pipeline(engine=engine).translate_article("Moscou dément.", FRENCH, listener)
    assert len(engine.watched) > 1
    assert engine.watched == [first] + [False] * (len(engine.watched) - 1)
