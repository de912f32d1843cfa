"""SubRip (.srt) and WebVTT (.vtt) in place: numbers, timings, settings and notes stay to the byte.

A sentence that runs over several lines or cues is translated whole and cut again: as many parts as
it had, each of about its share, between words, at a comma where one is near. Only lines of text are
touched, which no library that reads and writes cues anew would promise.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from itertools import pairwise

from service.article import Article, Sentence
from service.errors import BadFile
from service.formats import align
from service.formats.block_builder import BlockBuilder
from service.formats.document import (
    BETWEEN_BLOCKS,
    Block,
    English,
    Escape,
    Placed,
    Rendered,
    read_text,
    unescaped,
)
from service.formats.marked import edited, noted, weave
from service.formats.readers.html import escape as escape_html

SIGNATURE = "WEBVTT"
LINE = re.compile(r"[^\r\n]+")
TIME = r"(?:\d+:)?\d{1,2}:\d{1,2}[.,:]\d{1,3}"
TIMING = re.compile(rf"\s*{TIME}\s*-->\s*{TIME}")
NUMBER = re.compile(r"\s*\d+\s*")

# Styles, the voice of a speaker and karaoke times; {\an8} places a line.
# What is never closed is gone over once (*+).
SRT_TAG = re.compile(r"<(/?)(b|i|u|s|font)\b[^<>]*+>|\{\\[^{}]*+\}", re.IGNORECASE)
VTT_TAG = re.compile(r"<(/?)([a-z]*+)[^<>]*+>", re.IGNORECASE)

# A line goes on in the next one unless it ends a sentence; speakers take turns with dashes.
ENDS = re.compile(r"[.!?…:][\s»”\"')\]]*$")
TAKES_TURN = re.compile(r"\s*[-–—♪#]")
MOST_LINES = 8  # that a sentence may run over: captions made by machines have no full stops
PAUSE = re.compile(r"(?:[,;:.!?…]|--)[»”\"’')\]]*$")
PAUSE_BONUS = 8  # characters that a cut may lie off for the sake of a pause
WORD_GAP = re.compile(r"\s+")
NOTHING_LEFT = "…"  # shown in a cue when the English is too short to fill it

EMPTY_CUES = "{} cue(s) show … because the English is shorter than the French"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text: its block, where it begins in the document's text, and its cue."""

    block: Block
    start: int
    cue: int

    @property
    def end(self) -> int:
        """Where it ends in the document's text."""
        return self.start + len(self.block.text)


@dataclass(frozen=True, slots=True)
class Subtitles:
    """A document of cues."""

    source: str
    lines: tuple[Line, ...]
    text: str
    encode: Callable[[str], bytes]
    title: str | None = None

    def render(self, article: Article) -> Rendered:
        """Write the file with the English in place."""
        texts = _shared_out(English(article, self.text), self.lines)
        told = {line.cue for line, text in zip(self.lines, texts, strict=True) if text}
        empty = len({line.cue for line in self.lines} - told)
        edits, guesses = [], 0
        for line, text in zip(self.lines, texts, strict=True):
            if text == line.block.text:
                continue
            if not text and line.cue in told:
                edits.append((*_whole_line(self.source, line.block), ""))
                continue
            told.add(line.cue)
            placed = _placed(line.block, text or NOTHING_LEFT)
            guesses += sum(not one.exact for one in placed)
            new = weave(line.block, text or NOTHING_LEFT, placed)
            edits.append((line.block.start, line.block.end, new))
        notes = (EMPTY_CUES.format(empty),) if empty else ()
        return Rendered(self.encode(edited(self.source, edits)), (*noted(guesses), *notes))


def read_srt(data: bytes, name: str = "text.srt") -> Subtitles:
    """Read a SubRip file.

    Raises:
        NotUtf8: it is something else.
        BadFile: no cue is in it.
    """
    source, encode = read_text(data)
    cues = [[_block(source, line, SRT_TAG, unescaped) for line in cue] for cue in _srt(source)]
    return _subtitles(source, cues, encode, name)


def read_vtt(data: bytes, name: str = "text.vtt") -> Subtitles:
    """Read a WebVTT file.

    Raises:
        NotUtf8: it is something else.
        BadFile: it is no WebVTT, or no cue is in it.
    """
    source, encode = read_text(data)
    if not source.startswith(SIGNATURE):
        raise BadFile(f"a WebVTT file begins with {SIGNATURE}, and this does not", where=name)
    cues = [[_block(source, line, VTT_TAG, escape_html) for line in cue] for cue in _vtt(source)]
    return _subtitles(source, cues, encode, name)


def _srt(source: str) -> Iterator[list[re.Match[str]]]:
    """Yield the lines of text of each cue, which may have blank lines between them."""
    cue: list[re.Match[str]] | None = None
    for line in LINE.finditer(source):
        if TIMING.match(line.group()):
            if cue is not None:
                yield cue[:-1] if cue and NUMBER.fullmatch(cue[-1].group()) else cue
            cue = []
        elif cue is not None:
            cue.append(line)
    if cue is not None:
        yield cue


