"""The command `interligne`. The only module that prints.

Exit codes: 0 done; 1 an error, told on standard error; 2 wrong usage; 3 translated, with warnings
(a name left unresolved, or a sentence flagged red). Heavy modules are imported by the command that
needs them, so that `interligne --help` is instant.
"""

import argparse
import ctypes
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from service import formats
from service.article import Article
from service.errors import FileFailed, InterligneError, UnresolvedNames
from service.settings import Settings

if TYPE_CHECKING:
    from service.names.glossary import Glossary
    from service.pipeline import Pipeline

OK, ERROR, USAGE, WARNINGS = 0, 1, 2, 3
STDIN = "-"
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # of <malloc.h>
LARGE_BLOCK = 4_000_000  # bytes


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    args = build_parser().parse_args(argv)
    try:
        return int(args.run(args))
    except InterligneError as error:
        complain(error)
        return ERROR
    except BrokenPipeError:
        # Python would complain a second time when it flushes standard output at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        say("interligne: the output was closed before all of it was written")
        return ERROR
    except KeyboardInterrupt:
        say("interligne: interrupted")
        return 130


def build_parser() -> argparse.ArgumentParser:
    """Describe every command and flag."""
    parser = argparse.ArgumentParser(
        prog="interligne", description="Translate French news into English, names kept consistent."
    )
    parser.add_argument(
        "--version", action="version", version=f"interligne {version('interligne')}"
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    add_translate(commands)
    add_serve(commands)
    add_models(commands)
    return parser


def add_translate(commands: Any) -> None:
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


def add_serve(commands: Any) -> None:
    """Add `interligne serve`."""
    parser = commands.add_parser("serve", help="run the HTTP service")
    add_settings(parser, "host", "port", "model", "engine", "device", "threads", "beam_size")
    parser.set_defaults(run=serve)


def add_models(commands: Any) -> None:
    """Add `interligne models` and its four actions."""
    parser = commands.add_parser("models", help="list, verify, convert and pull models")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    for name, run, summary in (
        ("list", list_models, "the bundled models"),
        ("verify", verify_model, "compare every file with its SHA-256"),
        ("convert", convert_model, "convert to CTranslate2 int8, into the cache"),
        ("pull", pull_model, "download a model from the hub"),
    ):
        action = actions.add_parser(name, help=summary)
        if name != "list":
            action.add_argument("model", help="bundled model, folder or hub id")
        action.set_defaults(run=run)


def add_settings(parser: argparse.ArgumentParser, *names: str) -> None:
    """Add a flag for each of these settings; a flag goes before INTERLIGNE_* variables."""
    for name in names:
        parser.add_argument(
            f"--{name.replace('_', '-')}",
            default=argparse.SUPPRESS,
            metavar=name.upper(),
            help=Settings.model_fields[name].description,
        )


def settings_from(args: argparse.Namespace) -> Settings:
    """Read the settings: flags, else environment, else defaults. A bad value ends the program."""
    given = {name: value for name, value in vars(args).items() if name in Settings.model_fields}
    try:
        return Settings(**given)
    except ValidationError as error:
        for problem in error.errors():
            name = ".".join(map(str, problem["loc"]))
            say(f"interligne: setting {name} ({problem['input']!r}): {problem['msg']}")
        raise SystemExit(USAGE) from None


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


def serve(args: argparse.Namespace) -> int:
    """Run the HTTP service until it is told to stop."""
    import uvicorn

    from service.api import create_app
    from service.pipeline import load_pipeline

    return_freed_memory()
    settings = settings_from(args)
    app = create_app(load_pipeline(settings))
    uvicorn.run(app, host=settings.host, port=settings.port, log_level="info")
    return OK


def return_freed_memory() -> None:
    """Make glibc give large freed blocks back to the system, as mallopt(3) says how.

    Left alone it learns to keep them, and the service grows by half over its first articles.
    """
    with suppress(OSError, AttributeError):  # another C library has its own ways
        mallopt = ctypes.CDLL("libc.so.6").mallopt
        mallopt(M_MMAP_THRESHOLD, LARGE_BLOCK)
        mallopt(M_TRIM_THRESHOLD, LARGE_BLOCK)


def list_models(args: argparse.Namespace) -> int:
    """Print a line for each bundled model."""
    from service import models

    for bundle in models.bundled():
        print(f"{bundle.name}\t{bundle.sha256[:12]}\t{bundle.folder}")
    return OK


def verify_model(args: argparse.Namespace) -> int:
    """Compare every file of a model with its recorded SHA-256."""
    from service import models

    bundle = models.find_bundle(args.model)
    models.verify(bundle)
    print(f"{bundle.name}: every file is as recorded, SHA-256 {bundle.sha256}")
    return OK


def convert_model(args: argparse.Namespace) -> int:
    """Convert a model to CTranslate2, or find the conversion made before."""
    from service import models

    settings = settings_from(args)
    print(models.convert(models.find_bundle(args.model), settings.cache_dir))
    return OK


def pull_model(args: argparse.Namespace) -> int:
    """Download a model from the hub."""
    from service import models

    bundle = models.pull(args.model)
    print(f"{bundle.name}\t{bundle.sha256[:12]}\t{bundle.folder}")
    return OK


def read_text(file: str) -> str:
    """Read a UTF-8 file, or standard input for `-`.

    Raises:
        FileFailed: no such file, a folder, no permission.
        NotUtf8: the bytes are not UTF-8.
    """
    from service.intake import decode

    try:
        data = sys.stdin.buffer.read() if file == STDIN else Path(file).read_bytes()
    except OSError as error:
        raise FileFailed(
            f"cannot read: {error.strerror}", where=file, hint="check the path and its permissions"
        ) from error
    return decode(data)


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


def write_output(text: str, output: Path | None) -> None:
    """Write to a file, whole or not at all, or to standard output."""
    if output is None:
        write_stdout(text)
        return
    part = output.with_name(f".{output.name}.{os.getpid()}.part")
    try:
        part.write_text(text, encoding="utf-8", newline="")
        part.replace(output)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise FileFailed(
            f"cannot write: {error.strerror}",
            where=str(output),
            hint="check the folder, its permissions and the space left",
        ) from error


def write_stdout(text: str) -> None:
    """Write UTF-8 to standard output, whatever the terminal's locale.

    Raises:
        FileFailed: standard output is closed.
    """
    try:
        sys.stdout.buffer.write(text.encode())
        sys.stdout.flush()
    except (AttributeError, ValueError, OSError) as error:
        if isinstance(error, BrokenPipeError):
            raise
        raise FileFailed(
            "standard output is closed", hint="write to a file with --output"
        ) from error


def report(article: Article) -> int:
    """Tell on standard error what deserves a look, and choose the exit code."""
    unresolved = article.unresolved()
    red = sum(sentence.is_red for _, _, sentence in article.sentences())
    if unresolved:
        say(f"interligne: names left as the model wrote them: {', '.join(unresolved)}")
    if red:
        say(f"interligne: {red} sentence(s) flagged red; --format markdown lists them")
    return WARNINGS if unresolved or red else OK


def complain(error: InterligneError) -> None:
    """Print an error with where it is and what to do."""
    where = f"{error.where}: " if error.where else ""
    say(f"interligne: {where}{error.message}")
    if error.hint:
        say(f"  {error.hint}")


def say(line: str) -> None:
    """Print to standard error, which may be closed."""
    if sys.stderr is not None:
        print(line, file=sys.stderr)
