"""Translations that need no model: the same text, the text in capitals, answers from a table."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from service.article import Article
from service.formats import Document
from service.split import render, split


def translated(document: Document, translate: Callable[[str], str]) -> Article:
    """Translate a document sentence by sentence, as a pipeline does."""
    return spoken(split(document.text, title=document.title), translate)


def shouting(text: str) -> Article:
    """Translate a text into its own capitals."""
    return spoken(split(text), str.upper)


def spoken(article: Article, translate: Callable[[str], str]) -> Article:
    """Translate an article sentence by sentence."""
    return render(
        article.with_sentences(
            {
                (p, s): replace(sentence, target=translate(sentence.source))
                for p, s, sentence in article.sentences()
            }
        )
    )


def unchanged(document: Document) -> bytes:
    """Render a translation that is the French itself."""
    return document.render(translated(document, str)).data


def shouted(document: Document) -> str:
    """Render a translation that is the French in capitals: each word is tied to its own."""
    return document.render(translated(document, str.upper)).data.decode()


def answered(document: Document, answers: Mapping[str, str]) -> str:
    """Render a translation that is given sentence by sentence."""
    return document.render(translated(document, answers.__getitem__)).data.decode()
