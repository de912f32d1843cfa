"""Archives that mean harm are refused before they are unpacked."""

import contextlib
import io
import time
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.errors import BadFile
from service.formats import archive
from service.formats.archive import open_archive, parse_xml
from tests.formats import samples
from tests.formats.samples import zipped


def test_a_bomb_is_refused_by_its_ratio() -> None:
    """A member that packs to less than a four-hundredth is no text."""
    with pytest.raises(BadFile, match="too large"):
        open_archive(zipped({"a": bytes(2_000_000)}), "a.docx", "Word file")


def test_many_members_are_refused() -> None:
    """Each costs memory, however small."""
    data = zipped({str(n): b"" for n in range(archive.MOST_MEMBERS + 1)})
    with pytest.raises(BadFile, match="too large"):
        open_archive(data, "a.docx", "Word file")


def test_a_sum_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Members are counted together, and each alone."""
    data = zipped({"a": b"abc" * 100, "b": b"abc" * 100})
    assert open_archive(data, "a.docx", "Word file").read("a") == b"abc" * 100
    monkeypatch.setattr(archive, "MOST_BYTES", 500)
    with pytest.raises(BadFile, match="too large"):
        open_archive(data, "a.docx", "Word file")
    monkeypatch.setattr(archive, "MOST_BYTES", 1000)
    monkeypatch.setattr(archive, "MOST_MEMBER_BYTES", 200)
    with pytest.raises(BadFile, match="too large"):
        open_archive(data, "a.docx", "Word file")


def test_a_damaged_member_is_refused() -> None:
    """Its checksum tells, at once and not when all is written back."""
    data = bytearray(zipped({"a.png": b"abc" * 100}, stored=("a.png",)))
    data[40] ^= 1
    with pytest.raises(BadFile, match=r"a\.png is damaged"):
        open_archive(bytes(data), "a.docx", "Word file")


def test_members_packed_otherwise_are_refused() -> None:
    """A few bytes of bzip2 become gigabytes in one step, whatever size they say."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_BZIP2) as file:
        file.writestr("a", b"abc")
    with pytest.raises(BadFile, match="a is packed in a way that is not read"):
        open_archive(out.getvalue(), "a.docx", "Word file")


def test_many_members_are_read_in_time() -> None:
    """The list of all members is read once, not for each of them."""
    data = zipped({str(n): b"abc" for n in range(4000)})
    start = time.process_time()
    archive_ = open_archive(data, "a.epub", "EPUB book")
    assert {archive_.read(name) for name in archive_.names} == {b"abc"}
    assert time.process_time() - start < 5


BOOK = samples.book()


@given(st.integers(0, len(BOOK) - 1), st.integers(0, 255))
@settings(max_examples=150, deadline=None)
def test_a_damaged_archive_is_refused_or_read_whole(place: int, byte: int) -> None:
    """Wherever a byte is wrong, what is opened can be written back."""
    data = bytearray(BOOK)
    data[place] = byte
    with contextlib.suppress(BadFile):
        open_archive(bytes(data), "a.epub", "EPUB book").rewritten({})


def test_a_password_is_told() -> None:
    """A member with the mark of encryption cannot be read."""
    data = bytearray(zipped({"a": b"abc"}))
    directory = data.index(b"PK\x01\x02")
    data[directory + 8] |= 1
    with pytest.raises(BadFile, match="password"):
        open_archive(bytes(data), "a.docx", "Word file")


def test_members_that_change_are_the_only_ones() -> None:
    """Names, order and times stay."""
    data = zipped({"a": b"abc", "b/": b"", "b/c": b"def"})
    old = open_archive(data, "a.zip", "archive")
    new = old.rewritten({"b/c": b"xyz"})
    assert samples.members(new) == {"a": b"abc", "b/": b"", "b/c": b"xyz"}
    assert open_archive(new, "a.zip", "archive").rewritten({"b/c": b"def"}) == data
    assert old.rewritten({}) == data


@pytest.mark.parametrize(
    "xml",
    [
        b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
        b'<!DOCTYPE a [<!ENTITY b "c">]><a x="&b;"/>',
        b"<a>",
        b"",
        b"<a>" * 10_000,
    ],
)
def test_xml_that_means_harm_is_refused(xml: bytes) -> None:
    """Entities, files of this machine, endless nesting."""
    with pytest.raises(BadFile):
        parse_xml(xml, "a.xml")
