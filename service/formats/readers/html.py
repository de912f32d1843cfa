"""HTML pages in place: the text is translated, every tag and attribute stays as it was written.

The page is cut into a row of tokens; no tree is built, so that nothing is mended, reordered or
written in another way. Tags of blocks part the text; inline tags become marks inside a block.
Parsers that know where tags stand are few: the standard library's takes minutes for some broken
pages of 60 kB. `extract` reads only the article of a page, found by trafilatura.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape as escape_quotes
from html import unescape

from service.errors import BadFile
from service.formats.document import Block, read_text
from service.formats.marked import NO_TAGS, BlockBuilder, MarkedText, Tags

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
KEPT_INLINE = frozenset("code kbd samp var tt".split())
VOID = frozenset(
    """
    area base br col embed frame hr img input link meta param source track wbr
    """.split()
)
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
WHOLE_PAGE = re.compile(r"<(?:html|body)\b[^>]*>", re.IGNORECASE)
NAMES_OF_PAGE = frozenset(("html", "body"))
LANGUAGE = re.compile(r"""(\s(?:xml:)?lang\s*=\s*["']?)fr(?:[-_][A-Za-z]+)?(?=["'\s>])""", re.I)

# Elements whose content holds no tags.
RAW_TEXT = frozenset("iframe noembed noframes script style textarea title xmp".split())

TAG_NAME = re.compile(r"<(/?)([A-Za-z][^\s/>]*)")
TAG_REST = re.compile(  # attributes, up to the end of the tag; never tried twice (?+, *+)
    r"""(?:[\s/]++|=?[^\s/>=]++(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|(?!["'])[^\s>]*+))?+)*+>"""
)
OTHERS = (("<!--", "-->"), ("<![CDATA[", "]]>"), ("<!", ">"), ("<?", ">"))
# Attributes by which a page says that something is not to be translated.
KEPT = re.compile(
    r"""\s(?:translate\s*=\s*["']?no\b|class\s*=\s*(?:["'][^"']*)?\bnotranslate\b)""", re.IGNORECASE
)
FOREIGN = re.compile(r"""\s(?:xml:)?lang\s*=\s*["']?(?!fr\b)[a-z]""", re.IGNORECASE)

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


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the page; all pieces together are the page.

    Attributes:
        kind: start, end, single (a tag that holds nothing), text or other.
        name: of a tag, in small letters.
    """

    kind: str
    start: int
    end: int
    name: str = ""


def read(data: bytes, name: str = "page.html", *, extract: bool = False) -> MarkedText:
    """Read a page, or only the article that is its main content.

    Raises:
        NotUtf8: it says nothing of its encoding and is not UTF-8.
        BadFile: in an encoding that is not read, or no article was found.
    """
    page = _decode(data, name)
    if extract:
        return _article(page.source, name)
    blocks = blocks_of(page.source)
    return replace(page, blocks=blocks, if_changed=tuple(_languages(page.source)))


def escape(text: str, _begins_line: bool = False) -> str:
    """Write text between tags."""
    return escape_quotes(text, quote=False)


def fragment(source: str, tags: Tags = NO_TAGS) -> MarkedText:
    """Read a page or a piece of one that is text already."""
    block_names = BLOCKS - tags.inline | tags.blocks
    scan = Scan(source, block_names, KEPT_BLOCKS | KEPT_INLINE | tags.kept)
    blocks = tuple(scan.blocks(tokens_of(source)))
    return MarkedText(source, blocks, str.encode, if_changed=tuple(_languages(source)))


def blocks_of(source: str, more_blocks: frozenset[str] = frozenset()) -> tuple[Block, ...]:
    """Find what is to be translated in a page.

    Args:
        source: the page.
        more_blocks: names of elements that part the text, beside those of HTML.
    """
    scan = Scan(source, BLOCKS | more_blocks, KEPT_BLOCKS | KEPT_INLINE)
    return tuple(scan.blocks(tokens_of(source)))


def _decode(data: bytes, name: str) -> MarkedText:
    """Read the bytes of a page in the encoding that it declares."""
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
        source, encode = read_text(data)
        return MarkedText(source, (), encode)
    try:
        source = data.decode(codec)
    except UnicodeDecodeError as error:
        raise BadFile(
            f"the page says that it is in {charset}, and is not",
            hint="save it as UTF-8",
            where=f"{name}, byte {error.start}",
        ) from error
    return MarkedText(source, (), lambda text: text.encode(codec, "xmlcharrefreplace"))


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
    source = EXTRACTED.format(title=escape(title), body=body.group())
    start = source.index("<title>") + len("<title>")
    blocks = [block for block in blocks_of(source) if block.start > start]
    head = Block(start, start + len(escape(title)), title, escape=escape)
    languages = tuple(_languages(source))
    return MarkedText(source, blocks, str.encode, title, titles=(head,), if_changed=languages)


def _languages(source: str) -> Iterator[tuple[int, int, str]]:
    """Say in the tag of the whole page that it is English now."""
    for tag in WHOLE_PAGE.finditer(source):
        yield *tag.span(), LANGUAGE.sub(r"\1en", tag.group())


def tokens_of(source: str) -> list[Token]:
    """Cut a page into tokens, as the tokenizer of the HTML standard does where it matters here."""
    found: list[Token] = []
    at = 0
    while at < len(source):
        token = _token(source, at)
        found.append(token)
        at = token.end
        if token.kind == "start" and token.name in RAW_TEXT:
            closing = re.compile(rf"</{token.name}(?=[\s/>])", re.IGNORECASE).search(source, at)
            end = closing.start() if closing else len(source)
            if end > at:
                found.append(Token("text", at, end))
            at = end
    return found


def _token(source: str, at: int) -> Token:
    """Cut the token that begins at a place. What is never closed goes on to the end of the page."""
    if source[at] != "<":
        end = source.find("<", at)
        return Token("text", at, end if end >= 0 else len(source))
    for opening, closing in OTHERS:
        if source.startswith(opening, at):
            end = source.find(closing, at + len(opening))
            return Token("other", at, end + len(closing) if end >= 0 else len(source))
    if not (name := TAG_NAME.match(source, at)):
        return Token("text", at, at + 1)
    tag = TAG_REST.match(source, name.end())
    end = tag.end() if tag else len(source)
    word = name.group(2).lower()
    if tag is None:
        return Token("other", at, end)
    if name.group(1):
        return Token("end", at, end, word)
    is_single = word in VOID or source.endswith("/>", at, end)
    return Token("single" if is_single else "start", at, end, word)


class Scan:
    """Goes over the tokens of a page once and gathers blocks.

    Args:
        source: the page.
        block_names: elements that part the text.
        kept_names: elements that are not translated.
        enders: elements that may end without a tag, and what ends them.
    """

    def __init__(
        self,
        source: str,
        block_names: frozenset[str],
        kept_names: frozenset[str],
        enders: Mapping[str, frozenset[str]] = ENDED_BY,
    ) -> None:
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
            return
        texts = (self._text(token) for token in tokens if token.kind == "text")
        self._builder.add_verbatim(
            " ".join("".join(texts).split()), self._source[start:end], start, end
        )

    def _is_kept(self, token: Token) -> bool:
        """Whether an element stays as it is: code, marked as such, or in another language."""
        if token.name in self._kept_names:
            return True
        if token.name in NAMES_OF_PAGE:
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
