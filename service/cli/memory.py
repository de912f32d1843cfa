"""`interligne memory`: import, export, add, list and clear confirmed translations."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from service.cli.console import ERROR, OK, counted, read_bytes, say, write_output
from service.cli.options import add_settings, settings_from
from service.store import open_store

if TYPE_CHECKING:  # SQLAlchemy is imported when it is needed
    from service.store.memory import Memories

SHOWN = 1000  # pairs of a list


def add(commands: Any) -> None:
    """Add `interligne memory` and its actions."""
    parser = commands.add_parser("memory", help="import, export, add, list, clear confirmed pairs")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    reading = actions.add_parser("import", help="keep the pairs of TMX files")
    reading.add_argument("files", nargs="+", metavar="FILE", help="TMX; - for standard input")
    reading.set_defaults(run=import_pairs)
    writing = actions.add_parser("export", help="write every pair as TMX")
    writing.add_argument("-o", "--output", type=Path, help="write here, not on standard output")
    writing.set_defaults(run=export_pairs)
    adding = actions.add_parser("add", help="keep one pair")
    adding.add_argument("french", help="a sentence")
    adding.add_argument("english", help="what it is in English")
    adding.add_argument("--note", default="", help="for people")
    adding.set_defaults(run=add_pair)
    listing = actions.add_parser("list", help=f"the first {SHOWN:,} pairs")
    listing.add_argument("containing", nargs="?", default="", help="only those with this in them")
    listing.set_defaults(run=list_pairs)
    clearing = actions.add_parser("clear", help="forget every pair")
    clearing.add_argument("--yes", action="store_true", help="do it, for it cannot be undone")
    clearing.set_defaults(run=clear)
    for action in (reading, writing, adding, listing, clearing):
        add_settings(action, "data_dir", "database_url")


def import_pairs(args: argparse.Namespace) -> int:
    """Keep the pairs of every file; those of a file that is wrong are left out, all of them."""
    from service.memory import tmx

    memories = memories_of(args)
    for file in args.files:
        added = memories.add(tmx.read(read_bytes(file), where=file))
        say(f"interligne: {file}: {added.new} new, {added.changed} changed")
    return OK


def export_pairs(args: argparse.Namespace) -> int:
    """Write every pair."""
    from service.memory import tmx

    write_output("".join(tmx.write(memories_of(args).pairs())).encode(), args.output)
    return OK


def add_pair(args: argparse.Namespace) -> int:
    """Keep one pair."""
    from service.memory import Pair

    added = memories_of(args).add([Pair(args.french, args.english, args.note)])
    say(f"interligne: {added.new} new, {added.changed} changed")
    return OK


def list_pairs(args: argparse.Namespace) -> int:
    """Print a line for each pair, columns parted by tabs."""
    print("id", "french", "english", "note", sep="\t")
    for pair in memories_of(args).page(size=SHOWN, containing=args.containing):
        texts = (" ".join(text.split()) for text in (pair.source, pair.target, pair.note))
        print(pair.id, *texts, sep="\t")
    return OK


def clear(args: argparse.Namespace) -> int:
    """Forget every pair, if that is meant."""
    memories = memories_of(args)
    if not args.yes:
        pairs = counted(memories.size(), "pair")
        say(f"interligne: {pairs} would be forgotten; say --yes if that is meant")
        return ERROR
    say(f"interligne: {counted(memories.clear(), 'pair')} forgotten")
    return OK


def memories_of(args: argparse.Namespace) -> "Memories":
    """Open the memory that is everybody's, of the store that the settings name."""
    from service.store.memory import Memories

    return Memories(open_store(settings_from(args).store_url))
