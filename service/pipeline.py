"""The way a text travels, on one screen (`Pipeline.translate_article`), and the only wiring."""

from dataclasses import dataclass, replace

from service import checks
from service.article import Article, GlossaryVersion, Provenance
from service.decoding import Decoding, Hypothesis
from service.engines import Engine, load_engine
from service.engines.summariser import load_summariser
from service.errors import UnresolvedNames
from service.intake import require_french, require_text
from service.memory import Memory, recall
from service.models import Bundle, find_bundle
from service.names.find import find
from service.names.glossary import Glossary, built_in, layered
from service.names.settle import settle
from service.observer import UNOBSERVED, Observer
from service.settings import SUMMARY_WORDS, Settings
from service.split import render, split
from service.stream import OnParagraph, Preview
from service.summarise import Summariser, summarise, write_summary
from service.wording.rare_words import RareWords, rare_words_of
from service.wording.sentences import SentenceTranslator


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a caller may ask for one article.

    Attributes:
        title: a headline given apart from the text.
        glossary: terms that go before the built-in ones.
        glossaries: the stored ones that these terms are from.
        summary_words: English words of the summary; 0 for none.
        detect_language: refuse a text that is not French.
        strict: fail when a name of the glossary or the article could not be put right.
        memory: confirmed sentences; those of the article that are in it are not translated anew.
    """

    title: str | None = None
    glossary: Glossary | None = None
    glossaries: tuple[GlossaryVersion, ...] = ()
    summary_words: int = SUMMARY_WORDS
    detect_language: bool = True
    strict: bool = False
    memory: Memory | None = None


@dataclass(frozen=True, slots=True)
class Pipeline:
    """A loaded engine and what it needs to translate articles. Safe to share between threads.

    A `summariser` writes the summaries; without one they are sentences of the article.
    """

    engine: Engine
    bundle: Bundle
    settings: Settings
    glossary: Glossary
    rare_words: RareWords
    observer: Observer = UNOBSERVED
    summariser: Summariser | None = None

    def translate_article(
        self, text: str, wishes: Wishes = Wishes(), on_paragraph: OnParagraph | None = None
    ) -> Article:
        """Translate a French article, settle its names and summarise it.

        Args:
            text: the article.
            wishes: what the caller asks for.
            on_paragraph: called with each paragraph, in order, as soon as it is translated; what
                changes after that, `stream.revisions` tells from the article returned.

        Raises:
            BadInput: the text is empty, too long, damaged or not French.
            UnresolvedNames: `wishes.strict` and a name could not be put right; the error carries
                the whole article all the same.
            EngineFailed: the engine gave up.
            StoreUnavailable: `wishes.memory` cannot be asked.
        """
        require_text(text, self.settings.max_characters)
        if wishes.detect_language:
            require_french(text)
        glossary = layered(wishes.glossary, self.glossary) if wishes.glossary else self.glossary
        translate = SentenceTranslator(self.engine, self.rare_words)
        stage = self.observer.stage

        with stage("split"):
            article = split(text, title=wishes.title)
        with stage("find"):
            found = find(article, glossary)
        with stage("recall"):
            article = recall(article, wishes.memory)
        preview = Preview(article, found, self.judge, on_paragraph) if on_paragraph else None
        with stage("translate"):
            article = translate_sentences(article, translate, self.settings.beam_size, preview)
        with stage("mend"):
            article = checks.mend(article, translate)
        with stage("settle"):
            article = settle(
                article,
                found,
                translate,
                is_sound=checks.is_sound,
                follows_marks=self.bundle.record.marks,
            )
        with stage("judge"):
            article = render(self.judge(article))
        with stage("summarise"):
            summary = summarise(article, wishes.summary_words)
            if self.summariser:
                summary = write_summary(article, wishes.summary_words, self.summariser, summary)
        made_by = replace(self.provenance(), glossaries=wishes.glossaries)
        article = replace(article, summary=summary, provenance=made_by)
        self.observer.done(article)

        if wishes.strict:
            require_resolved(article)
        return article

    def judge(self, article: Article) -> Article:
        """Flag what looks wrong, and say how sure the model is of each sentence."""
        return checks.rate(checks.flag(article), self.bundle.record.confidence)

    def provenance(self) -> Provenance:
        """Say what translates: enough to make the same translation again."""
        return Provenance(
            model=self.bundle.name,
            sha256=self.bundle.sha256,
            engine=self.engine.name,
            settings=f"beam_size={self.settings.beam_size}",
        )


def load_pipeline(settings: Settings) -> Pipeline:
    """Find, verify and load what the settings name.

    Raises:
        ModelError: the model is missing, damaged or not one we can run.
    """
    bundle = find_bundle(settings.model)
    summariser = load_summariser(settings)
    engine = load_engine(bundle, settings)
    words = rare_words_of(bundle)
    return Pipeline(engine, bundle, settings, built_in(), words, summariser=summariser)


def translate_sentences(
    article: Article, translate: SentenceTranslator, beam_size: int, preview: Preview | None
) -> Article:
    """Fill in the English of every sentence, in one call; what is not language is copied."""
    todo = {p: one for p, one in article.translatable().items() if not one.is_confirmed}
    places = list(todo)
    done = {
        (p, s): sentence if sentence.is_confirmed else replace(sentence, target=sentence.source)
        for p, s, sentence in article.sentences()
        if (p, s) not in todo
    }

    def take(number: int, hypotheses: list[Hypothesis]) -> None:
        place = places[number]
        done[place] = checks.drafted(todo[place], hypotheses[0])
        if preview:
            preview.add({place: done[place]})

    sources = [sentence.source for sentence in todo.values()]
    decoding = Decoding(beam_size=beam_size)
    if preview:  # else the engine is better off with batches that nobody waits for
        preview.add(done)
        translate.in_order(sources, decoding, take)
    else:
        for number, hypotheses in enumerate(translate(sources, decoding)):
            take(number, hypotheses)
    return article.with_sentences(done)


def require_resolved(article: Article) -> None:
    """Refuse an article with a name that could not be put right.

    Raises:
        UnresolvedNames: it has one.
    """
    if unresolved := article.unresolved():
        raise UnresolvedNames(
            f"{len(unresolved)} mention(s) could not be put right: {', '.join(unresolved[:5])}",
            article,
            where="names",
            hint="read these sentences, or ask again without strict",
        )
