"""The programs that make a model, on tiny data; and the whole way at once, as a toy."""

import json
import os
import random
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import sentencepiece
import torch

from scripts import (
    align,
    average,
    backtranslate,
    corpus,
    dictionary,
    lexicon,
    rare_words,
    smoke,
    terms,
)
from scripts.evaluate import translation
from scripts.train import Run
from scripts.training import batches, curve, words
from scripts.training.batches import IGNORED, RESERVED, UNLINKED, Batch, Encoded, Side
from scripts.training.loss import cross_entropy, guidance
from scripts.training.mix import Source, read_mix
from scripts.training.optimiser import Muon, optimisers, orthogonal, set_rate
from scripts.training.shape import SHAPES, Shape, blank, load
from scripts.training.trainer import Place, Recipe, Trainer, rate_at
from service.decoding import Hypothesis
from service.models import read_bundle, verify
from tests.fakes import ScriptedEngine

SEEDS = Path(__file__).parents[1] / "seeds"
BUNDLE = str(Path(__file__).parents[1] / "models" / "fr-en")
PAD = 20
TINY = Shape(d=16, ff=32, heads=2, enc=1, dec=1)
STEPS = Recipe(
    shape="toy", dtype="float32", steps=8, cycles=1, tokens=64, warmup=2, threads=1, rate=0.01
)


