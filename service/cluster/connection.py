"""Joining a Ray cluster."""

import os

from service.errors import ClusterUnavailable


def connect(address: str = "") -> None:
    """Join a cluster, unless this process is in one already.

    Args:
        address: of its head, as `ray start` shows it; "" for the one that RAY_ADDRESS names or that
            runs on this machine, else one of this machine alone is started.

    Raises:
        ClusterUnavailable: Ray is not installed, or the cluster does not answer.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing leaves the machines
    try:
        import ray
    except ImportError as error:
        raise ClusterUnavailable(
            "Ray is not installed", hint="pip install interligne[cluster]"
        ) from error
    try:
        ray.init(address or None, ignore_reinit_error=True, include_dashboard=None)
    except (ConnectionError, RuntimeError, ValueError) as error:
        raise ClusterUnavailable(
            f"the cluster cannot be joined: {error}",
            where=address,
            hint="check `ray status` there, that this machine reaches it, and RAY_AUTH_MODE",
        ) from error
