"""Translation memory as TMX 1.4, in and out: a confirmed pair is a `tu` in French and English.

Read: whatever the regional variants, other languages passed over; codes of the layout (`bpt`, `ph`
and the like) are left out, and the text that they stand around is kept. A unit is read and let go,
so that a memory of many is no tree in ours. XML that declares entities is refused, so that no small
file unfolds into a large one.
"""

import re
from collections.abc import Iterable, Iterator
from io import BytesIO
from xml.etree.ElementTree import Element, ParseError, tostring  # parsing is defusedxml's
from xml.sax.saxutils import escape, quoteattr

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from service.errors import BadInput
from service.memory import Pair
from service.tmx import LANG, VERSION, header

LANGUAGE = (LANG, "lang")
CODES = frozenset(("bpt", "ept", "it", "ph", "ut"))  # TMX 1.4b, 4.2: native codes, not text
NOT_XML = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
HEAD = f'<?xml version="1.0" encoding="UTF-8"?>\n<tmx version="{VERSION}">\n'
TAIL = "  </body>\n</tmx>\n"


def read(data: bytes, *, where: str) -> Iterator[Pair]:
    """Yield the pairs of a TMX file; a unit that lacks French or English is passed over.

    Raises:
        BadInput: it is not XML, in an encoding that is not read, or declares entities.
    """
    try:
        for _, element in iterparse(BytesIO(data), forbid_entities=True, forbid_external=True):
            if _local(element) == "tu":
                yield from _pair(element)
                element.clear()
    except DefusedXmlException as error:
        raise BadInput(
            "the XML declares entities", hint="save it without a list of entities", where=where
        ) from error
    except (ParseError, LookupError, ValueError) as error:  # the last two: its encoding
        raise BadInput(
            f"this is not XML: {error}", hint="save it as TMX, in UTF-8", where=where
        ) from error
    except RecursionError as error:
        raise BadInput("its elements are nested too deep", where=where) from error


def write(pairs: Iterable[Pair]) -> Iterator[str]:
    """Yield a TMX file that `read` reads back, piece by piece."""
    yield f"{HEAD}  {tostring(header('sentence'), encoding='unicode')}\n  <body>\n"
    for pair in pairs:
        note = f"<note>{_text(pair.note)}</note>" if pair.note else ""
        segments = "".join(
            f"<tuv xml:lang={quoteattr(language)}><seg>{_text(text)}</seg></tuv>"
            for language, text in (("fr", pair.source), ("en", pair.target))
        )
        yield f"    <tu>{note}{segments}</tu>\n"
    yield TAIL


def _pair(unit: Element) -> Iterator[Pair]:
    texts: dict[str, str] = {}
    for variant in unit.iter():
        if _local(variant) == "tuv":
            segment = next((one for one in variant if _local(one) == "seg"), None)
            if segment is not None:
                texts.setdefault(_language(variant), " ".join(_content(segment).split()))
    note = next((one.text or "" for one in unit if _local(one) == "note"), "").strip()
    if texts.get("fr") and texts.get("en"):
        yield Pair(texts["fr"], texts["en"], note)


def _content(element: Element) -> str:
    """Give the text of a segment, codes left out."""
    inside = "" if _local(element) in CODES else element.text or ""
    return inside + "".join(_content(child) + (child.tail or "") for child in element)


def _language(variant: Element) -> str:
    code = next((variant.get(name) for name in LANGUAGE if variant.get(name)), "") or ""
    return code.lower().replace("_", "-").split("-")[0]


def _local(element: Element) -> str:
    """Name an element without its namespace."""
    return element.tag.rpartition("}")[2]


def _text(text: str) -> str:
    return escape(NOT_XML.sub("", text))