def encoded(pairs: list[tuple[list[int], list[int]]], links: list[int] | None = None) -> Encoded:
    """Make a corpus of piece ids; </s> is added to each row."""

    def side(rows: list[list[int]]) -> Side:
        ids = [piece for row in rows for piece in (*row, 0)]
        return Side.of(np.array(ids, np.uint16), np.array([len(row) + 1 for row in rows]))

    source, target = side([pair[0] for pair in pairs]), side([pair[1] for pair in pairs])
    return Encoded(source, target, None if links is None else np.array(links, np.int16))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an encoded and aligned corpus of the shipped pairs."""
    folder = tmp_path_factory.mktemp("data")
    mix = str(SEEDS / "mix.toml")
    corpus.main([str(SEEDS), str(folder), "--mix", mix, "--vocabulary", "800"])
    align.main([str(folder)])
    return folder


# dictionary


def test_a_dictionary_gives_words_verbs_and_regular_plurals(tmp_path: Path) -> None:
    """Entries of two sources count, the best known first; what has no rule has no plural."""
    lexicon, output = tmp_path / "lexicon.tsv", tmp_path / "dictionary.tsv"
    lexicon.write_text(
        "abeille\thoneybee\tn\tone; two\n"
        "abeille\tbee\tn\tone; two; three\n"
        "abeille\tbeeper\tn\tone\n"
        "serrer\ttighten\tv\tone; two\n"
        "travail\twork\tn\tone; two\n"
        "dame\tlady\tn\tone; two\n"
        "de\tof\tprep\tone; two\n"
    )
    assert dictionary.main([str(lexicon), str(output)]) == 0
    assert output.read_text().splitlines() == [
        "abeille\tbee",
        "les abeilles\tthe bees",
        "abeille\thoneybee",
        "les abeilles\tthe honeybees",
        "serrer\tto tighten",
        "travail\twork",
        "dame\tlady",
        "les dames\tthe ladies",
    ]


# rare words


def test_rare_words_are_those_of_the_dictionary_that_the_pairs_lack(tmp_path: Path) -> None:
    """Each form has its English: the best known sense, else the commonest, with its capital."""
    lexicon, mixed, output = (tmp_path / name for name in ("lexicon.tsv", "pairs.tsv", "rare.tsv"))
    both = "enwiktionary-2015; enwiktionary-2022"
    lexicon.write_text(
        f"roquette\tarugula\tn\t{both}\n"
        f"roquette\trocket\tn\t{both}\n"
        f"hispanique\thispanic\tadj\t{both}\n"
        f"festif\tfestive\tadj\t{both}\n"
        f"bocal\tjar\tn\t{both}; freedict\n"
        f"bocal\trocket\tn\t{both}\n"
        f"maison\thouse\tn\t{both}\n"
        f"guérite\tsentry box\tn\t{both}\n"
        f"truie\tsow\tn\tfreedict; apertium\n"
        f"panache\tplume\tn\tenwiktionary-2022\n"
        f"escarpe\tscarp\tn\t{both}\n"
    )
    english = "A rocket, rockets, an arugula, a Hispanic, festive jar and jars, a plume, a sow."
    french = "Des maisons et une maison."
    texts = (english, f"Three {english}", f"A rocket: {english}")
    mixed.write_text("".join(f"2\t{french}\t{text}\n" for text in texts))
    arguments = [str(lexicon), str(output), str(mixed), "--most", "2"]
    assert rare_words.main(arguments) == 0
    assert output.read_text().splitlines() == [
        "bocal\tjar",
        "bocaux\tjars",
        "festif\tfestive",
        "festifs\tfestive",
        "festive\tfestive",
        "festives\tfestive",
        "hispanique\tHispanic",
        "hispaniques\tHispanic",
        "roquette\trocket",
        "roquettes\trockets",
    ]


def test_translators_choose_among_the_senses_of_a_rare_word(tmp_path: Path) -> None:
    """Another sense that they write twice as often is taken; what they never write is left out."""
    corpus = tmp_path / "corpus.tsv"
    rows = [("Une sirène.", "A mermaid.")] * 2 + [("Une sirène.", "An alarm."), ("Un mot.", "Ohm.")]
    rows += [("Une déposition.", "A testimony."), ("Des tonneaux.", "Three rolls.")] * 8
    rows += [("Une déposition.", "A deposition."), ("Un bocal.", "A pot.")] * 7
    corpus.write_text("".join(f"{french}\t{english}\n" for french, english in rows))
    choices = {
        "sirène": ["alarm", "mermaid"],
        "déposition": ["deposition", "testimony"],
        "tonneaux": ["barrels"],
        "bocal": ["jar"],
        "guérite": ["shelter", "booth"],
    }
    assert rare_words.settle(choices, [corpus]) == {
        "sirène": "mermaid",
        "déposition": "deposition",
        "bocal": "jar",
        "guérite": "shelter",
    }


# back-translation


def test_back_translation_pairs_each_english_sentence_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Paragraphs are cut into sentences; short ones, doubles and those without a pair are out."""
    french = {
        "Mr. Brown met the mayor of Paris.": "M. Brown a rencontré le maire de Paris.",
        'She said "no" to all of it.': 'Elle a dit "non" à tout.',
        "There were 218 of them in the room.": "Ils étaient 128 dans la salle.",
    }
    monkeypatch.setattr(backtranslate, "load_engine", lambda *_: ScriptedEngine(french))
    text, output = tmp_path / "news.en", tmp_path / "back.tsv"
    text.write_text(
        "Mr. Brown met the mayor of Paris. There were 218 of them in the room.\n\nRead more.\n"
        "She said “no” to all of it. Mr. Brown met the mayor of Paris.\n"
    )
    assert backtranslate.main([BUNDLE, str(output), str(text)]) == 0
    assert output.read_text().splitlines() == [
        "M. Brown a rencontré le maire de Paris.\tMr. Brown met the mayor of Paris.",
        'Elle a dit "non" à tout.\tShe said "no" to all of it.',
    ]


@pytest.mark.parametrize(
    ("french", "score", "fit"),
    [
        ("Kerry a condamné l'attaque de lundi à Londres.", -0.6, True),
        ("Kerry a condamné l'attaque de lundi à Londres.", -0.8, False),
        ("Kerry a condamné l'attaque de jeudi à Londres.", -0.6, False),
        ("Kerry a condamné les 13 attaques de lundi à Londres.", -0.6, False),
        ("Kerry a reprocher l'attaque du lundi à la Londres.", -0.6, True),
        ("Il a condamné l'attaque de lundi en Olysse.", -0.6, False),
    ],
)
def test_french_that_lost_a_name_or_is_unsure_teaches_nothing(
    french: str, score: float, fit: bool
) -> None:
    """A figure, weekday or name exchanged, or a low score, keeps a pair out; bad grammar not."""
    english = "Kerry condemned Monday's attack in London."
    assert backtranslate.is_fit(Hypothesis(french, score), english) is fit


