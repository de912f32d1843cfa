"""`interligne translate`: files or standard input into English."""

import argparse
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from service.cli.console import STDIN, read_bytes, within, write_output
from service.cli.options import JOBS, add_settings, positive, settings_from
from service.cli.wishes import wishes_from
from service.errors import FileFailed, InterligneError, UnresolvedNames

if TYPE_CHECKING:
    from service.settings import Settings


class Formats:
    """What may be written. Known when it is asked for: the modules of all formats take a while."""

    def __iter__(self) -> Iterator[str]:
        from service.formats import WRITERS

        return iter(sorted(WRITERS))

    def __contains__(self, name: object) -> bool:
        return name in list(self)


def add(commands: Any) -> None:
    """Add `interligne translate`."""
    parser = commands.add_parser(
        "translate",
        help="translate articles",
        epilog="exit codes: 0 done, 1 error, 2 wrong usage, 3 translated with warnings",
    )
    parser.add_argument(
        "files",
        nargs="*",
        metavar="FILE",
        default=[STDIN],
        help="text, docx, HTML, subtitles, EPUB...; - for standard input; several with --out-dir",
    )
    parser.add_argument(
        "-g",
        "--glossary",
        action="append",
        default=[],
        help="CSV, TSV, TBX or TMX file, or a stored glossary; of several the first goes first",
    )
    parser.add_argument(
        "--memory", action="store_true", help="use the sentences that were confirmed before"
    )
    where = parser.add_mutually_exclusive_group()
    where.add_argument("-o", "--output", type=Path, help="write here instead of standard output")
    where.add_argument(
        "-d",
        "--out-dir",
        type=Path,
        help="write each file here as NAME.en.SUFFIX; what is done already is passed over",
    )
    parser.add_argument(
        "-f",
        "--format",
        choices=Formats(),
        metavar="FORMAT",  # else the choices are asked for at once
        help="%(choices)s; without it that of the input, but text on standard output",
    )
    parser.add_argument(
        "--extract", action="store_true", help="only the article of an HTML page, without menus"
    )
    parser.add_argument(
        "-j", "--jobs", type=positive, default=JOBS, help=f"files at the same time ({JOBS})"
    )
    parser.add_argument(
        "--overwrite",
        action="store_true",
        help="also translations in --out-dir that were edited since",
    )
    parser.add_argument(
        "--diff",
        type=Path,
        metavar="EARLIER",
        help="show what differs from an earlier translation, a file or the folder it is in",
    )
    parser.add_argument("--title", help="headline, translated with the text")
    parser.add_argument(
        "--source", choices=["auto", "fr"], default="auto", help="fr: do not detect"
    )
    parser.add_argument("--strict", action="store_true", help="fail if a name stays unresolved")
    add_settings(parser, "model", "engine", "device", "threads", "beam_size", "summary_words")
    add_settings(parser, "summariser", "summariser_language")
    add_settings(parser, "data_dir", "database_url")
    parser.set_defaults(run=translate, refuse=parser.error)


def translate(args: argparse.Namespace) -> int:
    """Translate one text, or many files into a folder."""
    settings = settings_from(args)
    if args.out_dir is None:
        if len(args.files) > 1:
            args.refuse("say with --out-dir where to write the English of several files")
        return translate_one(args, settings)
    if STDIN in args.files or args.title:
        args.refuse("--out-dir is for files, each with a title of its own")
    from service.cli.folder import translate_files

    return translate_files(args, settings, wishes_from(args, settings))


def translate_one(args: argparse.Namespace, settings: "Settings") -> int:
    """Translate one file or standard input."""
    from service import formats
    from service.cli import documents, report
    from service.cli.progress import Bars
    from service.engines.watched import WatchedEngine
    from service.pipeline import load_pipeline

    (file,) = args.files
    with telling_of(file):
        document = formats.read(read_bytes(file), file, extract=args.extract)
    wishes = wishes_from(args, settings)
    wishes = replace(wishes, title=wishes.title or document.title)
    error: UnresolvedNames | None = None
    with closing(Bars()) as bars, bars.file() as show:
        pipeline = load_pipeline(settings)
        pipeline = replace(pipeline, engine=WatchedEngine(pipeline.engine, show))
        try:
            with telling_of(file):
                article = pipeline.translate_article(document.text, wishes)
        except UnresolvedNames as unresolved:  # nothing is lost: it is written all the same
            article, error = unresolved.article, unresolved
    output_format = args.format or documents.format_of(args.output, file)
    rendered = documents.written(document, article, output_format)
    write(args, rendered.data, file)
    report.tell_notes(rendered.notes)
    if error:
        raise error
    return report.tell(article)


@contextmanager
def telling_of(file: str) -> Iterator[None]:
    """Name the file that an error is about.

    Raises:
        FileFailed: it is a folder.
    """
    if Path(file).is_dir():
        raise FileFailed(
            "this is a folder",
            where=file,
            hint="say with --out-dir where to write the English of its files",
        )
    try:
        yield
    except InterligneError as error:
        error.where = within("standard input" if file == STDIN else file, error.where)
        raise


def write(args: argparse.Namespace, output: bytes, file: str) -> None:
    """Write a translation, or show how it differs from an earlier one; with --output do both."""
    if args.diff is None:
        write_output(output, args.output)
        return
    from service.cli import differences
    from service.cli.files import english_name

    place = args.output or english_name(Path(file))
    diff = differences.against(args.diff, Path(place.name), output)
    if args.output:
        write_output(output, args.output)
    write_output(diff.encode(), None)
