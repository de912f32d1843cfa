"""Many files at once: each is written whole or not at all, and one that fails stops no other."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from service import formats
from service.article import Article
from service.cli import differences, documents
from service.cli.console import read_bytes, write_output
from service.cli.files import FileTask
from service.cli.progress import Bars
from service.cli.record import Record
from service.cli.sharing import at_once
from service.errors import FileFailed, InterligneError, UnresolvedNames
from service.pipeline import Pipeline, Wishes


class State(StrEnum):
    """What became of a file."""

    DONE = "translated"
    FAILED = "failed"
    PASSED_OVER = "passed over"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a file; `article` if it was translated, `error` if it failed.

    Attributes:
        notes: what the file could not keep.
        diff: from the earlier translation, if one was asked for.
    """

    task: FileTask
    state: State
    article: Article | None = None
    error: InterligneError | None = None
    notes: tuple[str, ...] = ()
    diff: str = ""


@dataclass(frozen=True, slots=True)
class Batch:
    """What all files of a run share.

    Attributes:
        pipeline: translates; its engine is shared by all files at work.
        wishes: what is asked for each.
        output_format: of what is written; None for that of the input.
        out_dir: where it is written.
        record: of what was made there.
        made_by: a hash of all that a translation depends on but its source.
        extract: read only the article of each page.
        overwrite: also files that were edited, or are not ours.
        earlier: translations to compare with; a file or a folder.
    """

    pipeline: Pipeline
    wishes: Wishes
    output_format: str | None
    out_dir: Path
    record: Record
    made_by: str
    extract: bool = False
    overwrite: bool = False
    earlier: Path | None = None

    def run(self, tasks: Sequence[FileTask], jobs: int, bars: Bars) -> Iterator[Result]:
        """Translate files, `jobs` at the same time; yield what became of each as it is done.

        Left early, it gives up what is at work, and nothing half done is written.
        """
        by_source = {task.source: task for task in tasks}

        def work(source: Path, pipeline: Pipeline) -> Result:
            return self._result(by_source[source], pipeline)

        return at_once(list(by_source), work, self.pipeline, jobs, bars)

    def _result(self, task: FileTask, pipeline: Pipeline) -> Result:
        try:
            return self._translate(task, pipeline)
        except InterligneError as error:
            return Result(task, State.FAILED, error=error)
        except Exception as error:  # a fault of ours: the other files shall not pay for it
            told = FileFailed(f"unexpected {type(error).__name__}: {error}")
            told.__cause__ = error
            return Result(task, State.FAILED, error=told)

    def _translate(self, task: FileTask, pipeline: Pipeline) -> Result:
        """Translate one file and write it."""
        if not self.overwrite and not self.record.is_free(task):
            raise FileFailed(
                f"{task.output} was edited, or is not ours",
                hint="say --overwrite, or choose another --out-dir",
            )
        source = read_bytes(str(task.source))
        document = formats.read(source, task.source.name, extract=self.extract)
        wishes = replace(self.wishes, title=document.title)
        error: UnresolvedNames | None = None
        try:
            article = pipeline.translate_article(document.text, wishes)
        except UnresolvedNames as unresolved:  # strict: written all the same, but never done
            article, error = unresolved.article, unresolved
        rendered = documents.written(document, article, self.output_format)
        diff = self._diff(task, rendered.data)
        task.output.parent.mkdir(parents=True, exist_ok=True)
        write_output(rendered.data, task.output)
        self.record.note(task, source, "" if error else self.made_by, rendered.data)
        state = State.FAILED if error else State.DONE
        return Result(task, state, article, error, rendered.notes, diff)

    def _diff(self, task: FileTask, output: bytes) -> str:
        if self.earlier is None:
            return ""
        return differences.against(self.earlier, task.output.relative_to(self.out_dir), output)
