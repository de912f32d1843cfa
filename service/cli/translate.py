"""`interligne translate`: a file or standard input into English."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from service import formats
from service.article import Article
from service.cli.console import OK, STDIN, WARNINGS, read_text, say, write_output
from service.cli.options import add_settings, settings_from
from service.errors import UnresolvedNames

if TYPE_CHECKING:
    from service.names.glossary import Glossary
    from service.pipeline import Pipeline


def add(commands: Any) -> None:
    """Add `interligne translate`."""
    parser = commands.add_parser(
        "translate",
        help="translate an article",
        epilog="exit codes: 0 done, 1 error, 2 wrong usage, 3 translated with warnings",
    )
    parser.add_argument("file", nargs="?", default=STDIN, help="UTF-8 text; - for standard input")
    parser.add_argument("-g", "--glossary", type=Path, help="CSV, TSV, TBX or TMX file")
    parser.add_argument("-o", "--output", type=Path, help="write here instead of standard output")
    parser.add_argument("-f", "--format", choices=sorted(formats.WRITERS), default="text")
    parser.add_argument("--title", help="headline, translated with the text")
    parser.add_argument(
        "--source", choices=["auto", "fr"], default="auto", help="fr: do not detect"
    )
    parser.add_argument("--strict", action="store_true", help="fail if a name stays unresolved")
    add_settings(parser, "model", "engine", "device", "threads", "beam_size", "summary_words")
    parser.set_defaults(run=translate)


def translate(args: argparse.Namespace) -> int:
    """Translate one file or standard input."""
    from service.pipeline import Wishes, load_pipeline

    settings = settings_from(args)
    text = read_text(args.file)
    wishes = Wishes(
        title=args.title,
        glossary=read_glossary(args.glossary) if args.glossary else None,
        summary_words=settings.summary_words,
        detect_language=args.source == "auto",
        strict=args.strict,
    )
    with progress_shown(load_pipeline(settings)) as pipeline:
        try:
            article = pipeline.translate_article(text, wishes)
        except UnresolvedNames as error:  # nothing is lost: the translation is written all the same
            write_output(formats.WRITERS[args.format](error.article), args.output)
            raise
    write_output(formats.WRITERS[args.format](article), args.output)
    return report(article)


@contextmanager
def progress_shown(pipeline: "Pipeline") -> Iterator["Pipeline"]:
    """Show a bar of translated segments while the block runs, on a terminal only."""
    from tqdm import tqdm

    from service.engines.watched import WatchedEngine

    with tqdm(unit="segment", leave=False, disable=None) as bar:  # None: off unless a terminal

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield replace(pipeline, engine=WatchedEngine(pipeline.engine, show))


def read_glossary(file: Path) -> "Glossary":
    """Read a glossary in the format that its name says, CSV if it says nothing known.

    Raises:
        FileFailed: it cannot be read.
        NotUtf8: it is not UTF-8.
        BadGlossary: its terms are not sound.
    """
    from service.names import exchange, glossary

    readers = {".tsv": glossary.read_tsv, ".tbx": exchange.read_tbx, ".tmx": exchange.read_tmx}
    read = readers.get(file.suffix.lower(), glossary.read_csv)
    return read(read_text(str(file)), where=str(file))


def report(article: Article) -> int:
    """Tell on standard error what deserves a look, and choose the exit code."""
    unresolved = article.unresolved()
    red = sum(sentence.is_red for _, _, sentence in article.sentences())
    if unresolved:
        say(f"interligne: names left as the model wrote them: {', '.join(unresolved)}")
    if red:
        say(f"interligne: {red} sentence(s) flagged red; --format markdown lists them")
    return WARNINGS if unresolved or red else OK
