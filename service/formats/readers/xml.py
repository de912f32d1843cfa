"""Pieces of XML in place: the text is translated, every tag and attribute stays as it was written.

Nothing is known of the elements, so it is found out which of them part the text: one that ever
stands among words (`<p>Il <b>dort</b></p>`) does not, every other one does. The text of CDATA
sections is translated, too, and written without the section, which means the same.
"""

import re
from collections.abc import Iterator, Sequence
from html import unescape
from xml.parsers import expat

from service.errors import BadFile
from service.formats.marked import NO_TAGS, MarkedText, Tags
from service.formats.readers.html import Scan
from service.formats.readers.html_tokens import Token

DECLARATION = re.compile(r"\A\s*+<\?xml\s[^>?]*+\?>")
# Only what is well formed is cut, so every piece has its end; no step is tried twice (*+, ++).
TOKEN = re.compile(
    r"""(?P<cdata><!\[CDATA\[.*?\]\]>)|(?P<other><!--.*?-->|<\?.*?\?>)"""
    r"""|</(?P<end>[^\s>]++)\s*+>"""
    r"""|<(?P<start>[^\s/>]++)(?:[^"'/>]++|"[^"]*+"|'[^']*+')*+(?P<single>/?)>"""
    r"""|[^<]++""",
    re.DOTALL,
)
CDATA, CDATA_END = "<![CDATA[", "]]>"


def fragment(source: str, tags: Tags = NO_TAGS) -> MarkedText:
    """Read a piece of XML.

    Args:
        source: one element or several, with text between them or not.
        tags: what its sender says of its elements.

    Raises:
        BadFile: it is not well formed, or has a document type.
    """
    require_well_formed(source)
    tokens = tuple(tokens_of(source))
    block_names = blocks_among(source, tokens) if tags.guessed else frozenset[str]()
    scan = XmlScan(source, block_names - tags.inline | tags.blocks, tags.kept, enders={})
    return MarkedText(source, tuple(scan.blocks(tokens)), str.encode)


def require_well_formed(source: str) -> None:
    """Refuse what an XML parser would.

    Raises:
        BadFile: it is not well formed, or has a document type, whose entities may mean harm.
    """
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_document_type
    around = "_"
    while f"</{around}" in source:  # else it could close what we open around it
        around += "_"
    whole = f"<{around}>{DECLARATION.sub('', source, count=1)}</{around}>"
    try:
        parser.Parse(whole.encode(errors="surrogatepass"), True)
    except expat.ExpatError as error:
        raise BadFile(
            f"the XML is not well formed: {expat.errors.messages[error.code]}",
            where=f"line {error.lineno}",
            hint="send what an XML parser takes, or HTML as such",
        ) from error


def _refuse_document_type(*_: object) -> None:
    raise BadFile("XML with a document type is not read", hint="send it without <!DOCTYPE>")


def tokens_of(source: str) -> Iterator[Token]:
    """Cut XML that is well formed into tokens."""
    for match in TOKEN.finditer(source):
        start, end = match.span()
        if match["start"]:
            yield Token("single" if match["single"] else "start", start, end, match["start"])
        elif match["end"]:
            yield Token("end", start, end, match["end"])
        else:
            yield Token("other" if match["other"] else "text", start, end)


def blocks_among(source: str, tokens: Sequence[Token]) -> frozenset[str]:
    """Name the elements that never stand among words."""
    names: set[str] = set()
    among_words: set[str] = set()
    inside: list[set[str]] = [set()]  # names in each element that is open, all around it first
    has_words = [False]  # of each of these

    def close() -> None:
        found = inside.pop()
        if has_words.pop():
            among_words.update(found)

    for token in tokens:
        if token.kind == "text" and source[token.start : token.end].strip():
            has_words[-1] = True
        elif token.kind in ("start", "single"):
            names.add(token.name)
            inside[-1].add(token.name)
        if token.kind == "start":
            inside.append(set())
            has_words.append(False)
        elif token.kind == "end":
            close()
    close()
    return frozenset(names - among_words)


class XmlScan(Scan):
    """Goes over the tokens of a piece of XML and gathers blocks."""

    def _text(self, token: Token) -> str:
        raw = self._source[token.start : token.end]
        if raw.startswith(CDATA):
            return raw[len(CDATA) : -len(CDATA_END)]
        return unescape(raw)