# corpus


@pytest.mark.parametrize(
    ("french", "english", "reason"),
    [
        ("Le maire a voté la loi.", "The mayor voted for the law.", ""),
        ("x", "The mayor.", "length"),
        ("Oui.", "The mayor of the town voted for the law.", "ratio"),
        ("Le maire a voté cette loi hier.", "Le maire a voté cette loi hier.", "copied"),
        ("12 345 678 90", "12,345,678.90", "letters"),
        ("The mayor of the town is here.", "Le maire de la ville est ici.", "language"),
        ("Le maire est dans la ville.", "Le maire est dans cette ville.", "language"),
    ],
)
def test_a_pair_is_dropped_for_a_reason(french: str, english: str, reason: str) -> None:
    """A pair that would teach something wrong is told from a good one, and why."""
    assert corpus.fault(french, english) == reason


def test_pairs_near_an_evaluation_set_are_left_out(tmp_path: Path) -> None:
    """A line of a set, or nine words in a row of one, keeps a pair out on either side."""
    line = "one two three four five six seven eight nine ten"
    (tmp_path / "set.en").write_text(f"{line}\nA short line.\n", encoding="utf-8")
    (tmp_path / "set.fr").write_text("un\ndeux\n", encoding="utf-8")
    excluded = corpus.Excluded([tmp_path / "set"])
    assert excluded.near(("rien", "zero one two three four five six seven eight nine"))
    assert excluded.near(("rien", "a SHORT line !"))
    assert excluded.near(("deux", "nothing"))
    assert not excluded.near(("rien", "one two three four five six seven eight, but no more"))


def test_cleaning_keeps_each_pair_once_in_the_typography_of_the_model() -> None:
    """Doubles go, also those that differ in case and marks only, and the reasons are counted."""
    count = corpus.Count()
    pairs = [
        ("L’« accord » est signé.", "The “deal” is signed."),
        ('L\'"ACCORD" est signé !', 'The "deal" is signed!'),
    ]
    kept = list(corpus.clean(pairs, corpus.Excluded([]), set(), count))
    assert kept == [('L\'"accord" est signé.', 'The "deal" is signed.')]
    assert count == {"read": 2, "kept": 1, "double": 1}


def test_a_sample_is_even_and_repeatable() -> None:
    """Every pair of a stream has the same chance, and a seed fixes the draw."""
    pairs = [(str(number), "") for number in range(100)]
    draws = [corpus.sample(pairs, 10, random.Random(seed)) for seed in range(200)]
    assert draws[0] == corpus.sample(pairs, 10, random.Random(0))
    early = sum(int(french) < 50 for draw in draws for french, _ in draw)
    assert early == pytest.approx(1000, abs=100)


def test_each_phase_of_the_training_has_a_mix_of_its_own(tmp_path: Path) -> None:
    """A phase says what changes from the one before; a corpus with nothing to take is left out."""
    mix = tmp_path / "mix.toml"
    mix.write_text(
        'news = { repeat = 6, limit = 9, last.repeat = 5, cool.limit = 8, licence = "a" }\n'
        'law = { last.limit = 7, cool.limit = 0, licence = "b" }'
    )
    news, law = Source("news", 9, 6, "a"), Source("law", 10**9, 1, "b")
    assert read_mix(mix) == [news, law]
    assert read_mix(mix, "last") == [replace(news, repeat=5), replace(law, limit=7)]
    assert read_mix(mix, "cool") == [replace(news, repeat=5, limit=8)]


def test_held_out_rows_are_never_repeated_in_training() -> None:
    """The rows for validation come first, once each, and nowhere else."""
    order = corpus.arrange([3] * 50, seed=1)
    held = order[: batches.held_out(50)]
    assert len(held) == 5
    assert len(order) == 5 + 45 * 3
    assert not set(held) & set(order[5:])


