"""`interligne corpus`: many articles into shards of JSON lines, here or on a cluster."""

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from service.cli.console import INTERRUPTED, OK, WARNINGS, counted, file_failure, say
from service.cli.options import add_settings, positive, settings_from
from service.errors import FileFailed

if TYPE_CHECKING:
    from service.corpus import Shard, Tally
    from service.pipeline import Wishes
    from service.settings import Settings

PER_SHARD = 100
AT_ONCE = 16  # articles, so that short ones fill batches together
LOCK = ".lock"


def add(commands: Any) -> None:
    """Add `interligne corpus`."""
    parser = commands.add_parser(
        "corpus",
        help="translate many articles into shards of JSON lines",
        epilog="The same command goes on where a run was stopped. "
        "Exit codes: 0 done, 1 error, 2 wrong usage, 3 done, but articles failed.",
    )
    parser.add_argument(
        "input",
        metavar="IN",
        help="folder, file or pattern: JSON lines, Parquet (text, title, id), texts, documents",
    )
    parser.add_argument("out", metavar="OUT", type=Path, help="folder of the shards")
    parser.add_argument(
        "--cluster",
        nargs="?",
        const="",
        metavar="ADDRESS",
        help="translate on a Ray cluster, which sees IN and OUT under the same paths",
    )
    parser.add_argument(
        "--per-shard", type=positive, default=PER_SHARD, help=f"articles in a shard ({PER_SHARD})"
    )
    parser.add_argument(
        "-j", "--jobs", type=positive, default=AT_ONCE, help=f"articles at a time ({AT_ONCE})"
    )
    parser.add_argument(
        "--whole", action="store_true", help="write all that is known of each article"
    )
    parser.add_argument(
        "--again", action="store_true", help="also translate shards anew in which articles failed"
    )
    parser.add_argument(
        "-g", "--glossary", action="append", default=[], help="file, or a stored glossary"
    )
    parser.add_argument(
        "--source", choices=["auto", "fr"], default="auto", help="fr: do not detect"
    )
    add_settings(parser, "model", "engine", "device", "threads", "beam_size", "summary_words")
    add_settings(parser, "summariser", "summariser_language")
    add_settings(parser, "data_dir", "database_url")
    parser.set_defaults(run=corpus, title=None, memory=False, strict=False)


def corpus(args: argparse.Namespace) -> int:
    """Translate what is not translated yet."""
    from service.cli.folder import fingerprint
    from service.cli.wishes import wishes_from
    from service.corpus import count_failures, forget_failures, forget_torn, open_plan

    settings = settings_from(args)
    wishes = wishes_from(args, settings)
    files = inputs(args.input, args.out)
    with alone_in(args.out):
        forget_torn(args.out)
        if args.again:
            forget_failures(args.out)
        made_by = fingerprint(settings, wishes, "corpus", args.whole)
        plan = open_plan(args.out, files, made_by, args.per_shard)
        todo = plan.todo(args.out.resolve(), files)
        shards = counted(len(plan.shards), "shard")
        done = f"{len(plan.shards) - len(todo)} done before"
        say(f"interligne: {counted(plan.articles, 'article')} in {shards}, {done}")
        failed_before = count_failures(args.out)
        try:
            return tell(run(args, settings, wishes, todo) if todo else (), todo, failed_before)
        except KeyboardInterrupt:
            say("interligne: interrupted; the same command goes on from here")
            return INTERRUPTED


def inputs(name: str, out: Path) -> dict[str, Path]:
    """List the files of a corpus by place; what lies in the folder of the output is none.

    Raises:
        FileFailed: there are none.
    """
    from service.cli.files import gather
    from service.corpus import SUFFIXES

    found = {one.place.as_posix(): one.path.resolve() for one in gather([name], SUFFIXES)}
    files = {place: path for place, path in found.items() if out.resolve() not in path.parents}
    if not files:
        raise FileFailed(
            "there is nothing to translate",
            where=name,
            hint=f"folders are searched for {' '.join(sorted(SUFFIXES))}",
        )
    return files


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Make a folder if it is not there, and keep other runs out of it.

    Raises:
        FileFailed: it cannot be made, or another run is at work there.
    """
    from filelock import FileLock, Timeout

    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / LOCK, timeout=0):
            yield
    except Timeout as error:
        raise FileFailed(
            "another run is at work in this folder", where=str(folder), hint="wait for its end"
        ) from error
    except OSError as error:
        raise file_failure("write", folder, error) from error


def run(
    args: argparse.Namespace, settings: "Settings", wishes: "Wishes", todo: Sequence["Shard"]
) -> Iterator["Tally"]:
    """Translate shards here or on a cluster; yield what became of each when it is there."""
    from service.corpus import ShardTranslator
    from service.pipeline import load_pipeline

    if args.cluster is not None:
        from service import cluster

        order = cluster.Order(settings, wishes, args.jobs, args.whole)
        yield from cluster.translate_shards(args.cluster, order, todo)
        return
    pipeline = load_pipeline(settings)
    with ShardTranslator(pipeline, wishes, articles=args.jobs, whole=args.whole) as translator:
        yield from translator.run(todo)


def tell(tallies: Iterable["Tally"], todo: Sequence["Shard"], failed_before: int) -> int:
    """Show how far it is, and count at the end, with what failed in the shards done before."""
    from tqdm import tqdm

    articles = failed = 0
    off = not (sys.stderr and sys.stderr.isatty())
    with tqdm(total=sum(shard.articles for shard in todo), unit="article", disable=off) as bar:
        for tally in tallies:
            articles += tally.articles
            failed += tally.failed
            bar.update(tally.articles)
    before = f", {failed_before} failed before" if failed_before else ""
    say(f"interligne: {counted(articles - failed, 'article')} translated, {failed} failed{before}")
    if not failed and not failed_before:
        return OK
    say("  their lines say why; --again translates their shards anew")
    return WARNINGS
