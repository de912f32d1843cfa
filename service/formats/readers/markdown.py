"""Markdown in place: prose is translated; marks, links' targets, code and front matter stay.

Parsed by markdown-it-py, which knows the lines of each block; its inline rules are watched to learn
the columns of each mark. Tables, strikethrough, footnotes, tasks, formulas in $ and blocks in :::
are read beside CommonMark, and HTML blocks as HTML. A reference link that was named by its own
French text is given its name apart.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from service.errors import BadFile
from service.formats.block_builder import BLANK, BlockBuilder
from service.formats.document import Block, read_text
from service.formats.marked import MarkedText
from service.formats.readers import html
from service.formats.readers.html_tokens import VOID

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n|$)")
LINE_END = re.compile(r"\r\n?|\n")
TAG = re.compile(r"<(/?)([A-Za-z][\w-]*)[^>]*?(/?)>", re.DOTALL)

SPECIAL = re.compile(
    r"[\\`*\[\]|]|(?<![^\W_])_|_(?![^\W_])|~(?=~)|<(?=[A-Za-z/!?])|&(?=#?\w+;)|#(?=#*\Z)"
)
# What begins a list, a heading, a quotation or a rule at the beginning of a line.
BEGINS_BLOCK = re.compile(r"\A(?=[#>=]|[-+](?:\s|$|-))")
BEGINS_LIST = re.compile(r"\A(\d{1,9})(?=[.)](?:\s|$))")

COLONS = ":::"
PARTED_BY_COLONS = ("paragraph", "reference", "blockquote", "list")
TASK = re.compile(r"\[[ xX]\](?=\s)")  # the box at the beginning of what is to be done

POINTS = frozenset(("image", "footnote_ref", "task"))
BREAKS = frozenset(("softbreak", "hardbreak"))
OPENING = frozenset(("em_open", "strong_open", "s_open"))
CLOSING = frozenset(("em_close", "strong_close", "s_close"))
UNNAMED = frozenset(("]", "][]"))  # how a reference link ends that is named by its text
SPAN, LABEL_END = "span", "label_end"

INLINE_NOTES = "notes inside a sentence, ^[...], are left in French"

Rule = Callable[["StateInline", bool], bool]


def read(data: bytes, name: str = "text.md") -> MarkedText:
    """Read a Markdown file.

    Raises:
        NotUtf8: it is something else.
        BadFile: it is no text.
    """
    source, encode = read_text(data)
    if "\0" in source:
        raise BadFile("the file holds NUL, which no text contains", where=name)
    tokens = _parser().parse(source)
    blocks = tuple(_blocks(source, tokens))
    has_notes = any(mark.before.startswith("^[") for block in blocks for mark in block.marks)
    return MarkedText(source, blocks, encode, notes=(INLINE_NOTES,) if has_notes else ())


def escape(text: str, begins_line: bool) -> str:
    """Write plain text so that it is not read as marks."""
    text = SPECIAL.sub(r"\\\g<0>", text)
    if not begins_line:
        return text
    return BEGINS_LIST.sub(r"\1\\", BEGINS_BLOCK.sub(r"\\", text))


@cache
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt
    from mdit_py_plugins.dollarmath import dollarmath_plugin
    from mdit_py_plugins.footnote import footnote_plugin
    from mdit_py_plugins.front_matter import front_matter_plugin

    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    parser.use(front_matter_plugin).use(footnote_plugin, move_to_end=False)
    parser.use(dollarmath_plugin, allow_space=False, allow_digits=False, double_inline=True)
    parser.inline.ruler.before("link", "task", _task)
    parser.block.ruler.before("fence", "colons", _colons, {"alt": list(PARTED_BY_COLONS)})
    parser.disable("text_join")  # it would hide where characters were escaped
    for rule in list(parser.inline.ruler.__rules__):
        parser.inline.ruler.at(rule.name, _watched(rule.name, rule.fn))
    return parser


def _colons(state: "StateBlock", line: int, _last: int, silent: bool) -> bool:
    """Pass over a line that begins or ends a block, `::: note`; what is in it is read as ever."""
    start = state.bMarks[line] + state.tShift[line]
    if state.is_code_block(line) or not state.src.startswith(COLONS, start):
        return False
    if not silent:
        state.line = line + 1
    return True


def _task(state: "StateInline", silent: bool) -> bool:
    """Read the box of a task; the library's plugin would take it out of the text."""
    box = TASK.match(state.src) if state.pos == 0 else None
    if box is None:
        return False
    if not silent:
        state.push("task", "", 0)
    state.pos = box.end()
    return True


def _watched(name: str, rule: Rule) -> Rule:
    """Make an inline rule note in its tokens which stretch of the content they come from."""

    def run(state: "StateInline", silent: bool) -> bool:
        start, count = state.pos, len(state.tokens)
        is_link = name == "link" and state.src[start] == "["
        label = state.md.helpers.parseLinkLabel(state, start) if is_link else -1
        if not rule(state, silent):
            return False
        if name in ("emphasis", "strikethrough"):
            _note_delimiters(state.tokens[count:], start, state.pos)
        for token in state.tokens[count:]:
            token.meta.setdefault(SPAN, (start, state.pos))
            token.meta.setdefault(LABEL_END, label)
        return True

    return run


def _note_delimiters(tokens: Sequence["Token"], start: int, end: int) -> None:
    """Note where each of a row of * stands; before them may come the text up to them."""
    for token in reversed(tokens):
        if end <= start:
            break
        token.meta[SPAN] = end - len(token.content), end
        end -= len(token.content)


