"""French to measure with: as many different sentences as are wanted, made of those at hand.

Equal segments in flight are translated once, so a benchmark whose clients all send one article
measures nothing. Here a sentence that comes back gets a date of its own in front: no weekday, for a
model that takes one for another would be asked twice and measured for its mistakes.
"""

import random
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

from service.engines import Engine
from service.split import segments, split
from service.wording.typography import to_model

ROOT = Path(__file__).parents[2]
SEED = ROOT / "seeds" / "article.txt"
DOMAIN = ROOT / "tests" / "data" / "domain"
MONTHS = "janvier février mars avril mai juin juillet août septembre octobre novembre".split()
DETERMINERS = {"Le", "La", "Les", "Un", "Une", "Des", "Il", "Elle", "Ils", "Ce", "Cette", "En"}
SENTENCES_IN_ARTICLE = 10
SENTENCES_IN_PARAGRAPH = 2
PARTING = 17  # of the random numbers: every run measures the same texts


def sentences(path: Path | None = None) -> list[str]:
    """List the sentences of a text file, or of the articles that come with the program."""
    files = [path] if path else [SEED, *sorted(DOMAIN.glob("*.txt"))]
    return [
        sentence.source
        for file in files
        for sentence in split(file.read_text(encoding="utf-8")).translatable().values()
    ]


def distinct(pool: list[str]) -> Iterator[str]:
    """Yield sentences without end, none of them twice: first as they are, then with dates."""
    order = random.Random(PARTING)
    for number in count():
        if not number % len(pool):
            order.shuffle(pool := list(pool))
        sentence = pool[number % len(pool)]
        yield dated(sentence, number) if number >= len(pool) else sentence


def dated(sentence: str, number: int) -> str:
    """Put a date in front; another for each number, up to fifteen thousand and more."""
    rest, day = divmod(number, 28)
    year, month = divmod(rest, len(MONTHS))
    if sentence.split(" ", 1)[0] in DETERMINERS:
        sentence = sentence[0].lower() + sentence[1:]
    return f"Le {day + 2} {MONTHS[month]} {1970 + year}, {sentence}"


def articles(source: Iterator[str], number: int, length: int = SENTENCES_IN_ARTICLE) -> list[str]:
    """Make articles of so many sentences."""
    return [article(list(islice(source, length))) for _ in range(number)]


def article(some: list[str]) -> str:
    """Set sentences in paragraphs."""
    step = SENTENCES_IN_PARAGRAPH
    return "\n\n".join(" ".join(some[at : at + step]) for at in range(0, len(some), step))


def document(source: Iterator[str], words: int) -> str:
    """Make one article of at least so many words."""
    some: list[str] = []
    while words > 0:
        some.append(next(source))
        words -= len(some[-1].split())
    return article(some)


def segments_of(text: str, engine: Engine) -> list[str]:
    """List what an engine is given for an article, as the pipeline cuts it."""
    return [
        piece
        for sentence in split(text).translatable().values()
        for piece in segments(to_model(sentence.source), engine.count_tokens, engine.max_tokens)
    ]
