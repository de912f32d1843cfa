"""A summariser of transformers: found, loaded, asked in windows, and what goes wrong with it."""

import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from service import cli, pipeline
from service.engines.summariser import HuggingFaceSummariser, load_summariser
from service.errors import EngineFailed, ModelDamaged, ModelMissing, ModelUnsupported
from service.models.summarisers import find_summariser, hash_of
from service.settings import Settings
from service.summarise.written import windows
from tests import hub
from tests.fakes import scripted_pipeline
from tests.hub import Hub

SENTENCE = "The minister presented a plan for hospitals on Monday."
FRENCH = [
    "Le ministre a présenté lundi un plan pour les hôpitaux de la ville.",
    "Les syndicats de soignants jugent ce plan trop modeste pour la ville.",
    "Les hôpitaux attendent depuis longtemps des soignants et des moyens.",
]
ENGLISH = [SENTENCE, "Unions find the plan for the city too modest.", "Hospitals wait for staff."]
LONG_FRENCH = [*FRENCH[:2], *(f"Le plan de la ville attend le numéro {n}." for n in range(2, 14))]
LONG_ENGLISH = [*ENGLISH[:2], *(f"The plan for the city wait for {n}." for n in range(2, 14))]
MARKS = ["<s>", "<pad>", "</s>", "<unk>"]
POSITIONS = 40
HUB_ID = "some/summariser"


def saying(text: str, folder: Path) -> Path:
    """Make a BART of a few thousand parameters that says one thing whatever it reads.

    Embeddings are one-hot, layers add nothing, and each place of the decoder asks for its word.
    """
    import torch
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, processors
    from transformers import BartConfig, BartForConditionalGeneration, PreTrainedTokenizerFast

    words = list(dict.fromkeys(" ".join([text, *ENGLISH]).replace(".", " .").split()))
    vocabulary = {word: n for n, word in enumerate([*MARKS, *words])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(r"\s+|(?=\.)"), "removed")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.decoder = decoders.WordPiece()  # joins by blanks, and full stops to their word
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>", pad_token="<pad>",
        unk_token="<unk>", model_max_length=POSITIONS,
    )  # fmt: skip
    size = len(vocabulary)
    config = BartConfig(
        vocab_size=size, d_model=size, encoder_layers=1, decoder_layers=1,
        encoder_attention_heads=1, decoder_attention_heads=1, encoder_ffn_dim=4, decoder_ffn_dim=4,
        max_position_embeddings=POSITIONS, num_labels=1, forced_eos_token_id=None, num_beams=1,
    )  # fmt: skip
    model = BartForConditionalGeneration(config)
    said = [vocabulary[word] for word in text.replace(".", " .").split()] + [2]
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() > 1:
                parameter.zero_()
        model.model.shared.weight.copy_(torch.eye(size))
        for place, token in enumerate(said):
            model.model.decoder.embed_positions.weight[place + 2, token] = 9
    model.save_pretrained(folder)
    fast.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A summariser that says a sentence of the article."""
    return saying(SENTENCE, tmp_path_factory.mktemp("summariser") / "bart")


def settings(folder: Path, **more: Any) -> Settings:
    """Name it."""
    return Settings(summariser=str(folder), device="cpu", threads=1, **more)


def loaded(folder: Path) -> HuggingFaceSummariser:
    """Find it."""
    summariser = load_summariser(settings(folder))
    assert summariser is not None
    return summariser


def article_by(summariser: HuggingFaceSummariser) -> Any:
    """Translate the article with a script, and have it summarised."""
    made = replace(
        scripted_pipeline(dict(zip(FRENCH, ENGLISH, strict=True))), summariser=summariser
    )
    return made.translate_article(" ".join(FRENCH), pipeline.Wishes(summary_words=12))


def test_without_a_name_there_is_no_summariser() -> None:
    """Sentences are chosen unless a model is named."""
    assert load_summariser(Settings()) is None


def test_a_real_model_is_loaded_when_it_is_asked_and_writes(folder: Path) -> None:
    """Nothing is loaded until an article comes; then the summary is what the model says."""
    summariser = loaded(folder)
    assert summariser._loaded is None
    summary = article_by(summariser).summary
    assert summary.written.text == SENTENCE
    assert (summary.written.language, summary.aligned) == ("en", False)
    assert (summary.written.model, summary.written.sha256) == (str(folder), summariser.sha256)
    assert [(pair.source, pair.target) for pair in summary.pairs] == [(FRENCH[0], SENTENCE)]


def test_the_hash_of_a_model_is_that_of_what_is_read_of_it(folder: Path, tmp_path: Path) -> None:
    """Anybody can check it; other weights are another model, another card is none."""
    files = sorted(path for path in folder.iterdir() if path.is_file())
    sums = "".join(f"{sha256(f.read_bytes()).hexdigest()}  {f.name}\n" for f in files)
    assert loaded(folder).sha256 == sha256(sums.encode()).hexdigest()
    copy = Path(shutil.copytree(folder, tmp_path / "copy"))
    (copy / "README.md").write_text("A card.", encoding="utf-8")
    assert hash_of(find_summariser(str(copy))) == loaded(folder).sha256
    (copy / "model.safetensors").write_bytes(b"others")
    assert hash_of(find_summariser(str(copy))) != loaded(folder).sha256


def test_the_command_has_a_long_article_summarised_by_a_model(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is read in windows, all of it; the answer tells which model wrote, and what it wrote."""
    seen: list[str] = []

    class Reading(HuggingFaceSummariser):
        def write(self, texts: Sequence[str], words: int) -> list[str]:
            seen.extend(texts)
            return super().write(texts, words)

    def load(given: Settings) -> pipeline.Pipeline:
        made = scripted_pipeline(dict(zip(LONG_FRENCH, LONG_ENGLISH, strict=True)))
        return replace(made, summariser=Reading(find_summariser(given.summariser), given))

    monkeypatch.setattr(pipeline, "load_pipeline", load)
    (tmp_path / "long.txt").write_text(" ".join(LONG_FRENCH), encoding="utf-8")
    argv = ["translate", str(tmp_path / "long.txt"), "-f", "json", "-o", str(tmp_path / "out.json")]
    assert cli.main([*argv, "--summariser", str(folder), "--summary-words", "12"]) == cli.OK
    summary = json.loads((tmp_path / "out.json").read_bytes())["summary"]
    assert summary["written"]["text"] == SENTENCE
    assert summary["written"]["sha256"] == loaded(folder).sha256
    assert summary["aligned"] is False
    assert [pair["paragraph"] for pair in summary["pairs"]] == [0]
    read = " ".join(seen)
    assert all(sentence in read for sentence in LONG_ENGLISH)
    assert len(seen) > 1
    assert max(map(loaded(folder).count_tokens, seen)) <= loaded(folder).max_tokens


