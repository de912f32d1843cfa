"""Many articles into shards of JSON lines: every article once, however often the run is killed.

`plan` decides what makes which shard, `sources` reads articles, `shards` translates them. A shard
is there when it is whole, and what it holds is decided before the first one is begun; so a run that
was killed goes on with the shards that are not there.
"""

from service.corpus.plan import Plan, Shard, open_plan
from service.corpus.shards import (
    ShardTranslator,
    Tally,
    count_failures,
    forget_failures,
    forget_torn,
)
from service.corpus.sources import SUFFIXES

__all__ = [
    "SUFFIXES",
    "Plan",
    "Shard",
    "ShardTranslator",
    "Tally",
    "count_failures",
    "forget_failures",
    "forget_torn",
    "open_plan",
]
