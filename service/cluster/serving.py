"""Starting all of it, by command or from a config file of Serve (`scripts/deploy/serve.yaml`)."""

import re
import signal
from collections.abc import Mapping
from typing import Any

from service.cluster import scaling
from service.cluster.connection import connect
from service.cluster.ingress import TRAFFIC, Ingress
from service.cluster.replicas import CALLS, EngineReplica, Model
from service.settings import Settings

HTTP = "interligne"  # the application of Serve that HTTP reaches
HEAD = {"node:__internal_head__": 0.001}  # where the proxy is, so that no other node can break it
REQUESTS = 1000  # that the ingress takes at once: it refuses by itself what is too much
STOPPING = 310.0  # seconds: what was accepted is finished within its deadline


def serve_on(address: str, settings: Settings) -> None:
    """Serve a model on a cluster until this process is told to stop.

    Raises:
        ClusterUnavailable: the cluster cannot be joined.
    """
    connect(address)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    name = start(settings, Model(settings))
    try:
        signal.pause()
    finally:
        stop(name)


def start(settings: Settings, model: Model) -> str:
    """Start the replicas of a model and the ingress; return the name of the replicas."""
    from ray import serve

    name = re.sub(r"[^\w.-]", "-", model.settings.model)
    serve.start(
        proxy_location="HeadOnly",
        http_options={"host": settings.host, "port": settings.port},
        logging_config={"enable_access_log": False},  # ours shows no texts and no keys
    )
    serve.run(replicas_of(model), name=name, route_prefix=None)
    serve.run(ingress_of(settings, {name: 1}), name=HTTP, route_prefix="/")
    return name


def stop(*names: str) -> None:
    """End the ingress, then the replicas of models."""
    from ray import serve

    for name in (HTTP, *names):
        serve.delete(name)


def replicas(args: Mapping[str, Any]) -> Any:
    """Build the application of a model's replicas (`import_path` of a config file).

    Args:
        args: settings by name; INTERLIGNE_ variables of the head node stand in for the others.
    """
    return replicas_of(Model(Settings(**args)))


def ingress(args: Mapping[str, Any]) -> Any:
    """Build the application that HTTP reaches (`import_path` of a config file).

    Args:
        args: settings by name; `traffic` is in the `user_config` of its deployment.
    """
    return ingress_of(Settings(**args), None)


def replicas_of(model: Model) -> Any:
    """Build the application of a model's replicas."""
    from ray import serve
    from ray.serve.config import AutoscalingConfig, AutoscalingPolicy

    settings = model.settings
    deployment = serve.deployment(
        EngineReplica,
        name="engine",
        ray_actor_options={
            "num_cpus": settings.threads or 1,
            "num_gpus": settings.replica_gpus,
        },
        max_ongoing_requests=CALLS,
        health_check_period_s=2,
        health_check_timeout_s=10,
        graceful_shutdown_timeout_s=60,
        autoscaling_config=AutoscalingConfig(
            min_replicas=settings.replicas,
            max_replicas=max(settings.replicas, settings.most_replicas),
            upscale_delay_s=scaling.UP,
            downscale_delay_s=scaling.DOWN,
            look_back_period_s=scaling.LOOK_BACK,
            policy=AutoscalingPolicy(
                policy_function=f"{scaling.__name__}:{scaling.replicas_wanted.__name__}"
            ),
        ),
    )
    return deployment.bind(model)


def ingress_of(settings: Settings, traffic: Mapping[str, float] | None) -> Any:
    """Build the application that HTTP reaches.

    Args:
        settings: its own; those of models are told by their replicas.
        traffic: the weight of each model; None if a config file says it.
    """
    from ray import serve

    deployment = serve.deployment(
        serve.ingress()(Ingress),
        name="ingress",
        ray_actor_options={"num_cpus": 0, "resources": HEAD},
        max_ongoing_requests=REQUESTS,
        graceful_shutdown_timeout_s=STOPPING,
        user_config={TRAFFIC: dict(traffic)} if traffic else None,
    )
    return deployment.bind(settings)
