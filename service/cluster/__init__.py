"""More than one machine, on Ray: the same HTTP application on Ray Serve, corpora as Ray tasks.

The application stays as it is, in the ingress: names, summary, admission, streams, jobs. Only its
engine is another: it sends batches to replicas. Nothing here keeps state: that is in the database,
and a translation that is lost with a replica is asked for again.

`replicas` are the engines, `remote` asks them, `ingress` is the application, `scaling` says how
many replicas there are, `serving` starts all of it, `corpora` does bulk work. Ray is imported when
it is used.
"""

from service.cluster.connection import connect
from service.cluster.corpora import Order, translate_shards
from service.cluster.serving import serve_on

__all__ = ["Order", "connect", "serve_on", "translate_shards"]