def _blocks(source: str, tokens: Sequence["Token"]) -> Iterator[Block]:
    """Yield what is to be translated."""
    lines = [match.span() for match in LINE.finditer(source)]
    cell = 0  # where the last cell ended
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.map is None:
            continue
        first, last = token.map
        if token.type == "html_block":
            start, end = lines[first][0], lines[last - 1][1]
            for inner in html.fragment(source[start:end]).blocks:
                yield replace(inner, start=inner.start + start, end=inner.end + start)
        elif token.type == "inline":
            if before and before.type in ("th_open", "td_open"):
                cell = max(cell, lines[first][0])
                origins = _in_cell(source, token.content, cell)
                cell = origins[-1]
            else:
                origins = _in_lines(source, token.content, lines[first:last])
            if block := _Inline(source, token.content, origins).block(token.children or []):
                yield block


def _in_cell(source: str, content: str, start: int) -> list[int]:
    """Find each character of a table's cell in the source, where bars are escaped."""
    at = source.index(content.replace("|", "\\|"), start)
    origins = []
    for character in content:
        origins.append(at)
        at += 1 + (character == "|")
    return [*origins, at]


def _in_lines(source: str, content: str, lines: Sequence[tuple[int, int]]) -> list[int]:
    """Find each character of a paragraph in the source, where lines may be indented or quoted."""
    origins: list[int] = []
    for piece, (start, end) in zip(content.split("\n"), lines, strict=False):
        text = piece.strip(BLANK)
        at = source.rindex(text, start, end) if text else end
        indent = len(piece) - len(piece.lstrip(BLANK)) if text else 0
        origins += [at] * indent
        origins += range(at, at + len(piece) - indent + 1)  # one more for the line end
    return origins


class _Inline:
    """Gathers the block of one paragraph, heading or cell from its inline tokens."""

    def __init__(self, source: str, content: str, origins: Sequence[int]) -> None:
        self._source = source
        self._content = content
        self._origins = origins
        self._builder = BlockBuilder(escape)
        self._at = 0  # up to where the content is gathered
        self._label = 0  # where the text of the open link begins in the source

    def block(self, tokens: Sequence["Token"]) -> Block | None:
        """Gather the block; None if it holds nothing to translate."""
        inside_autolink = False
        for token in tokens:
            if token.type == "link_close" and token.markup == "autolink":
                inside_autolink = False
            elif token.type != "text" and not inside_autolink:
                inside_autolink = token.markup == "autolink"
                self._add(token)
        self._text_up_to(len(self._content))
        return self._builder.finish()

    def _add(self, token: "Token") -> None:
        start, end = token.meta[SPAN]
        match token.type:
            case "link_close":
                self._close_link(token.meta[LABEL_END], end)
            case "link_open" if token.markup == "autolink":
                self._verbatim(self._content[start + 1 : end - 1], start, end)
            case "link_open":
                self._open("link", start, start + 1)
                self._label = self._origins[start + 1]
            case kind if kind in OPENING:
                # Of the two tokens of a row of **, the second became the mark.
                self._open(token.markup, end - len(token.markup), end)
            case kind if kind in CLOSING:
                self._close(token.markup, start, start + len(token.markup))
            case kind if kind in POINTS:
                self._point(start, end)
            case kind if kind in BREAKS:
                self._break(start, end)
            case "text_special":
                self._text(token.content, start, end)
            case "html_inline":
                self._tag(start, end)
            case _:
                self._verbatim(token.content, start, end)

    def _tag(self, start: int, end: int) -> None:
        """Add an HTML tag."""
        tag = TAG.fullmatch(self._content, start, end)
        if tag is None or tag.group(3) or tag.group(2).lower() in VOID:
            self._point(start, end)
        elif tag.group(1):
            self._close(f"<{tag.group(2).lower()}>", start, end)
        else:
            self._open(f"<{tag.group(2).lower()}>", start, end)

    def _span(self, start: int, end: int) -> tuple[str, int, int]:
        """Give the text before, and a stretch of the content as it is written in the source."""
        self._text_up_to(start)
        self._at = end
        where = self._origins[start], self._origins[end - 1] + 1
        return self._source[slice(*where)], *where

    def _text_up_to(self, end: int) -> None:
        if self._at < end:
            self._text(self._content[self._at : end], self._at, end)

    def _text(self, text: str, start: int, end: int) -> None:
        if self._at < start:
            self._text_up_to(start)
        self._at = end
        raw = self._content[start:end]
        self._builder.add_text(text, self._origins[start], self._origins[end - 1] + 1, raw=raw)

    def _open(self, name: str, start: int, end: int) -> None:
        self._builder.open(name, *self._span(start, end), fragile=name in ("*", "**", "~~"))

    def _close(self, name: str, start: int, end: int) -> None:
        self._builder.close(name, *self._span(start, end))

    def _close_link(self, start: int, end: int) -> None:
        raw, first, last = self._span(start, end)
        if raw in UNNAMED:
            label = self._source[self._label : first]
            raw = f"][{label}]"
        self._builder.close("link", raw, first, last)

    def _point(self, start: int, end: int) -> None:
        self._builder.add_point(*self._span(start, end))

    def _verbatim(self, text: str, start: int, end: int) -> None:
        self._builder.add_verbatim(text, *self._span(start, end))

    def _break(self, start: int, end: int) -> None:
        """Add a line end, with the blanks before it and how the next line begins."""
        start = len(self._content[:start].rstrip(" "))
        self._text_up_to(start)
        self._at = end
        first, last = self._origins[start], self._origins[end]
        self._builder.add_break(self._source[first:last], first, last, text=" ")
