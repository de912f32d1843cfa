"""Zip files that hold documents: opened with care, written back with only some members changed.

A small archive may unpack into terabytes, so what it says of itself is checked before anything is
unpacked, and no more comes out than it said. XML is parsed without entities, for the same reason.
"""

import io
import zipfile
import zlib
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from typing import Any

from service.errors import BadFile

MOST_MEMBERS = 5_000
MOST_BYTES = 300_000_000  # of all members together
MOST_MEMBER_BYTES = 100_000_000
# XML of repeated rows packs to a hundredth; bombs are at a thousandth and below.
MOST_RATIO = 400
SMALL = 1_000_000  # a member up to here is harmless whatever its ratio

ZIP, OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
ENCRYPTED = 0x1
# What Word files and books are packed with; others may unpack into any size in one step.
PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
CHUNK = 1_000_000  # bytes


@dataclass(frozen=True, slots=True)
class Archive:
    """A zip file that was found sound, every member of it.

    Attributes:
        data: the whole file.
        name: for messages.
        file: the same, open; threads may share it.
        names: of the members.
    """

    data: bytes
    name: str
    file: zipfile.ZipFile
    names: frozenset[str]

    def read(self, member: str) -> bytes:
        """Unpack a member, one of `names`."""
        return self.file.read(member)

    def rewritten(self, changed: Mapping[str, bytes]) -> bytes:
        """Write the archive with new content for some members; all else is as it was."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as new:
            for info in self.file.infolist():
                content = changed.get(info.filename)
                # Writing notes in an entry where it stands in the new file.
                new.writestr(copy(info), self.file.read(info) if content is None else content)
        return out.getvalue()


def open_archive(data: bytes, name: str, kind: str) -> Archive:
    """Look into a zip file and see that it can be unpacked without harm.

    Args:
        data: the file.
        name: for messages.
        kind: what it should be, such as "Word file".

    Raises:
        BadFile: no zip file, damaged, encrypted, or too large when unpacked.
    """
    if data.startswith(OLD_OFFICE):
        raise BadFile(
            f"this is an old Office file, or a {kind} with a password",
            hint="open it in an office program and save it anew, without a password",
            where=name,
        )
    try:
        file = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise BadFile(f"this is no {kind}, or it is damaged: {error}", where=name) from error
    _require_small(file.infolist(), name)
    for member in file.infolist():
        _require_whole(file, member, name)
    return Archive(data, name, file, frozenset(file.namelist()))


def parse_xml(data: bytes, name: str) -> Any:
    """Parse the XML of an office file into an lxml tree.

    Raises:
        BadFile: not XML, or with a document type, which could hold entities.
    """
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        tree = etree.ElementTree(etree.fromstring(data, parser))
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BadFile(f"its XML is damaged: {error}", where=name) from error
    if tree.docinfo.doctype:
        raise BadFile("its XML declares a document type", hint="save it anew", where=name)
    return tree


def too_large(name: str) -> BadFile:
    """Make the error of an archive that unpacks into too much."""
    return BadFile(
        "the file is too large when unpacked",
        hint="take out pictures and films, or cut it in parts",
        where=name,
    )


def _require_small(members: list[zipfile.ZipInfo], name: str) -> None:
    """Refuse what would be too much to unpack, by what the archive says of itself."""
    if any(member.flag_bits & ENCRYPTED for member in members):
        raise BadFile("the file has a password", hint="save it without one", where=name)
    if len(members) > MOST_MEMBERS or sum(one.file_size for one in members) > MOST_BYTES:
        raise too_large(name)
    for member in members:
        ratio = member.file_size / max(1, member.compress_size)
        is_bomb = member.file_size > SMALL and ratio > MOST_RATIO
        if is_bomb or member.file_size > MOST_MEMBER_BYTES:
            raise too_large(name)
        if member.compress_type not in PACKED:
            raise BadFile(
                f"{member.filename} is packed in a way that is not read",
                hint="pack it with deflate, as office programs do",
                where=name,
            )


def _require_whole(file: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> None:
    """Refuse a member that does not unpack into what its checksum says, pictures too."""
    try:
        with file.open(member) as stream:
            while stream.read(CHUNK):
                pass
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as error:
        raise BadFile(
            f"{member.filename} is damaged: {error}", hint="save the file anew", where=name
        ) from error
