"""Text to paragraphs to sentences and back, and over-long sentences to segments.

What lies between sentences (blanks, line ends, bullets) is layout: it is kept to the character, so
`join(split(text)) == text` for any text.

Sentences are found by choppa, a port of LanguageTool's SRX segmenter, with rules for French of our
own in `french.srx`. Of the 150 passages in tests/test_split.py, each library with its own rules for
French gets so many right (`python -m scripts.splitters`; seconds for 100,000 words on one core):

    our rules on choppa 1.0.0         150    0.4    sentencex 1.0.32   100    0.02
    choppa, rules of LanguageTool     111    1.9    cleave-sbd 0.3.0   100    0.6
    sentence-splitter 1.4 (LGPL)      110    0.7    pysbd 0.3.4         98    1.9
    sentencesplit 0.1.0               109    2.4    nupunkt 0.8.0       95    0.1
    BlingFire 0.1.8                   105    0.03   syntok 1.4.4        88    0.7
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from service.article import Article, Paragraph, Role, Sentence

if TYPE_CHECKING:
    from choppa import SrxDocument

RULES = Path(__file__).with_name("french.srx")

# Every line end of Unicode (UAX 14); a form feed or a paragraph separator also ends a paragraph.
LINE_END = re.compile(r"\r\n|[\n\v\f\r\x85\u2028\u2029]")
PARAGRAPH_ENDS = "\f\u2029"

# A label that some archives put before the text: "date 2017-11", "date 2017-11-21".
DATELINE = re.compile(r"\s*(date\s*:?\s*\d{4}-\d{2}(?:-\d{2})?)(?!\S)", re.IGNORECASE)

# "- ", "• ", "1. ", "a) ", "II. "; but "V. Poutine" begins with a name.
BULLET = re.compile(
    r"(?:[-–—•*·▪◦‣●○■□▸►→✓>]|#{1,6}|\d{1,2}[.)]|[a-z]\)|\([a-z\d]\)|[IVX]{2,5}[.)])\s+(?=\S)"
)

# Shorter lines are headings, verse or addresses, not prose wrapped at some width.
SHORTEST_WRAPPED_LINE = 40
NEVER_BEGINS_A_PARAGRAPH = ",;:!?»”)]%"

BLANK = re.compile(r"\s")

# Where to cut an over-long sentence, best first. A full stop inside a sentence is an abbreviation.
CUTS = (
    re.compile(r"(?:[!?…]|\.{3})(?:\s?[»”\"')\]])*(?=\s)"),
    re.compile(r"[;:](?=\s)"),
    re.compile(r"[,»”)\]](?=\s)|\s(?=[-–—(])"),
    re.compile(
        r"\s(?=(?:et|ou|mais|or|donc|car|qui|que|qu['’]\w+|dont|où|lorsque|quand|comme|si|puisque"
        r"|tandis|alors|après|avant|pour|afin|selon|avec|sans|dans|depuis|pendant|par)\s)"
    ),
    re.compile(r"\s(?=[a-zà-öø-ÿœ])"),  # never between two words of a name
    BLANK,
)

Span = tuple[int, int]


def split(text: str, *, title: str | None = None) -> Article:
    """Find the paragraphs and sentences of a text.

    A title goes before the text, a blank line between them. Lines of prose wrapped at some width
    make one paragraph; otherwise each line is one, and so is each item of a list.
    """
    whole = f"{title}\n\n{text}" if title else text
    body = len(whole) - len(text)
    paragraphs = _paragraphs(whole, (0, body), Role.TITLE)
    if dateline := DATELINE.match(whole, body):
        start, body = dateline.span(1)
        label = Sentence(start, body, whole[start:body])
        paragraphs.append(Paragraph(start, body, (label,), Role.DATELINE))
    paragraphs += _paragraphs(whole, (body, len(whole)), Role.TEXT)
    return Article(whole, tuple(paragraphs))


def join(article: Article) -> str:
    """Put the source together again from its sentences and the layout between them."""
    pieces = [layout + sentence.source for layout, _, _, sentence in _pieces(article)]
    return "".join(pieces) + _layout_at_the_end(article)


def render(article: Article) -> Article:
    """Write the English: each sentence's target in place of its source, the layout as it is.

    A dateline stays as it is. Between two sentences that touch in the source goes one space.
    """
    written: list[str] = []
    placed: dict[tuple[int, int], Sentence] = {}
    at = 0
    for layout, p, s, sentence in _pieces(article):
        is_dateline = article.paragraphs[p].role is Role.DATELINE
        target = sentence.source if is_dateline else sentence.target
        gap = layout or (" " if placed else "")
        start, at = at + len(gap), at + len(gap) + len(target)
        placed[p, s] = replace(sentence, target=target, target_start=start, target_end=at)
        written += [gap, target]
    translation = "".join(written) + _layout_at_the_end(article)
    return replace(article.with_sentences(placed), translation=translation)


def segments(sentence: str, count_tokens: Callable[[str], int], limit: int) -> list[str]:
    """Cut a sentence into pieces of at most `limit` tokens, at the best clause boundaries.

    Nothing is lost: `"".join(pieces)` is the sentence but for blanks, and a word stays whole unless
    it alone is over the limit. A single character is a piece whatever it costs; a sentence within
    the limit is its own only piece, untouched.
    """
    if len(sentence) < 2 or count_tokens(sentence) <= limit:
        return [sentence]
    stripped = sentence.strip()
    if len(stripped) < 2:
        return [stripped]
    cut = _best_cut(stripped)
    head, tail = stripped[:cut].rstrip(), stripped[cut:].lstrip()
    return segments(head, count_tokens, limit) + segments(tail, count_tokens, limit)


def _best_cut(text: str) -> int:
    """Find the best boundary in the middle half, else the blank nearest the middle, else there.

    Halving keeps the pieces of a like size and the work near linear.
    """
    middle, quarter = len(text) // 2, len(text) // 4
    for boundary in CUTS:
        found = [
            match.end()
            for match in boundary.finditer(text)
            if quarter <= match.end() <= len(text) - quarter
        ]
        if found:
            return min(found, key=lambda cut: abs(cut - middle))
    blanks = [match.end() for match in BLANK.finditer(text)]
    return min(blanks, key=lambda cut: abs(cut - middle), default=middle)


def _pieces(article: Article) -> Iterator[tuple[str, int, int, Sentence]]:
    """Yield every sentence with the layout before it and its place in the article."""
    at = 0
    for p, s, sentence in article.sentences():
        yield article.text[at : sentence.start], p, s, sentence
        at = sentence.end


def _layout_at_the_end(article: Article) -> str:
    end = article.paragraphs[-1].end if article.paragraphs else 0
    return article.text[end:]


def _paragraphs(text: str, within: Span, role: Role) -> list[Paragraph]:
    """Make a paragraph of every run of lines that belong together."""
    lines = list(_lines(text, within))
    width = _wrap_width(text, lines)
    spans: list[Span] = []
    before: Span | None = None
    for line in lines:
        if before and line[0] < line[1] and _goes_on(text, before, line, width):
            spans[-1] = (spans[-1][0], line[1])
        elif line[0] < line[1]:
            spans.append(line)
        before = line if line[0] < line[1] else None
    return [_paragraph(text, span, role) for span in spans]


def _paragraph(text: str, span: Span, role: Role) -> Paragraph:
    start, end = span
    if bullet := BULLET.match(text, start, end):
        start = bullet.end()
    sentences = tuple(Sentence(a, b, text[a:b]) for a, b in _sentences(text, (start, end)))
    return Paragraph(start, end, sentences, role)


def _lines(text: str, within: Span) -> Iterator[Span]:
    """Yield each line without the blanks around it, and an empty one where a paragraph ends."""
    at, end = within
    for line_end in LINE_END.finditer(text, at, end):
        yield _trimmed(text, (at, line_end.start()))
        at = line_end.end()
        if line_end.group() in PARAGRAPH_ENDS:
            yield at, at
    yield _trimmed(text, (at, end))


def _trimmed(text: str, span: Span) -> Span:
    """Leave out the blanks at both ends."""
    piece = text[slice(*span)]
    start = span[0] + len(piece) - len(piece.lstrip())
    return start, start + len(piece.strip())


def _goes_on(text: str, line: Span, following: Span, width: int) -> bool:
    """Whether the line end between two lines is only a wrap.

    It is if the second begins as no paragraph does, or if its first word did not fit the first.
    """
    if BULLET.match(text, *following) or line[1] - line[0] < SHORTEST_WRAPPED_LINE:
        return False
    first = text[following[0]]
    if first.islower() or first in NEVER_BEGINS_A_PARAGRAPH:
        return True
    word = text[slice(*following)].split(maxsplit=1)[0]
    return bool(width) and line[1] - line[0] + 1 + len(word) > width


def _wrap_width(text: str, lines: list[Span]) -> int:
    """Estimate the width at which prose was wrapped; 0 if the lines are not wrapped prose.

    Lines are wrapped prose if at least half of the line ends are followed by a small letter.
    """
    ends = [
        (line, following)
        for line, following in pairwise(lines)
        if line[1] - line[0] >= SHORTEST_WRAPPED_LINE and following[0] < following[1]
    ]
    wrapped = sorted(a[1] - a[0] for a, b in ends if text[b[0]].islower())
    if not wrapped or 2 * len(wrapped) < len(ends):
        return 0
    return wrapped[len(wrapped) * 9 // 10]  # not the longest: an address may stand out


def _sentences(text: str, span: Span) -> Iterator[Span]:
    """Yield the sentences of a paragraph, without the blanks around them."""
    from choppa import SrxTextIterator

    at, end = span
    for piece in SrxTextIterator(_rules(), "fr", text[at:end]):
        start, at = at, at + len(piece)
        if piece.strip():
            yield _trimmed(text, (start, at))


@cache
def _rules() -> "SrxDocument":
    from choppa import SrxDocument

    return SrxDocument(ruleset=str(RULES))
