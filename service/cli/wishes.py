"""What the flags of `interligne translate` ask of the pipeline."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from service.cli.console import say
from service.cli.glossary import ID_OR_NAME, read_glossary, reference_to
from service.cli.memory import memories_of
from service.errors import NotFound
from service.store import open_store

if TYPE_CHECKING:  # SQLAlchemy is imported when it is needed
    from service.pipeline import Wishes
    from service.settings import Settings
    from service.store.memory import Memories
    from service.store.shelf import Taken


def wishes_from(args: argparse.Namespace, settings: "Settings") -> "Wishes":
    """Say what the flags ask for."""
    from service.pipeline import Wishes

    taken = take_glossaries(args.glossary, settings)
    return Wishes(
        title=args.title,
        glossary=taken.glossary if taken else None,
        glossaries=taken.versions if taken else (),
        summary_words=settings.summary_words,
        detect_language=args.source == "auto",
        strict=args.strict,
        memory=open_memory(args).of() if args.memory else None,
    )


def take_glossaries(named: Sequence[str], settings: "Settings") -> "Taken | None":
    """Pile up glossaries, the first going first: files, and stored ones by id or by name.

    Raises:
        FileFailed: a file cannot be read.
        BadGlossary: it is not sound.
        NotFound: there is neither a file nor a stored glossary by that name.
        Conflict: several stored ones have that name.
    """
    if not named:
        return None
    from service.names.glossary import layered
    from service.store.shelf import Taken

    taken = [_taken(name, settings) for name in named]
    pile = layered(*(one.glossary for one in taken))
    return Taken(pile, tuple(version for one in taken for version in one.versions))


def open_memory(args: argparse.Namespace) -> "Memories":
    """Open the memory of the store, and say so if there is nothing in it.

    Raises:
        StoreUnavailable: it cannot be reached.
    """
    memories = memories_of(args)
    if not memories.size():
        say("interligne: the memory is empty; `interligne memory import` fills it")
    return memories


def _taken(name: str, settings: "Settings") -> "Taken":
    from service.names.files import BY_SUFFIX
    from service.store.glossaries import Glossaries
    from service.store.shelf import Shelf, Taken

    if Path(name).suffix.lower() in BY_SUFFIX or Path(name).is_file():
        return Taken(read_glossary(Path(name)), ())
    store = open_store(settings.store_url)
    if not store.is_there:
        raise _unknown(name)
    glossaries = Glossaries(store)
    try:
        reference = reference_to(name, glossaries)
    except NotFound as error:
        raise _unknown(name) from error
    return Shelf(glossaries).take([reference])


def _unknown(name: str) -> NotFound:
    return NotFound(
        "there is no file and no stored glossary by that name",
        where=name,
        hint=ID_OR_NAME,
    )