def test_what_a_model_makes_up_is_refused_with_the_reason(tmp_path: Path) -> None:
    """The chosen sentences stand in its place."""
    made_up = saying("The plan closed every hospital.", tmp_path / "bart")
    summary = article_by(loaded(made_up)).summary
    assert summary.written is None
    assert summary.aligned
    assert summary.pairs
    assert "was not used: only 0% of its word triples are in the article" in summary.note


def test_a_summary_that_does_not_end_is_an_error(tmp_path: Path) -> None:
    """A text that was cut off is no summary."""
    endless = saying("plan " * 39, tmp_path / "bart")
    with pytest.raises(EngineFailed, match="did not come to an end within 15 tokens"):
        loaded(endless).write([SENTENCE], words=3)


def test_no_more_is_written_than_there_are_positions_for(tmp_path: Path) -> None:
    """A long budget is no reason to fail; what does not come to its end within them is."""
    folder = saying(SENTENCE, tmp_path / "bart")
    assert loaded(folder).write([SENTENCE], words=500) == [SENTENCE]
    endless = saying("plan " * 39, tmp_path / "endless")
    with pytest.raises(EngineFailed, match=f"come to an end within {POSITIONS - 1} tokens"):
        loaded(endless).write([SENTENCE], words=500)


def test_tokens_are_counted_without_marks_and_room_is_left_for_them(folder: Path) -> None:
    """A window as long as is allowed is read whole."""
    summariser = loaded(folder)
    assert summariser.count_tokens(SENTENCE) == 10
    assert summariser.max_tokens == POSITIONS - 2
    assert windows([SENTENCE] * 7, summariser) == [" ".join([SENTENCE] * 3)] * 2 + [SENTENCE]


