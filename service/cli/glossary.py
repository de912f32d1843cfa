"""`interligne glossary`: import, export, check and list glossaries; `extract` proposes one."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from service.cli import extract
from service.cli.console import ERROR, OK, complain, counted, read_text, say, write_output
from service.cli.options import add_settings, settings_from
from service.errors import Conflict, InterligneError, NotFound
from service.store import open_store

if TYPE_CHECKING:  # SQLAlchemy is imported when it is needed
    from service.names.glossary import Glossary
    from service.store.glossaries import Glossaries
    from service.store.shelf import Reference

COLUMNS = ("id", "version", "terms", "changed", "name")
ID_OR_NAME = "give an id or a name that `interligne glossary list` shows"
SUFFIXES = ("csv", "tsv", "tbx", "tmx")


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
    writing.add_argument(
        "glossary", help="its name or id, as `glossary list` shows them; ID@3 for the third version"
    )
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
    say(f"interligne: {counted(told.size, 'term')} in {told.name}, version {told.version}")
    return OK


def export_glossary(args: argparse.Namespace) -> int:
    """Write a stored glossary in the format that is named."""
    from service.names.files import BY_SUFFIX

    suffix = f".{args.format}" if args.format else args.output.suffix.lower() if args.output else ""
    glossaries = glossaries_of(args)
    reference = reference_to(args.glossary, glossaries)
    _, terms = glossaries.read(reference.id, version=reference.version)
    form = BY_SUFFIX.get(suffix, BY_SUFFIX[".tsv"])
    write_output(form.write(terms).encode(), args.output)
    return OK


def list_glossaries(args: argparse.Namespace) -> int:
    """Print a line for each glossary, newest first, columns parted by tabs."""
    print("\t".join(COLUMNS))
    for one in glossaries_of(args).every():
        changed = f"{one.updated:%Y-%m-%d %H:%M}"
        print(one.id, one.version, one.size, changed, one.name, sep="\t")
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
            print(f"{file}: {counted(len(terms), 'term')}")
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


def reference_to(name: str, glossaries: "Glossaries") -> "Reference":
    """Find a stored glossary by its name, or by its id: `ID`, or `ID@3` for the third version.

    Raises:
        NotFound: there is none.
        Conflict: several have that name.
        BadInput: the version is no number.
    """
    from service.store.shelf import Reference, reference_of

    named = [one.id for one in glossaries.every() if one.name == name]
    if len(named) > 1:
        raise Conflict(
            f"{len(named)} glossaries have the name {name!r}",
            hint=f"say which by its id: {', '.join(named)}",
        )
    if named:
        return Reference(named[0])
    reference = reference_of(name)
    try:
        glossaries.get(reference.id)
    except NotFound as error:
        raise NotFound(error.message, hint=ID_OR_NAME) from error
    return reference


def glossaries_of(args: argparse.Namespace) -> "Glossaries":
    """Open the glossaries of the store that the settings name."""
    from service.store.glossaries import Glossaries

    return Glossaries(open_store(settings_from(args).store_url))
