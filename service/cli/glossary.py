"""`interligne glossary`: import, export, check and list glossaries; `extract` proposes one."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from service.cli import extract
from service.cli.console import ERROR, OK, complain, read_text, say, write_output
from service.cli.options import add_settings, settings_from
from service.errors import InterligneError
from service.store import open_store

if TYPE_CHECKING:  # SQLAlchemy is imported when it is needed
    from service.names.glossary import Glossary
    from service.store.glossaries import Glossaries

COLUMNS = ("id", "version", "terms", "changed", "name")
SUFFIXES = ("csv", "tsv", "tbx", "tmx")
PAGE = 100  # glossaries read at once


def add(commands: Any) -> None:
    """Add `interligne glossary` and its actions."""
    parser = commands.add_parser("glossary", help="import, export, check, list, extract glossaries")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    reading = actions.add_parser("import", help="store a glossary, or a new version of one")
    reading.add_argument("file", type=Path, help="CSV, TSV, TBX or TMX")
    reading.add_argument("--name", help="its name; that of the file if not given")
    reading.add_argument("--id", help="put it in the place of this glossary, as a new version")
    reading.set_defaults(run=import_glossary)
    writing = actions.add_parser("export", help="write a stored glossary as a file")
    writing.add_argument("id", help="as `glossary list` shows it; ID@3 for the third version")
    writing.add_argument("-o", "--output", type=Path, help="write here, not on standard output")
    writing.add_argument("-f", "--format", choices=SUFFIXES, help="else as --output says, or tsv")
    writing.set_defaults(run=export_glossary)
    listing = actions.add_parser("list", help="every stored glossary")
    listing.set_defaults(run=list_glossaries)
    checking = actions.add_parser("check", help="tell what is wrong with glossary files")
    checking.add_argument("files", nargs="+", type=Path, metavar="FILE")
    checking.set_defaults(run=check_glossaries)
    for action in (reading, writing, listing):
        add_settings(action, "data_dir", "database_url")
    extract.add(actions)


def import_glossary(args: argparse.Namespace) -> int:
    """Store a file, for everybody who may use the store, and print the id of the glossary."""
    terms = read_glossary(args.file)
    glossaries = glossaries_of(args)
    if args.id:
        told = glossaries.replace(args.id, terms, name=args.name)
    else:
        told = glossaries.create(args.name or args.file.stem, terms)
    print(told.id)
    say(f"interligne: {told.size} terms in {told.name}, version {told.version}")
    return OK


def export_glossary(args: argparse.Namespace) -> int:
    """Write a stored glossary in the format that is named."""
    from service.names.files import BY_SUFFIX
    from service.store.shelf import reference_of

    suffix = f".{args.format}" if args.format else args.output.suffix.lower() if args.output else ""
    reference = reference_of(args.id)
    _, terms = glossaries_of(args).read(reference.id, version=reference.version)
    form = BY_SUFFIX.get(suffix, BY_SUFFIX[".tsv"])
    write_output(form.write(terms).encode(), args.output)
    return OK


def list_glossaries(args: argparse.Namespace) -> int:
    """Print a line for each glossary, newest first, columns parted by tabs."""
    print("\t".join(COLUMNS))
    glossaries, after = glossaries_of(args), ""
    while page := glossaries.page(size=PAGE, after=after):
        for one in page:
            changed = f"{one.updated:%Y-%m-%d %H:%M}"
            print(one.id, one.version, one.size, changed, one.name, sep="\t")
        after = page[-1].id
    return OK


def check_glossaries(args: argparse.Namespace) -> int:
    """Read every file as an import would; one that is wrong stops no other."""
    from service.names.limits import require_size, require_storable

    failed = False
    for file in args.files:
        try:
            terms = tuple(read_glossary(file))
            require_size(len(terms))
            require_storable(terms, where=str(file))
        except InterligneError as error:
            failed = True
            complain(error)
        else:
            print(f"{file}: {len(terms)} terms")
    return ERROR if failed else OK


def read_glossary(file: Path) -> "Glossary":
    """Read a glossary in the format that its name says, CSV if it says nothing known.

    Raises:
        FileFailed: it cannot be read.
        NotUtf8: it is not UTF-8.
        BadGlossary: its terms are not sound.
    """
    from service.names.files import BY_SUFFIX

    form = BY_SUFFIX.get(file.suffix.lower(), BY_SUFFIX[".csv"])
    return form.read(read_text(str(file)), where=str(file))


def glossaries_of(args: argparse.Namespace) -> "Glossaries":
    """Open the glossaries of the store that the settings name."""
    from service.store.glossaries import Glossaries

    return Glossaries(open_store(settings_from(args).store_url))
