"""HTML cut into a row of tokens, which together are the page, to the character.

Parsers that know where tags stand are few: the standard library's takes minutes for some broken
pages of 60 kB. This one goes over a page once, whatever is in it.
"""

import re
from dataclasses import dataclass

VOID = frozenset(
    """
    area base br col embed frame hr img input link meta param source track wbr
    """.split()
)
# Elements whose content holds no tags.
RAW_TEXT = frozenset("iframe noembed noframes script style textarea title xmp".split())

TAG_NAME = re.compile(r"<(/?)([A-Za-z][^\s/>]*)")
TAG_REST = re.compile(  # attributes, up to the end of the tag; never tried twice (?+, *+)
    r"""(?:[\s/]++|=?[^\s/>=]++(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|(?!["'])[^\s>]*+))?+)*+>"""
)
OTHERS = (("<!--", "-->"), ("<![CDATA[", "]]>"), ("<!", ">"), ("<?", ">"))


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
