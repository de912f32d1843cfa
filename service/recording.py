"""An engine that keeps what it has done, so that a job goes on where a process left it."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, replace

from pydantic import TypeAdapter

from service.decoding import Decoding, Hypothesis
from service.engines import Engine
from service.engines.wrapped import WrappedEngine
from service.store.leases import Claim, Leases

CHUNK = 64  # segments between two writes to the store: what a crash can cost

_HYPOTHESES = TypeAdapter(list[Hypothesis])


class RecordingEngine(WrappedEngine):
    """Wraps an engine: a segment that the record of a job holds is not translated again.

    Args:
        engine: translates what is missing.
        model: its hash; what another model translated is of no use.
        leases: where the record is.
        claim: the job.
    """

    def __init__(self, engine: Engine, model: str, leases: Leases, claim: Claim) -> None:
        super().__init__(engine)
        self._model = model
        self._leases = leases
        self._claim = claim
        self._asked: set[str] = set()

    def translate(
        self,
        segments: Sequence[str],
        decoding: Decoding,
        prefixes: Sequence[str] | None = None,
    ) -> list[list[Hypothesis]]:
        """Translate what the record does not hold, a chunk at a time, and record it.

        Raises:
            Cancelled: the job was cancelled, or the lease was lost.
            StoreError: the record cannot be reached.
        """
        pairs = list(zip(segments, prefixes or [""] * len(segments), strict=True))
        keys = [self._key(segment, prefix, decoding) for segment, prefix in pairs]
        self._asked.update(keys)
        known = self._leases.recorded(self._claim, keys)
        missing = {k: pair for k, pair in zip(keys, pairs, strict=True) if k not in known}
        todo = list(missing.items())
        for start in range(0, len(todo), CHUNK):
            done = self._translated(todo[start : start + CHUNK], decoding)
            self._leases.record(self._claim, done, asked=len(self._asked))
            known |= done
        return [_HYPOTHESES.validate_json(known[key]) for key in keys]

    def _translated(
        self, chunk: Sequence[tuple[str, tuple[str, str]]], decoding: Decoding
    ) -> dict[str, str]:
        segments, prefixes = zip(*(pair for _, pair in chunk), strict=True)
        results = self._engine.translate(segments, decoding, prefixes)
        return {
            key: _HYPOTHESES.dump_json(hypotheses).decode()
            for (key, _), hypotheses in zip(chunk, results, strict=True)
        }

    def _key(self, segment: str, prefix: str, decoding: Decoding) -> str:
        decoding = replace(decoding, max_segment_tokens=0)  # nothing to engines
        asked = repr((self._model, self._engine.name, segment, prefix, asdict(decoding)))
        return hashlib.sha256(asked.encode()).hexdigest()