def _vtt(source: str) -> Iterator[list[re.Match[str]]]:
    """Yield the lines of text of each cue, which ends at a blank line."""
    cue: list[re.Match[str]] | None = None
    for line, after in pairwise([*LINE.finditer(source), None]):
        assert line is not None
        if TIMING.match(line.group()):
            cue = []
        elif cue is not None:
            cue.append(line)
        gap = source[line.end() : after.start() if after else None]
        if cue is not None and (after is None or gap.replace("\r\n", "\n").count("\n") > 1):
            yield cue
            cue = None


def _block(source: str, line: re.Match[str], tags: re.Pattern[str], escape: Escape) -> Block | None:
    """Read a line of text with its tags; None if there is nothing to translate."""
    builder = BlockBuilder(escape)
    at = line.start()

    def add_text(end: int) -> None:
        raw = source[at:end]
        text = raw if escape is unescaped else unescape(raw)
        if raw:
            builder.add_text(text, at, end, raw=raw)

    for tag in tags.finditer(source, line.start(), line.end()):
        add_text(tag.start())
        at = tag.end()
        if not tag.group(2):
            builder.add_point(tag.group(), *tag.span())
        elif tag.group(1):
            builder.close(tag.group(2), tag.group(), *tag.span())
        else:
            builder.open(tag.group(2), tag.group(), *tag.span())
    add_text(line.end())
    return builder.finish()


def _subtitles(
    source: str, cues: Sequence[Sequence[Block | None]], encode: Callable[[str], bytes], name: str
) -> Subtitles:
    """Join the lines: a blank where a sentence goes on, else a blank line."""
    if not cues:
        raise BadFile("there are no subtitles in the file", where=name)
    lines: list[Line] = []
    text, run = "", 1
    for number, cue in enumerate(cues):
        for block in cue:
            if block is None:
                continue
            if lines:
                run = run + 1 if run < MOST_LINES and _goes_on(lines[-1].block, block) else 1
                text += BETWEEN_BLOCKS if run == 1 else " "
            lines.append(Line(block, len(text), number))
            text += block.text
    return Subtitles(source, tuple(lines), text, encode)


def _goes_on(block: Block, following: Block) -> bool:
    """Whether a sentence runs over from one line into the next."""
    if TAKES_TURN.match(following.text):
        return False
    return not ENDS.search(block.text) or following.text.lstrip(" .…")[:1].islower()


def _shared_out(english: English, lines: Sequence[Line]) -> list[str]:
    """Write the English of each line: whole sentences and parts of sentences."""
    starts = [line.start + english.start for line in lines]
    cuts: dict[int, int] = {}
    for sentence in english.sentences:
        inside = starts[bisect_right(starts, sentence.start) : bisect_left(starts, sentence.end)]
        cuts |= zip(inside, _cuts(sentence, inside), strict=True)
    texts = []
    for line, start, following in zip(lines, starts, [*starts, -1][1:], strict=True):
        begin = cuts[start] if start in cuts else english.at(line.start)
        end = cuts[following] if following in cuts else english.at(line.end)
        texts.append(" ".join(english.article.translation[begin:end].split()))
    return texts


def _cuts(sentence: Sentence, places: Sequence[int]) -> list[int]:
    """Choose where to cut the English of a sentence whose French is cut at these places."""
    source, target = sentence.source, sentence.target
    at = [place - sentence.start for place in places]
    if target == source:
        return [sentence.target_start + place for place in at]
    gaps = [gap.start() for gap in WORD_GAP.finditer(target)]
    chosen: list[int] = []
    low = 0
    for left, place in zip(range(len(at) - 1, -1, -1), at, strict=True):
        candidates = gaps[low : max(low + 1, len(gaps) - left)]  # a word for each part to come
        best = min(candidates, key=_cost_of(source, target, place), default=len(target))
        low += candidates.index(best) + 1 if candidates else 0
        chosen.append(sentence.target_start + best)
    return chosen


def _cost_of(source: str, target: str, place: int) -> Callable[[int], float]:
    """Say how bad a cut is: far from its share of the sentence, and from what was cut there."""
    share = place / len(source) * len(target)
    same_words = align.cut(source, target, place)

    def cost(at: int) -> float:
        is_pause = PAUSE.search(target, max(0, at - 3), at) is not None
        return abs(at - share) + abs(at - same_words) - PAUSE_BONUS * is_pause

    return cost


def _whole_line(source: str, block: Block) -> tuple[int, int]:
    """Find the line that a block stands in, its line end included."""
    start = max(source.rfind("\n", 0, block.start), source.rfind("\r", 0, block.start)) + 1
    end = re.compile(r"[^\r\n]*(?:\r\n?|\n)?").match(source, block.end)
    return start, end.end() if end else block.end


def _placed(block: Block, text: str) -> list[Placed]:
    """Find the marks of a line in its English."""
    found = []
    for mark in block.marks:
        span = align.place(block.text, text, (mark.start, mark.end))
        is_edge = mark.end == 0 or mark.start == len(block.text)
        is_whole = (mark.start, mark.end) == (0, len(block.text))
        found.append(Placed(*span, exact=is_edge or is_whole))
    return found
