"""`interligne glossary extract`: a glossary proposed from articles."""

import argparse
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from service.cli.console import ERROR, OK, read_bytes, say, write_output
from service.cli.options import JOBS, add_settings, positive, settings_from
from service.errors import InterligneError

if TYPE_CHECKING:
    from service.article import Article
    from service.cli.progress import Bars
    from service.pipeline import Pipeline


def add(actions: Any) -> None:
    """Add `extract` to the actions of `interligne glossary`."""
    parser = actions.add_parser("extract", help="propose a glossary from articles")
    parser.add_argument("files", nargs="+", metavar="FILE", help="articles, folders, patterns")
    parser.add_argument("-o", "--output", type=Path, help="TSV file instead of standard output")
    parser.add_argument("-g", "--glossary", type=Path, help="leave out the names in it, too")
    parser.add_argument("--all", action="store_true", help="also the names that are known")
    parser.add_argument(
        "--min-mentions", type=positive, default=2, metavar="N", help="leave out rarer names (2)"
    )
    parser.add_argument(
        "--translate", action="store_true", help="give the English that the model settles on"
    )
    add_settings(parser, "model", "engine", "device", "threads", "beam_size")
    parser.set_defaults(run=extract)


def extract(args: argparse.Namespace) -> int:
    """Write the names of all articles as a glossary; a file that cannot be read stops no other."""
    from service.article import Origin
    from service.cli.documents import READ
    from service.cli.files import gather
    from service.cli.glossary import read_glossary
    from service.cli.progress import Bars
    from service.names import glossary
    from service.names.extract import Extraction

    known = glossary.built_in()
    if args.glossary:
        known = glossary.layered(read_glossary(args.glossary), known)
    paths = [one.path for one in gather(args.files, READ)]
    extraction, failed = Extraction(known), 0
    with closing(Bars(len(paths))) as bars:
        for article in articles(paths, args, bars):
            if isinstance(article, InterligneError):
                failed += 1
                bars.complain(article)
            else:
                extraction.add(article)
    terms = extraction.terms(least_mentions=args.min_mentions, known=args.all)
    table = glossary.write_tsv(glossary.of_terms(terms, Origin.REQUEST))
    write_output(table.encode(), args.output)
    say(f"interligne: {len(terms)} name(s) from {len(paths) - failed} of {len(paths)} files")
    return ERROR if failed else OK


def articles(
    paths: list[Path], args: argparse.Namespace, bars: "Bars"
) -> "Iterator[Article | InterligneError]":
    """Read the articles, and translate them if that is asked for."""
    if not args.translate:
        for path in paths:
            with bars.file(path.name):
                yield told(read, path)
        return
    from service.cli.sharing import at_once
    from service.pipeline import load_pipeline

    pipeline = load_pipeline(settings_from(args))
    yield from at_once(paths, lambda *work: told(translated, *work), pipeline, JOBS, bars)


def told(
    make: "Callable[..., Article]", path: Path, *rest: "Pipeline"
) -> "Article | InterligneError":
    """Give the article of a file, or the error that says why there is none."""
    try:
        return make(path, *rest)
    except InterligneError as error:
        error.where = ", ".join(filter(None, (str(path), error.where)))
        return error


def read(path: Path) -> "Article":
    """Read an article."""
    from service import formats
    from service.intake import require_french
    from service.split import split

    document = formats.read(read_bytes(str(path)), path.name)
    require_french(document.text)
    return split(document.text, title=document.title)


def translated(path: Path, pipeline: "Pipeline") -> "Article":
    """Translate an article."""
    from service import formats
    from service.pipeline import Wishes

    document = formats.read(read_bytes(str(path)), path.name)
    return pipeline.translate_article(document.text, Wishes(title=document.title, summary_words=0))
