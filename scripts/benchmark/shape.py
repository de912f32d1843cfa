"""The engine and the scheduler on a model of the shape of opus-mt-fr-en, with random weights."""

import json
import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from scripts.benchmark import texts
from scripts.benchmark.figures import Figure, Section
from scripts.benchmark.peers import ROWS, RawCt2, Transformers
from service.decoding import Decoding
from service.engines import Engine, load_engine, pieces
from service.engines.scheduler import Scheduler
from service.models import Bundle, find_bundle
from service.settings import Settings

VOCABULARY = 59_514
LAYERS, WIDTH, HEADS, INNER = 6, 512, 8, 2048
CLIENTS, SENTENCES, LENGTH = 32, 128, 4  # of the load; sentences of an article
ONE_BY_ONE, BATCHED = 8, 2 * ROWS  # sentences for transformers
HOW = (
    f"A Marian model of width {WIDTH}, {LAYERS} + {LAYERS} layers, {VOCABULARY:,} pieces, random "
    "weights: it never ends a sentence, so the translation of n pieces is made n long, rounded up "
    f"to a multiple of {{step}}. {CLIENTS} threads with articles of {LENGTH} sentences share one "
    "scheduler; what it says is noise, so names, checks and HTTP are left out. The others in the "
    "same round, as for the bundled model. Medians of {rounds} rounds."
)
STEP = 16


def forced_length(tokens: int) -> int:
    """Make a translation as long as its source."""
    return max(1, -(-tokens // STEP)) * STEP


@contextmanager
def random_model(like: Bundle) -> Iterator[Bundle]:
    """Write a model with the pieces of another, made up to the size of opus-mt-fr-en."""
    import torch
    from transformers import MarianConfig, MarianMTModel

    ids = json.loads((like.folder / "vocab.json").read_bytes())
    pad = ids.pop("<pad>")
    made_up = range(len(ids), VOCABULARY - 1)
    assert pad == len(ids)
    ids |= {f"▁unused{number}": number for number in made_up} | {"<pad>": VOCABULARY - 1}
    config = dict(like.config) | {
        "d_model": WIDTH,
        "decoder_layers": LAYERS,
        "encoder_layers": LAYERS,
        **{f"{side}_ffn_dim": INNER for side in ("encoder", "decoder")},
        **{f"{side}_attention_heads": HEADS for side in ("encoder", "decoder")},
        **dict.fromkeys(("vocab_size", "decoder_vocab_size"), VOCABULARY),
        **dict.fromkeys(("pad_token_id", "decoder_start_token_id"), VOCABULARY - 1),
    }
    torch.manual_seed(texts.PARTING)
    with TemporaryDirectory() as name:
        folder = Path(name)
        MarianMTModel(MarianConfig(**config)).half().save_pretrained(folder)
        (folder / "vocab.json").write_text(json.dumps(ids), encoding="utf-8")
        for file in ("source.spm", "target.spm", "tokenizer_config.json"):
            (folder / file).write_bytes((like.folder / file).read_bytes())
        yield find_bundle(name)


def measure(rounds: int, threads: int, text: Path | None = None) -> Section:
    """Measure the scheduler beside its peers."""
    source = texts.distinct(texts.sentences(text))
    with (
        random_model(find_bundle("fr-en")) as bundle,
        patch.object(pieces, "length_limit", forced_length),
        TemporaryDirectory() as cache,
    ):
        settings = Settings(device="cpu", threads=threads, cache_dir=Path(cache))
        engine = load_engine(bundle, settings)
        raw = RawCt2(bundle, threads, settings.cache_dir)
        peer = Transformers(bundle, threads, forced_length)
        rates = []
        for _ in range(rounds):
            segments = [
                piece
                for sentence in islice(source, SENTENCES)
                for piece in texts.segments_of(sentence, engine)
            ]
            few, many = segments[:: SENTENCES // ONE_BY_ONE], segments[:: SENTENCES // BATCHED]
            rates.append(
                {
                    "scheduler": len(segments) / scheduled(engine, settings, segments),
                    "raw CTranslate2": len(segments) / raw.seconds(segments),
                    "transformers, one by one": len(few) / peer.seconds(few),
                    f"transformers, {ROWS} at a time": len(many) / peer.seconds(many, ROWS),
                }
            )
    return Section("shape", HOW.format(rounds=rounds, step=STEP), tuple(figures(rates)))


def scheduled(engine: Engine, settings: Settings, segments: Sequence[str]) -> float:
    """Let clients share the engine; return the seconds."""
    articles = [segments[at : at + LENGTH] for at in range(0, len(segments), LENGTH)]
    with Scheduler(
        [engine],
        batch_tokens=settings.batch_tokens,
        queue_tokens=settings.queue_tokens,
        requests=CLIENTS,
        cache_segments=0,
    ) as scheduler:

        def translate(article: Sequence[str]) -> None:
            with scheduler.lane() as lane:
                lane.translate(article, Decoding())

        begin = time.perf_counter()
        with ThreadPoolExecutor(CLIENTS) as pool:
            list(pool.map(translate, articles))
        return time.perf_counter() - begin


def figures(rates: Sequence[Mapping[str, float]]) -> Iterator[Figure]:
    """Compare the scheduler with everyone, and say how quick everyone was."""
    ours = "scheduler"
    for name in rates[0]:
        if name != ours:
            ratio = statistics.median(rate[ours] / rate[name] for rate in rates)
            yield Figure(f"{CLIENTS} clients, to {name}", ratio, "x")
    for name in rates[0]:
        yield Figure(name, statistics.median(rate[name] for rate in rates), "sentences/s")
