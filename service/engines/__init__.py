"""The seam to the libraries that translate: an `Engine` knows segments, nothing of articles."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from service.decoding import Decoding, Hypothesis
from service.models import Bundle, verify
from service.settings import Settings


class Engine(Protocol):
    """What the pipeline asks of a translation library."""

    @property
    def name(self) -> str:
        """The library, the type of number and the device, as in "ct2 int8 on cpu"."""

    @property
    def max_tokens(self) -> int:
        """The longest segment, in source tokens, that is translated whole."""

    def count_tokens(self, segment: str) -> int:
        """How many source tokens a segment has, without the end mark."""

    def translate(
        self,
        segments: Sequence[str],
        decoding: Decoding,
        prefixes: Sequence[str] | None = None,
    ) -> list[list[Hypothesis]]:
        """Translate each segment on its own.

        Args:
            segments: French in the typography of the model (`typography.to_model`).
            decoding: how to search.
            prefixes: for each segment, English that its translation must begin with ("" for none).

        Returns:
            For each segment, in order, its hypotheses, best first.

        Raises:
            EngineFailed: the library gave up.
        """


@runtime_checkable
class Parallel(Protocol):
    """An engine that runs several batches side by side."""

    @property
    def workers(self) -> Sequence[Engine]:
        """Give it once for each of them."""


def workers_of(engine: Engine) -> Sequence[Engine]:
    """List what works side by side in an engine."""
    return engine.workers if isinstance(engine, Parallel) else [engine]


def load_engine(bundle: Bundle, settings: Settings) -> Engine:
    """Verify the model and load it into the library that the settings name.

    A model that follows marks is one of our own, of a small vocabulary: it is asked again where it
    does not follow them (`copying`), and is not shown those of short quotations (`quoting`).

    Raises:
        ModelError: a file is missing, damaged or of no use.
        EngineFailed: the device cannot be used.
    """
    verify(bundle)
    engine = _load(bundle, settings)
    if not bundle.record.marks:
        return engine
    from service.engines.copying import CopyingEngine
    from service.engines.quoting import QuotingEngine

    return QuotingEngine(CopyingEngine(engine))


def _load(bundle: Bundle, settings: Settings) -> Engine:
    if settings.engine == "marian":
        from service.engines.marian import MarianEngine

        return MarianEngine(bundle, settings)
    from service.engines.ct2 import Ct2Engine

    return Ct2Engine(bundle, settings)
