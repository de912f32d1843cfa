"""Shards of a corpus as Ray tasks: one that dies with its node is done again on another."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from service.cluster.connection import connect
from service.corpus import Shard, ShardTranslator, Tally
from service.errors import InterligneError
from service.pipeline import Pipeline, Wishes, load_pipeline
from service.settings import Settings

ALWAYS = -1  # a task is tried again however often its worker dies: it writes a shard whole or not


@dataclass(frozen=True)
class Order:
    """What is asked of a corpus.

    Attributes:
        articles: translated at the same time by one task.
        whole: write all that there is of an article.
    """

    settings: Settings
    wishes: Wishes
    articles: int
    whole: bool = False

    def load(self) -> Pipeline:
        """Load what translates; asked once in each worker process."""
        return load_pipeline(self.settings)


def translate_shards(address: str, order: Order, shards: Sequence[Shard]) -> Iterator[Tally]:
    """Translate shards on a cluster; yield what became of each, in any order.

    The nodes see the inputs and the folder of the output under the same paths as this machine.

    Raises:
        ClusterUnavailable: the cluster cannot be joined.
        FileFailed: a file cannot be read or written.
        ModelError: a node does not have the model.
    """
    connect(address)
    import ray

    settings = order.settings
    task = ray.remote(
        num_cpus=settings.threads or 1, num_gpus=settings.replica_gpus, max_retries=ALWAYS
    )(translate_shard)
    shared = ray.put(order)
    pending: list[Any] = [task.remote(shared, shard) for shard in shards]
    try:
        while pending:
            done, pending = ray.wait(pending)
            yield from ray.get(done)
    except ray.exceptions.RayTaskError as error:
        if isinstance(error.cause, InterligneError):
            raise error.cause from error
        raise
    finally:
        for ref in pending:
            ray.cancel(ref)


def translate_shard(order: Order, shard: Shard) -> Tally:
    """Translate a shard in a worker, which keeps its engine for the next one."""
    (tally,) = _translator(order).run([shard])
    return tally


@lru_cache(maxsize=1)
def _translator(order: Order) -> ShardTranslator:
    return ShardTranslator(order.load(), order.wishes, articles=order.articles, whole=order.whole)
