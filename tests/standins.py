"""Stand-ins for published Marian checkpoints: their files and configuration, tiny random weights.

What they say is noise, but both engines must say the same, and from the same pieces.
"""

import functools
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sentencepiece
import torch
from safetensors.torch import save_file
from transformers import MarianConfig, MarianMTModel

FRENCH = """\
Le ministre a présenté mardi un plan de relance devant les députés.
Les négociations entre les deux pays reprendront la semaine prochaine à Genève.
Selon la police, trois personnes ont été blessées dans l'accident.
La banque centrale a laissé ses taux inchangés malgré la hausse des prix.
Le président recevra son homologue au palais avant la réunion du conseil.
Des milliers de manifestants ont défilé dans les rues de la capitale.
L'entreprise prévoit de supprimer quatre cents emplois d'ici la fin de l'année.
Les pompiers ont lutté toute la nuit contre le feu qui menaçait le village.
"""
ENGLISH = """\
The minister presented a recovery plan to members of parliament on Tuesday.
Talks between the two countries will resume next week in Geneva.
Three people were hurt in the accident, according to the police.
The central bank left its rates unchanged despite the rise in prices.
The president will receive his counterpart at the palace before the council meets.
Thousands of protesters marched through the streets of the capital.
The company plans to cut four hundred jobs by the end of the year.
Firefighters fought all night against the blaze that threatened the village.
"""
GENERATION = (  # what `generation_config.json` repeats
    "bad_words_ids",
    "bos_token_id",
    "decoder_start_token_id",
    "eos_token_id",
    "forced_eos_token_id",
    "max_length",
    "num_beams",
    "pad_token_id",
)
UNLISTED = "▁pays"  # a piece of the source model that `vocab.json` lacks, as some of OPUS-MT's do


@dataclass(frozen=True)
class Kind:
    """What sets one family of checkpoints apart.

    Attributes:
        weights: the file they come in.
        end_first: `</s>` is id 0; else it stands somewhere in the vocabulary.
        shared: one vocabulary and one embedding for both sides; else two of each, and a projection
            of its own.
        config: entries of `config.json` that differ.
    """

    weights: str = "pytorch_model.bin"
    end_first: bool = True
    shared: bool = True
    config: Mapping[str, Any] = field(default_factory=dict)


KINDS = {
    "opus-mt": Kind(),
    "opus-mt-safetensors": Kind(weights="model.safetensors"),
    "opus-mt-tc-big": Kind(
        end_first=False,
        config={
            "activation_function": "relu",
            "encoder_attention_heads": 16,
            "decoder_attention_heads": 16,
            "max_position_embeddings": 1024,
            "num_beams": 4,
            "torch_dtype": "float16",
        },
    ),
    "untied": Kind(shared=False),
}


def make(kind_name: str, folder: Path) -> Path:
    """Write a checkpoint of a kind into a folder."""
    kind = KINDS[kind_name]
    folder.mkdir(parents=True)
    source, target = _vocabularies(kind)
    (folder / "source.spm").write_bytes(_spm(FRENCH))
    (folder / "target.spm").write_bytes(_spm(ENGLISH))
    _write_json(folder / "vocab.json", source)
    if not kind.shared:
        _write_json(folder / "target_vocab.json", target)
    tokenizer = {"source_lang": "fr", "target_lang": "en", "separate_vocabs": not kind.shared}
    _write_json(folder / "tokenizer_config.json", tokenizer)
    config = _config(kind, source, target)
    _write_json(folder / "config.json", config)
    _write_json(folder / "generation_config.json", {key: config[key] for key in GENERATION})
    _write_weights(folder / kind.weights, config)
    return folder


