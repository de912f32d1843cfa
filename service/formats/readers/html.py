"""HTML pages in place: the text is translated, every tag and attribute stays as it was written.

The page is cut into a row of tokens; no tree is built, so that nothing is mended, reordered or
written in another way. Tags of blocks part the text; inline tags become marks inside a block.
`extract` reads only the article of a page, found by trafilatura.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from html import escape as escape_quotes
from html import unescape

from service.errors import BadFile
from service.formats.block_builder import BlockBuilder
from service.formats.document import Block, read_text
from service.formats.marked import NO_TAGS, MarkedText, Tags
from service.formats.readers.html_tokens import Token, tokens_of

WHERE_CHARSET = 1024  # bytes: browsers look no further
CHARSET = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
# Encodings that French pages were written in, as browsers read them.
CHARSETS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "windows-1252": "cp1252",
    "cp1252": "cp1252",
    "iso-8859-15": "iso8859-15",
    "latin9": "iso8859-15",
    "macintosh": "mac_roman",
}

BLOCKS = frozenset(
    """
    address article aside audio blockquote body button canvas caption center col colgroup dd details
    dialog dir div dl dt fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6
    head header hgroup hr html iframe legend li link main menu meta nav noscript object ol optgroup
    option p param picture search section select source summary table tbody td template tfoot th
    thead title tr track ul video
    """.split()
)
# Never translated: apart from the text, or inside a sentence.
KEPT_BLOCKS = frozenset("script style pre textarea svg math".split())
PREFORMATTED = "pre"
KEPT_INLINE = frozenset("code kbd samp var tt".split())
# Elements that may end without a tag, at the next of these.
ENDED_BY = {
    "p": BLOCKS,
    "li": frozenset(("li", "ul", "ol")),
    "dt": frozenset(("dt", "dd", "dl")),
    "dd": frozenset(("dt", "dd", "dl")),
    "td": frozenset(("td", "th", "tr", "table", "tbody")),
    "th": frozenset(("td", "th", "tr", "table", "tbody")),
    "option": frozenset(("option", "select", "optgroup")),
}
NAMES_OF_PAGE = frozenset(("html", "body"))
LANGUAGE = re.compile(r"""(\s(?:xml:)?lang\s*=\s*["']?)fr(?:[-_][A-Za-z]+)?(?=["'\s>])""", re.I)

# Attributes by which a page says that something is not to be translated.
KEPT = re.compile(
    r"""\s(?:translate\s*=\s*["']?no\b|class\s*=\s*(?:["'][^"']*)?\bnotranslate\b)""", re.IGNORECASE
)
FOREIGN = re.compile(r"""\s(?:xml:)?lang\s*=\s*["']?(?!fr\b)[a-z]""", re.IGNORECASE)

# Attributes that people read or hear, and the descriptions of a page.
TOLD = re.compile(
    r"""\s(?:(?:alt|title|placeholder|aria-label)\s*=\s*["']?[^\s"'>]"""
    r"""|(?:name|property)\s*=\s*["']?(?:og:|twitter:)?(?:title|description)\b)""",
    re.IGNORECASE,
)
OPENING = ("start", "single")
LEFT = "{} tag(s) have a text in an attribute, such as alt or title, which is left in French"

LONGEST_CALL = 12  # tokens of <sup><a href="#n1">[1]</a></sup>, with room

EXTRACTED = """\
<!DOCTYPE html>
<html lang="fr">
<head>
<meta charset="utf-8">
<title>{title}</title>
</head>
{body}
</html>
"""


def read(data: bytes, name: str = "page.html", *, extract: bool = False) -> MarkedText:
    """Read a page, or only the article that is its main content.

    Raises:
        NotUtf8: it says nothing of its encoding and is not UTF-8.
        BadFile: in an encoding that is not read, or no article was found.
    """
    source, encode = _decode(data, name)
    if extract:
        return _article(source, name)
    return replace(fragment(source), encode=encode)


def escape(text: str, _begins_line: bool = False) -> str:
    """Write text between tags."""
    return escape_quotes(text, quote=False)


def fragment(source: str, tags: Tags = NO_TAGS) -> MarkedText:
    """Read a page or a piece of one that is text already."""
    block_names = BLOCKS - tags.inline | tags.blocks
    tokens = tokens_of(source)
    scan = Scan(source, block_names, KEPT_BLOCKS | KEPT_INLINE | tags.kept)
    blocks, languages = tuple(scan.blocks(tokens)), tuple(_languages(source, tokens))
    notes = tuple(_notes(source, tokens))
    return MarkedText(source, blocks, str.encode, if_changed=languages, kept=scan.kept, notes=notes)


def _decode(data: bytes, name: str) -> tuple[str, Callable[[str], bytes]]:
    """Read a page in the encoding that it declares; give what makes bytes of it again, too."""
    declared = CHARSET.search(data, 0, WHERE_CHARSET)
    charset = declared.group(1).decode().lower() if declared else "utf-8"
    codec = CHARSETS.get(charset)
    if codec is None:
        raise BadFile(
            f"the page is in the encoding {charset}, which is not read",
            hint="save it as UTF-8",
            where=name,
        )
    if codec == "utf-8":
        return read_text(data)
    try:
        source = data.decode(codec)
    except UnicodeDecodeError as error:
        raise BadFile(
            f"the page says that it is in {charset}, and is not",
            hint="save it as UTF-8",
            where=f"{name}, byte {error.start}",
        ) from error
    return source, lambda text: text.encode(codec, "xmlcharrefreplace")


def _article(page: str, name: str) -> MarkedText:
    """Make a plain page of the article in a page."""
    import trafilatura

    found = trafilatura.extract(
        page, output_format="html", include_formatting=True, include_links=True
    )
    body = re.search(r"<body>.*</body>", found or "", re.DOTALL)
    if body is None:
        raise BadFile(
            "no article was found in the page", hint="translate the whole page", where=name
        )
    title = getattr(trafilatura.extract_metadata(page), "title", None) or name
    made = fragment(EXTRACTED.format(title=escape(title), body=body.group()))
    start = made.source.index("<title>") + len("<title>")
    titles = [Block(start, start + len(escape(title)), title, escape=escape)]
    blocks = [block for block in made.blocks if block.start > start]
    if blocks and blocks[0].text == title:  # the same headline in the text
        titles.append(blocks.pop(0))
    return replace(made, blocks=blocks, title=title, titles=titles)


def _notes(source: str, tokens: Sequence[Token]) -> Iterator[str]:
    """Say what a page tells in attributes, which are not translated."""
    tags = (source[token.start : token.end] for token in tokens if token.kind in OPENING)
    count = sum(bool(TOLD.search(tag)) for tag in tags)
    if count:
        yield LEFT.format(count)


def _languages(source: str, tokens: Sequence[Token]) -> Iterator[tuple[int, int, str]]:
    """Say in the tag of the whole page that it is English now."""
    for token in tokens:
        if token.name in NAMES_OF_PAGE and token.kind in OPENING:
            tag = source[token.start : token.end]
            yield token.start, token.end, LANGUAGE.sub(r"\1en", tag)


class Scan:
    """Goes over the tokens of a page once and gathers blocks.

    Args:
        source: the page.
        block_names: elements that part the text.
        kept_names: elements that are not translated.
        enders: elements that may end without a tag, and what ends them.
        heeds_authors: whether what a page marks as not to be translated is kept.

    Attributes:
        kept: text of elements apart that are not translated, and where they stand.
    """

    def __init__(
        self,
        source: str,
        block_names: frozenset[str],
        kept_names: frozenset[str],
        enders: Mapping[str, frozenset[str]] = ENDED_BY,
        *,
        heeds_authors: bool = True,
    ) -> None:
        self.kept: list[tuple[int, str]] = []
        self._heeds_authors = heeds_authors
        self._source = source
        self._block_names = block_names
        self._kept_names = kept_names
        self._enders = enders
        self._builder = BlockBuilder(escape)

    def blocks(self, tokens: Sequence[Token]) -> Iterator[Block]:
        """Yield each block."""
        i = 0
        while i < len(tokens):
            token = tokens[i]
            end = i + 1
            if token.kind == "start" and self._is_kept(token):
                end = self._end_of(tokens, i)
                yield from self._keep(tokens[i:end])
            elif token.kind == "start" and token.name == "sup" and self._is_call(tokens, i):
                end = self._end_of(tokens, i)
                start, stop = token.start, tokens[end - 1].end
                self._builder.add_point(self._source[start:stop], start, stop)
            elif token.name in self._block_names:
                yield from self._finish()
            else:
                self._add(token)
            i = end
        yield from self._finish()

    def _keep(self, tokens: Sequence[Token]) -> Iterator[Block]:
        """Pass over an element that is not translated."""
        name, start, end = tokens[0].name, tokens[0].start, tokens[-1].end
        if name in self._block_names | KEPT_BLOCKS:
            yield from self._finish()
            self.kept += self._texts_of(tokens)
            return
        texts = (self._text(token) for token in tokens if token.kind == "text")
        self._builder.add_verbatim(
            " ".join("".join(texts).split()), self._source[start:end], start, end
        )

    def _texts_of(self, tokens: Sequence[Token]) -> Iterator[tuple[int, str]]:
        """Read an element that is not translated, as people see it."""
        if tokens[0].name == PREFORMATTED:
            text = "".join(self._text(token) for token in tokens if token.kind == "text")
            yield tokens[0].start, text.strip("\r\n")
        elif tokens[0].name not in self._kept_names:
            inner = Scan(
                self._source, self._block_names, self._kept_names, self._enders, heeds_authors=False
            )
            yield from [(block.start, block.text) for block in inner.blocks(tokens)]
            yield from inner.kept

    def _is_kept(self, token: Token) -> bool:
        """Whether an element stays as it is: code, marked as such, or in another language."""
        if token.name in self._kept_names:
            return True
        if token.name in NAMES_OF_PAGE or not self._heeds_authors:
            return False
        tag = self._source[token.start : token.end]
        return bool(KEPT.search(tag) or FOREIGN.search(tag))

    def _is_call(self, tokens: Sequence[Token], start: int) -> bool:
        """Whether a superscript is the number of a note or a power, which is not read as text."""
        inside = tokens[start : start + LONGEST_CALL]
        if self._end_of(inside, 0) == LONGEST_CALL:
            return False
        inside = inside[: self._end_of(inside, 0)]
        texts = (self._text(token) for token in inside if token.kind == "text")
        return not any(character.isalpha() for text in texts for character in text)

    def _finish(self) -> Iterator[Block]:
        block, self._builder = self._builder.finish(), BlockBuilder(escape)
        if block:
            yield block

    def _add(self, token: Token) -> None:
        raw = self._source[token.start : token.end]
        match token.kind, token.name:
            case "text", _:
                self._builder.add_text(self._text(token), token.start, token.end, raw=raw)
            case _, "br":
                self._builder.add_break(raw, token.start, token.end, text="\n")
            case "start", name:
                self._builder.open(name, raw, token.start, token.end)
            case "end", name:
                self._builder.close(name, raw, token.start, token.end)
            case _:
                self._builder.add_point(raw, token.start, token.end)

    def _text(self, token: Token) -> str:
        return unescape(self._source[token.start : token.end])

    def _end_of(self, tokens: Sequence[Token], start: int) -> int:
        """Find the token after an element."""
        name, depth = tokens[start].name, 0
        enders = self._enders.get(name, frozenset[str]())
        for i in range(start + 1, len(tokens)):
            token = tokens[i]
            if token.name == name and token.kind == "end" and not depth:
                return i + 1
            if token.name in enders and not depth and (token.kind != "end" or token.name != name):
                return i
            depth += {"start": 1, "end": -1}.get(token.kind, 0) * (token.name == name)
        return len(tokens)