def test_an_encoded_corpus_reads_as_it_was_written(data: Path) -> None:
    """Rows decode to the French and the English of a pair, and hold the reserved pieces apart."""
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(data / "sp.model"))
    read = batches.read(data)
    mixed = {(french, english) for _, french, english in corpus.read_mixed(data / "pairs.tsv")}
    rows = {
        (pieces.decode(read.source.row(i).tolist()), pieces.decode(read.target.row(i).tolist()))
        for i in range(len(read))
    }
    assert rows == mixed
    assert [pieces.piece_to_id(mark) for mark in RESERVED] == [2, 3, 4]
    assert pieces.decode(pieces.encode("Ŧ日")) == "Ŧ日"


def test_the_same_seed_gives_the_same_corpus(data: Path, tmp_path: Path) -> None:
    """Vocabulary, rows and their order are made again from the same pairs."""
    corpus.build(data / "pairs.tsv", tmp_path, 800, seed=1)
    assert (tmp_path / "sp.model").read_bytes() == (data / "sp.model").read_bytes()
    with np.load(data / "data.npz") as one, np.load(tmp_path / "data.npz") as other:
        assert all((one[name] == other[name]).all() for name in ("src", "tgt", "ls", "lt"))


# batches


def test_batches_hold_every_row_once_within_the_limit() -> None:
    """No row is lost, none is doubled, and padding stays within the limit of tokens."""
    generator = np.random.default_rng(1)
    lengths = generator.integers(1, 30, size=(200, 2))
    made = encoded([([5] * int(a), [6] * int(b)) for a, b in lengths])
    cut = batches.cut(made, np.arange(200), 128, [1, 0])
    assert sorted(np.concatenate(cut).tolist()) == list(range(200))
    widths = np.maximum(made.source.lengths, made.target.lengths)
    assert max(len(rows) * widths[rows].max() for rows in cut) <= 128
    again = batches.cut(made, np.arange(200), 128, [1, 0])
    assert all((one == other).all() for one, other in zip(cut, again, strict=True))


def test_a_batch_is_padded_and_shifted() -> None:
    """The decoder reads the target one place later, beginning with the padding."""
    made = encoded([([7, 8], [9]), ([7], [9, 10])], links=[0, 2, 0, UNLINKED, 1])
    batch = batches.tensors(made, np.array([0, 1]), PAD)
    assert batch.source.tolist() == [[7, 8, 0], [7, 0, PAD]]
    assert batch.target.tolist() == [[9, 0, IGNORED], [9, 10, 0]]
    assert batch.read.tolist() == [[PAD, 9, 0], [PAD, 9, 10]]
    assert batch.links is not None
    assert batch.links.tolist() == [[0, 2, UNLINKED], [0, UNLINKED, 1]]
    assert batch.tokens == 5


def test_a_reversed_corpus_has_its_links_the_other_way_round() -> None:
    """Each French token is linked to the English one that was linked to it, or to none."""
    pairs = [([7, 8], [9]), ([7], [9, 10])]
    made = encoded(pairs, links=[1, 2, 0, UNLINKED, 1]).reversed()
    assert [list(made.source.row(row)) for row in range(2)] == [[9, 0], [9, 10, 0]]
    assert [list(made.target.row(row)) for row in range(2)] == [[7, 8, 0], [7, 0]]
    assert [list(made.row_links(row)) for row in range(2)] == [[UNLINKED, 0, 1], [0, 2]]
    assert encoded(pairs).reversed().links is None


# alignment, lexicon, terms


def test_words_that_translate_each_other_are_aligned() -> None:
    """Whatever the order, a word is linked to the word it always occurs with."""
    generator = random.Random(1)
    pairs = []
    for _ in range(300):
        words = generator.sample(range(5, 12), 4)
        pairs.append((words, [word + 7 for word in generator.sample(words, 4)]))
    made = encoded(pairs)
    links = align.align(made, 300, PAD)
    linked = np.flatnonzero(links >= 0)
    rows = np.searchsorted(made.target.starts, linked, side="right") - 1
    french = made.source.ids[made.source.starts[rows] + links[linked]].astype(int)
    english = made.target.ids[linked].astype(int)
    right = (english == french + 7) | ((english == 0) & (french == 0))
    assert len(linked) > 0.9 * len(links)
    assert right.mean() > 0.98