def _config(kind: Kind, source: dict[str, int], target: dict[str, int]) -> dict[str, Any]:
    """Write what `config.json` of opus-mt-fr-en says, with smaller sizes."""
    pad, end = source["<pad>"], target["</s>"]
    return {
        "_name_or_path": "/tmp/Helsinki-NLP/opus-mt-fr-en",
        "activation_dropout": 0.0,
        "activation_function": "swish",
        "add_bias_logits": False,
        "add_final_layer_norm": False,
        "architectures": ["MarianMTModel"],
        "attention_dropout": 0.0,
        "bad_words_ids": [[pad]],
        "bos_token_id": 0,
        "classif_dropout": 0.0,
        "classifier_dropout": 0.0,
        "d_model": 32,
        "decoder_attention_heads": 8,
        "decoder_ffn_dim": 64,
        "decoder_layerdrop": 0.0,
        "decoder_layers": 6,
        "decoder_start_token_id": pad,
        "decoder_vocab_size": len(target),
        "dropout": 0.1,
        "encoder_attention_heads": 8,
        "encoder_ffn_dim": 64,
        "encoder_layerdrop": 0.0,
        "encoder_layers": 6,
        "eos_token_id": end,
        "forced_eos_token_id": end,
        "gradient_checkpointing": False,
        "id2label": {"0": "LABEL_0", "1": "LABEL_1", "2": "LABEL_2"},
        "init_std": 0.02,
        "is_encoder_decoder": True,
        "label2id": {"LABEL_0": 0, "LABEL_1": 1, "LABEL_2": 2},
        "max_length": 512,
        "max_position_embeddings": 512,
        "model_type": "marian",
        "normalize_before": False,
        "normalize_embedding": False,
        "num_beams": 6,
        "num_hidden_layers": 6,
        "pad_token_id": pad,
        "scale_embedding": True,
        "share_encoder_decoder_embeddings": kind.shared,
        "static_position_embeddings": True,
        "tie_word_embeddings": kind.shared,
        "transformers_version": "4.22.0.dev0",
        "use_cache": True,
        "vocab_size": len(source),
        **kind.config,
    }


def _write_weights(file: Path, config: dict[str, Any]) -> None:
    torch.manual_seed(7)
    known = {
        key: value for key, value in config.items() if key not in ("bad_words_ids", "num_beams")
    }
    model = MarianMTModel(MarianConfig(**{**known, "max_length": None, "init_std": 0.4}))
    pad = config["pad_token_id"]
    with torch.no_grad():
        for side in (model.model.encoder, model.model.decoder):
            side.embed_tokens.weight[pad] = 0  # Marian knows no <pad>; the conversion added zeros
        model.final_logits_bias[0, :pad] = torch.randn(pad)
    half = config.get("torch_dtype") == "float16"
    state = {key: value.half() if half else value for key, value in model.state_dict().items()}
    if file.suffix == ".bin":
        torch.save(state, file)  # holds the tied weights under all their names, and the positions
        return
    tied = ("lm_head.weight", "embed_tokens.weight", "embed_positions.weight")
    kept = {key: value.contiguous() for key, value in state.items() if not key.endswith(tied)}
    save_file(kept, file, metadata={"format": "pt"})


def _vocabularies(kind: Kind) -> tuple[dict[str, int], dict[str, int]]:
    """Number the pieces otherwise than SentencePiece does: sorted, `<pad>` last."""
    french, english = _pieces(FRENCH) - {UNLISTED}, _pieces(ENGLISH)
    if kind.shared:
        french = english = french | english
    short = len(french) - len(english)  # published pairs are of one size
    english |= {f"▁{number}" for number in range(short)}
    french |= {f"▁{number}" for number in range(-short)}
    return _numbered(sorted(french), kind.end_first), _numbered(sorted(english), kind.end_first)


def _numbered(pieces: list[str], end_first: bool) -> dict[str, int]:
    special = ["</s>", "<unk>"]
    middle = len(pieces) // 2
    tokens = [*special, *pieces] if end_first else [*pieces[:middle], *special, *pieces[middle:]]
    return {token: number for number, token in enumerate([*tokens, "<pad>"])}


def _pieces(text: str) -> set[str]:
    processor = sentencepiece.SentencePieceProcessor(model_proto=_spm(text))
    numbers = range(processor.get_piece_size())
    return {processor.id_to_piece(n) for n in numbers if not processor.is_control(n)} - {"<unk>"}


@functools.cache
def _spm(text: str) -> bytes:
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(text.splitlines()),
        model_writer=model,
        vocab_size=180,
        hard_vocab_limit=False,
        minloglevel=2,
        num_threads=1,
    )
    return model.getvalue()


def _write_json(file: Path, content: Any) -> None:
    file.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