@pytest.mark.parametrize(
    ("card", "config", "asked", "language"),
    [
        ("---\nlanguage: fr\n---\n", {}, "auto", "fr"),
        ("---\nlanguage:\n- en\n---\n", {}, "auto", "en"),
        ("", {"language": "fr"}, "auto", "fr"),
        ("", {}, "auto", "en"),
        ("---\nlanguage: fr\n---\n", {}, "en", "en"),
    ],
)
def test_the_language_is_read_off_the_card_unless_it_is_given(
    folder: Path, tmp_path: Path, card: str, config: dict[str, str], asked: str, language: str
) -> None:
    """The setting goes first, then the card, then the configuration; English if none says."""
    copy = Path(shutil.copytree(folder, tmp_path / "copy"))
    (copy / "README.md").write_text(card, encoding="utf-8")
    changed = {**json.loads((copy / "config.json").read_bytes()), **config}
    (copy / "config.json").write_text(json.dumps(changed), encoding="utf-8")
    assert find_summariser(str(copy), asked).language == language


def test_a_known_french_model_is_known_by_its_name(folder: Path, tmp_path: Path) -> None:
    """Cards are not always there."""
    copy = shutil.copytree(folder, tmp_path / "barthez-orangesum-abstract")
    assert find_summariser(str(copy)).language == "fr"


def test_what_t5_wants_before_every_text_is_read_off_its_configuration(
    folder: Path, tmp_path: Path
) -> None:
    """Its task is named in the text."""
    copy = Path(shutil.copytree(folder, tmp_path / "copy"))
    tasks = {"task_specific_params": {"summarization": {"prefix": "summarize: "}}}
    changed = {**json.loads((copy / "config.json").read_bytes()), **tasks}
    (copy / "config.json").write_text(json.dumps(changed), encoding="utf-8")
    assert find_summariser(str(copy)).prefix == "summarize: "


def test_a_folder_of_another_kind_is_refused(folder: Path, tmp_path: Path) -> None:
    """A model that only reads cannot write."""
    copy = Path(shutil.copytree(folder, tmp_path / "copy"))
    (copy / "config.json").write_text('{"model_type": "bert"}', encoding="utf-8")
    with pytest.raises(ModelUnsupported, match="no encoder-decoder"):
        load_summariser(settings(copy))


def test_an_unknown_name_says_what_to_give() -> None:
    """A slip of the pen is found at the start."""
    with pytest.raises(ModelMissing, match="no summariser called 'nonsense'"):
        load_summariser(settings(Path("nonsense")))


def test_spoilt_weights_leave_the_chosen_sentences(folder: Path, tmp_path: Path) -> None:
    """An article is not lost for its summary; the note says why."""
    copy = Path(shutil.copytree(folder, tmp_path / "copy"))
    (copy / "model.safetensors").write_bytes(b"spoilt")
    with pytest.raises(ModelDamaged, match="cannot be loaded"):
        loaded(copy).count_tokens("x")
    summary = article_by(loaded(copy)).summary
    assert summary.pairs
    assert "the summariser cannot be loaded" in summary.note


@pytest.fixture
def local_hub(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """A hub with the model, and an empty cache."""
    import huggingface_hub.constants

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    with hub.running({HUB_ID: folder}) as running:
        monkeypatch.setenv("HF_ENDPOINT", running.url)
        yield running


def test_a_hub_id_is_pulled_once(local_hub: Hub) -> None:
    """The next start finds it in the hub's cache."""
    for _ in range(2):
        assert find_summariser(HUB_ID).name == HUB_ID
    assert local_hub.served.count("model.safetensors") == 1


def test_a_hub_id_without_a_network_is_an_error_with_a_hint(
    local_hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As for the model that translates."""
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(ModelMissing, match=f"could not download {HUB_ID}") as error:
        find_summariser(HUB_ID)
    assert "give a folder" in error.value.hint


def test_an_id_that_the_hub_cannot_have_is_an_error() -> None:
    """Its own library would end in a traceback."""
    with pytest.raises(ModelMissing, match="no summariser called 'some--one/model'"):
        find_summariser("some--one/model")


def test_a_hub_id_that_is_not_there_is_an_error(local_hub: Hub) -> None:
    """The hub says so."""
    with pytest.raises(ModelMissing, match="the hub has no such model"):
        find_summariser("some/nothing")