def test_translations_lie_close_together_in_the_lexical_start(data: Path) -> None:
    """The nearest English neighbour of a French word is its translation."""
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(data / "sp.model"))
    rows = lexicon.lexical_embedding(batches.read(data), len(pieces), 32)
    assert rows.shape == (len(pieces) + 1, 32)
    assert float(rows[-1].norm()) == 0.0
    for french, english in (("▁président", "▁president"), ("▁le", "▁the"), ("▁police", "▁Police")):
        near = (rows @ rows[pieces.piece_to_id(french)]).topk(8).indices.tolist()
        assert pieces.piece_to_id(english) in near, f"{french}: {pieces.decode(near)}"


@pytest.fixture
def marker(data: Path) -> terms.Marker:
    """Make a marker that knows two capitals."""
    entries = words.Entries()
    entries.add("Rome", "Rome", "city")
    entries.add("Varsovie", "Warsaw", "city")
    return terms.Marker(words.Pieces(data / "sp.model"), entries, random.Random(1))


def row_of(pieces: words.Pieces, french: str, english: str) -> terms.Row:
    """Encode a pair without links."""
    source, target = [*pieces.encode(french), 0], [*pieces.encode(english), 0]
    return terms.Row(source, target, [UNLINKED] * len(target))


@pytest.mark.parametrize(
    ("french", "marked"),
    [
        ("Il est à Rome.", "Il est à <term> Rome <as> Rome </term>."),
        ("Rome, lundi.", "<term> Rome <as> Rome </term>, lundi."),
        ("L'avion d'Rome part.", "L'avion d'<term> Rome <as> Rome </term> part."),
    ],
)
def test_a_mark_is_encoded_as_it_will_be_in_use(
    marker: terms.Marker, french: str, marked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ids of a marked row are those of the marked text, whatever stands around the term."""
    monkeypatch.setattr(terms, "SWAPPED", 0.0)
    row = marker.mark(row_of(marker.pieces, french, "He is in Rome."))
    assert row.source == [*marker.pieces.encode(marked), 0]
    assert marker.pieces.text(row.target, (0, len(row.target))) == "He is in Rome."


@pytest.mark.parametrize(
    ("french", "english", "marked", "renamed"),
    [
        (
            "Il est à Rome lundi.",
            "He is in Rome today.",
            "Il est à <term> Varsovie <as> Warsaw </term> lundi.",
            "He is in Warsaw today.",
        ),
        (
            'Il dit: "Rome est à nous".',
            'He says: "Rome is ours."',
            'Il dit: "<term> Varsovie <as> Warsaw </term> est à nous".',
            'He says: "Warsaw is ours."',
        ),
    ],
)
def test_a_swapped_name_changes_on_both_sides(
    marker: terms.Marker,
    french: str,
    english: str,
    marked: str,
    renamed: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A name takes the place of another in the French, in the mark and in the English."""
    monkeypatch.setattr(terms, "SWAPPED", 1.1)
    marker.entries.names["city"] = [("Varsovie", "Warsaw")]
    row = marker.mark(row_of(marker.pieces, french, english))
    assert marker.pieces.model.decode(row.source) == marked
    assert marker.pieces.model.decode(row.target) == renamed


def test_marked_words_are_linked_to_their_copy(data: Path, marker: terms.Marker) -> None:
    """After marking, a link leads to the piece it led to before, or to the copy in the mark."""
    read = batches.read(data)
    held = batches.held_out(len(read))
    marked = 0
    for index, row in enumerate(terms.mark_corpus(read, marker, 1.0)):
        if index < held or marker.joint not in row.source:
            continue
        marked += 1
        joint, closing = row.source.index(marker.joint), row.source.index(marker.closing)
        copied = [place for place, link in enumerate(row.links) if joint < link < closing]
        assert copied
        span = copied[0], copied[-1] + 1
        copy = marker.pieces.text(row.source, (joint + 1, closing))
        assert marker.pieces.text(row.target, span) == copy
        assert row.links[-1] in (len(row.source) - 1, UNLINKED)
    assert marked > 0.5 * (len(read) - held)


# loss and optimiser


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_the_loss_and_its_gradients_are_those_of_torch(smoothing: float) -> None:
    """Working through blocks changes nothing: the oracle is torch's own cross-entropy."""
    torch.manual_seed(1)
    hidden, output = torch.randn(700, 8), torch.randn(30, 8)
    target = torch.randint(0, 30, (700,))
    ours = [hidden.clone().requires_grad_(), output.clone().requires_grad_()]
    theirs = [hidden.clone().requires_grad_(), output.clone().requires_grad_()]
    loss = cross_entropy(ours[0], ours[1], target, smoothing)
    logits = theirs[0] @ theirs[1].t()
    expected = torch.nn.functional.cross_entropy(logits, target, label_smoothing=smoothing)
    loss.backward()  # type: ignore[no-untyped-call]
    expected.backward()  # type: ignore[no-untyped-call]
    torch.testing.assert_close(loss, expected)
    for mine, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(mine.grad, other.grad)


def test_guidance_is_the_surprise_at_the_linked_source_tokens() -> None:
    """Only linked tokens count, and a batch without links costs nothing."""
    attention = torch.tensor([[[0.5, 0.5], [0.1, 0.9]]])
    assert float(guidance(attention, torch.tensor([[0, UNLINKED]]))) == pytest.approx(
        0.6931, abs=1e-4
    )
    assert float(guidance(attention, torch.tensor([[UNLINKED, UNLINKED]]))) == 0.0


@pytest.mark.parametrize("shape", [(3, 8, 16), (2, 16, 8), (1, 8, 8)])
def test_an_update_becomes_nearly_orthogonal(shape: tuple[int, int, int]) -> None:
    """Newton-Schulz brings singular values of any size near to one and keeps the directions."""
    torch.manual_seed(1)
    left, _, right = torch.linalg.svd(torch.randn(shape), full_matrices=False)
    sizes = torch.linspace(0.2, 3.0, left.shape[2])
    made = orthogonal(left @ torch.diag(sizes) @ right)
    values = torch.linalg.svdvals(made)
    assert 0.5 < float(values.min()) <= float(values.max()) < 1.3


def test_each_weight_has_one_optimiser_and_the_embedding_its_own_rate() -> None:
    """Muon takes the matrices of the layers, AdamW the rest, and no weight is left or doubled."""
    model = blank(TINY, PAD + 1)
    muon, adam = optimisers(model, 0.01, 0.4, torch.float32)
    held = [id(w) for o in (muon, adam) for group in o.param_groups for w in group["params"]]
    learned = {id(w) for name, w in model.named_parameters() if "embed_positions" not in name}
    assert isinstance(muon, Muon)
    assert len(held) == len(set(held))
    assert set(held) == learned
    set_rate([muon, adam], 0.5)
    assert [group["lr"] for group in adam.param_groups] == [0.5, pytest.approx(0.2)]


@pytest.mark.parametrize(
    ("done", "cool", "cycle", "factor"),
    [(0, 1.0, 0, 0.5), (4, 1.0, 0, 0.5), (4, 0.25, 0, 1.0), (7, 0.25, 0, 0.5), (4, 1.0, 1, 0.425)],
)
def test_the_rate_warms_up_stays_and_falls(
    done: int, cool: float, cycle: int, factor: float
) -> None:
    """The rate warms up, stays for as long as is asked for, and falls to the end of the cycle."""
    recipe = Recipe(steps=8, warmup=2, rate=1.0, cool=cool)
    assert rate_at(Place(step=done, cycle_step=done, cycle=cycle), recipe) == pytest.approx(factor)


# training


def toy_rows(count: int = 40) -> Encoded:
    """Make rows whose English is the French, each id seven higher."""
    generator = random.Random(2)
    rows = [generator.choices(range(5, 12), k=generator.randint(2, 6)) for _ in range(count)]
    return encoded([(row, [piece + 7 for piece in row]) for row in rows])


def all_batches(made: Encoded) -> Iterator[Batch]:
    """Yield the batches of a corpus again and again."""
    while True:
        for rows in batches.cut(made, np.arange(len(made)), 64, [1]):
            yield batches.tensors(made, rows, PAD)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_training_lowers_the_loss(dtype: torch.dtype) -> None:
    """A tiny model learns a tiny language, also when a bfloat16 copy does the work."""
    torch.manual_seed(1)
    trainer = Trainer(blank(TINY, PAD + 1), Recipe(steps=60, warmup=5, rate=0.02), "cpu", dtype)
    made = toy_rows()
    stream = all_batches(made)
    held = [next(stream) for _ in range(3)]
    before = trainer.validate(held)
    for _ in range(60):
        trainer.step(next(stream))
    assert trainer.validate(held) < before - 0.7


def test_a_run_that_was_stopped_ends_where_one_that_was_not_ends(
    data: Path, tmp_path: Path
) -> None:
    """Weights, optimisers and place come back: the same steps give the same weights."""
    whole = Run(data, tmp_path / "whole", STEPS)
    stream = whole.batches()
    for _ in range(6):
        whole.trainer.step(next(stream))
    first = Run(data, tmp_path / "parts", STEPS)
    stream = first.batches()
    for _ in range(3):
        first.trainer.step(next(stream))
    first.trainer.save(tmp_path / "parts" / "last.pt")
    second = Run(data, tmp_path / "parts", STEPS)
    stream = second.batches()
    assert second.trainer.place.step == 3
    for _ in range(3):
        second.trainer.step(next(stream))
    for one, other in zip(
        whole.trainer.model.parameters(), second.trainer.model.parameters(), strict=True
    ):
        torch.testing.assert_close(one, other)


def test_a_state_without_the_newer_entries_is_taken_up(data: Path, tmp_path: Path) -> None:
    """A state that has only weights, optimisers, shape and place in the data goes on as well."""
    run = Run(data, tmp_path, STEPS)
    run.trainer.step(next(run.batches()))
    run.trainer.save(tmp_path / "last.pt")
    state = torch.load(tmp_path / "last.pt")
    kept = ("model", "opts", "shape", "step", "tokens", "epoch", "at", "cycle", "spent")
    torch.save({name: state[name] for name in kept}, tmp_path / "last.pt")
    again = Run(data, tmp_path, replace(STEPS, average=0.9))
    assert again.trainer.place == Place(step=1, tokens=run.trainer.place.tokens, at=1)
    for one, other in zip(
        run.trainer.model.parameters(), again.trainer.best.parameters(), strict=True
    ):
        assert torch.equal(one, other)


def test_a_signal_ends_a_run_after_a_whole_step_and_saves(data: Path, tmp_path: Path) -> None:
    """Asked to stop, a run leaves a state that goes on at the next step, and no model."""
    run = Run(data, tmp_path, replace(STEPS, steps=10**6))
    take = run.trainer.step

    def step_and_stop(batch: Batch) -> torch.Tensor:
        os.kill(os.getpid(), signal.SIGTERM)
        return take(batch)

    run.trainer.step = step_and_stop  # type: ignore[method-assign]
    run.train()
    assert Run(data, tmp_path, STEPS).trainer.place.step == 1
    assert not (tmp_path / "model").exists()


def test_a_running_mean_of_the_weights_is_what_is_kept() -> None:
    """With averaging the weights to keep lag behind the ones that learn."""
    recipe = Recipe(steps=20, warmup=1, rate=0.02, average=0.9)
    trainer = Trainer(blank(TINY, PAD + 1), recipe, "cpu", torch.float32)
    stream = all_batches(toy_rows())
    for _ in range(5):
        trainer.step(next(stream))
    assert trainer.best is trainer.average
    assert trainer.average is not None
    learned, kept = trainer.model.model.shared.weight, trainer.average.model.shared.weight
    assert not torch.equal(learned, kept)


def test_the_mean_of_two_models_is_a_bundle_like_the_first(data: Path, tmp_path: Path) -> None:
    """Each weight lies half way between the two, and it is told what the mean is of."""
    made = [tmp_path / str(seed) / "model" for seed in (1, 2)]
    for seed, folder in zip((1, 2), made, strict=True):
        Run(data, folder.parent, replace(STEPS, seed=seed)).train()
    assert average.main([str(tmp_path / "mean"), *map(str, made)]) == 0
    one, other, mean = [
        load(folder).model.shared.weight.detach() for folder in (*made, tmp_path / "mean")
    ]
    assert not torch.allclose(one, other, atol=0.01)
    torch.testing.assert_close(mean, (one + other) / 2, rtol=0, atol=0.001)
    first, bundle = read_bundle(made[0]), read_bundle(tmp_path / "mean")
    verify(bundle)
    assert bundle.record.model_dump(exclude={"files"}) == first.record.model_dump(exclude={"files"})
    told = json.loads((tmp_path / "mean" / "training.json").read_text())["mean_of"]
    assert [part["sha256"] for part in told] == [read_bundle(folder).sha256 for folder in made]
    assert [part["recipe"]["seed"] for part in told] == [1, 2]


def test_a_curve_is_drawn_from_its_table(tmp_path: Path) -> None:
    """Rows come back as points, what was not measured is left out, and the picture holds both."""
    table = tmp_path / "curve.tsv"
    for tokens, loss in ((1, 5.0), (2, 4.0)):
        curve.append(table, {"step": tokens, "million_tokens": tokens, "loss": loss})
    curve.append(table, {"step": 3, "million_tokens": 3, "loss": 3.5, "validation": 3.0})
    assert curve.series(table, "validation") == [(3.0, 3.0)]
    assert curve.series(table, "loss") == [(1.0, 5.0), (2.0, 4.0), (3.0, 3.5)]
    curve.draw(table, tmp_path / "curve.svg")
    assert (tmp_path / "curve.svg").read_text(encoding="utf-8").count("<polyline") == 2


# evaluation


def score(name: str, bleu: float, sha256: str = "a" * 64) -> translation.Score:
    """Make a score."""
    return translation.Score(name, 2, bleu, 50.0, "b-sig", "c-sig", "ct2, beam 4", sha256)


def test_scores_of_another_model_are_dropped(tmp_path: Path) -> None:
    """Sets can be measured one at a time, but a table never mixes two models."""
    kept = tmp_path / "scores.json"
    translation.merge(kept, [score("one", 10.0)])
    merged = translation.merge(kept, [score("two", 11.0)])
    assert [row.set for row in merged] == ["one", "two"]
    merged = translation.merge(kept, [score("two", 12.0, "b" * 64)])
    assert [(row.set, row.bleu) for row in merged] == [("two", 12.0)]
    assert len(json.loads(kept.read_text(encoding="utf-8"))) == 1


def test_the_table_of_a_card_is_rewritten_between_its_markers(tmp_path: Path) -> None:
    """Scores stand beside the published ones; the rest of the card stays as it is."""
    card = tmp_path / "README.md"
    card.write_text(f"before\n{translation.START}\nold\n{translation.STOP}\nafter\n", "utf-8")
    content = translation.table([score("one", 10.0)], {("one", "google"): "40.6"})
    translation.rewrite_card(card, content)
    text = card.read_text(encoding="utf-8")
    assert "| one | 2 | 10.0 | 50.0 |  |  |  |  | 40.6 |  |" in text
    assert "b-sig" in text
    assert text.startswith(f"before\n{translation.START}\n| set |")
    assert text.endswith(f"{translation.STOP}\nafter\n")
    assert "old" not in text


# all of it


def test_a_toy_model_is_made_from_end_to_end(tmp_path: Path) -> None:
    """The shipped pairs become a bundle that loads, verifies, translates and has its score."""
    assert smoke.main([str(SEEDS), str(tmp_path / "toy"), "--steps", "60"]) == 0
    run = tmp_path / "toy" / "run"
    bundle = read_bundle(run / "model")
    verify(bundle)
    assert bundle.record.marks
    assert curve.series(run / "curve.tsv", "validation")[-1][1] < 5.2  # log 800 is 6.7
    assert load(run / "model").config.d_model == SHAPES["toy"].d
    scores = json.loads((tmp_path / "toy" / "scores.json").read_text(encoding="utf-8"))
    assert scores[0]["lines"] == smoke.LINES
    assert scores[0]["chrf"] > 0
