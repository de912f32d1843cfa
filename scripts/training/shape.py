"""Marian models of our sizes: made blank, and written as a Hugging Face folder."""

import copy
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sentencepiece
import torch
from transformers import MarianConfig, MarianMTModel

from service.models import write_record

END = 0  # id of </s>
LONGEST = 512  # positions the model knows


@dataclass(frozen=True)
class Shape:
    """The size of a model: width, feed-forward width, attention heads, layers on either side."""

    d: int
    ff: int
    heads: int
    enc: int
    dec: int

    @classmethod
    def of(cls, config: Any) -> "Shape":
        """Read the shape off a Marian configuration."""
        return cls(
            config.d_model,
            config.encoder_ffn_dim,
            config.encoder_attention_heads,
            config.encoder_layers,
            config.decoder_layers,
        )


SHAPES = {
    "toy": Shape(d=64, ff=128, heads=2, enc=2, dec=1),
    "small": Shape(d=256, ff=1024, heads=4, enc=6, dec=2),  # 10 M parameters: the bundled model
    "medium": Shape(d=384, ff=1536, heads=6, enc=6, dec=2),
    "large": Shape(d=512, ff=2048, heads=8, enc=6, dec=6),  # the size of opus-mt: for a GPU
}


def blank(shape: Shape, size: int, dropout: float = 0.0) -> Any:
    """Make a model with Xavier weights; `size` counts the pieces and the padding, its last id."""
    pad = size - 1
    config = MarianConfig(
        vocab_size=size,
        decoder_vocab_size=size,
        d_model=shape.d,
        encoder_ffn_dim=shape.ff,
        decoder_ffn_dim=shape.ff,
        encoder_attention_heads=shape.heads,
        decoder_attention_heads=shape.heads,
        encoder_layers=shape.enc,
        decoder_layers=shape.dec,
        max_position_embeddings=LONGEST,
        pad_token_id=pad,
        eos_token_id=END,
        forced_eos_token_id=END,
        decoder_start_token_id=pad,
        scale_embedding=True,
        activation_function="swish",
        dropout=dropout,
        share_encoder_decoder_embeddings=True,
        attn_implementation="eager",  # on short rows the backward of SDPA is slower on a CPU
    )
    model = MarianMTModel(config)
    for name, weights in model.named_parameters():
        if "shared" in name:
            torch.nn.init.normal_(weights, std=shape.d**-0.5)
        elif weights.dim() == 2 and "embed" not in name:
            torch.nn.init.xavier_uniform_(weights)
    return model


def load(folder: Path, dropout: float = 0.0) -> Any:
    """Read a Hugging Face Marian folder as a float32 model to train."""
    return MarianMTModel.from_pretrained(
        folder, dtype=torch.float32, attn_implementation="eager", dropout=dropout
    )


def export(
    model: Any,
    pieces: Path,
    folder: Path,
    *,
    story: dict[str, Any] | None = None,
    facts: dict[str, Any] | None = None,
) -> None:
    """Write a float16 Hugging Face folder in one move: never half a folder.

    Args:
        model: a MarianMTModel; stays as it is.
        pieces: the SentencePiece model of both sides.
        folder: replaced if it exists.
        story: how the weights came to be; written as `training.json`.
        facts: for the record of a bundle, `model.json`; see `service.models.Record`.
    """
    part = folder.with_name(folder.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    copy.deepcopy(model).half().save_pretrained(part)
    for name in ("source.spm", "target.spm"):
        shutil.copy(pieces, part / name)
    _write_json(part / "vocab.json", vocabulary(pieces))
    _write_json(part / "tokenizer_config.json", TOKENIZER)
    if story is not None:
        _write_json(part / "training.json", story)
    if facts is not None:
        write_record(part, **facts)
    shutil.rmtree(folder, ignore_errors=True)
    os.replace(part, folder)


TOKENIZER = {
    "tokenizer_class": "MarianTokenizer",
    "source_lang": "fra",
    "target_lang": "eng",
    "model_max_length": LONGEST,
    "separate_vocabs": False,
    "eos_token": "</s>",
    "unk_token": "<unk>",
    "pad_token": "<pad>",
}


def vocabulary(pieces: Path) -> dict[str, int]:
    """Map each piece to its id; the padding comes last."""
    model = sentencepiece.SentencePieceProcessor(model_file=str(pieces))
    names = [model.id_to_piece(i) for i in range(len(model))]
    return {**{name: i for i, name in enumerate(names)}, "<pad>": len(model)}


def _write_json(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
