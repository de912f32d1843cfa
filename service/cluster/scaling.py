"""How many replicas there should be: as many as it takes for each to have a few batches in hand."""

import math
from typing import Any

TOKENS = 2048  # source tokens that a replica should have in hand, waiting or being translated
UP, DOWN = 5.0, 120.0  # seconds that more, or fewer, must have been wanted
LOOK_BACK = 12.0  # seconds of which the mean counts; a replica tells its tokens every ten


def replicas_wanted(context: Any) -> tuple[int, dict[str, Any]]:
    """Tell Serve how many replicas there should be (an `AutoscalingPolicy`)."""
    by_replica = (context.aggregated_metrics or {}).get("tokens", {})
    wanted = math.ceil(sum(by_replica.values()) / TOKENS)
    least, most = context.capacity_adjusted_min_replicas, context.capacity_adjusted_max_replicas
    return max(least, min(most, wanted)), context.policy_state
