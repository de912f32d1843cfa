"""Clean, deduplicate, mix and encode parallel text.

    python -m scripts.corpus CORPUS DATA --exclude EVAL/newstest2013 EVAL/newstest2014

CORPUS holds NAME.tsv.xz or NAME.tsv, French TAB English, a pair a line. Which corpora are used, how
much of each and how often, is told in mix.toml beside this program. Each pair is brought to the
typography of the model, checked, and kept once; pairs near an evaluation set (SET.fr, SET.en) are
left out.
DATA then holds what scripts.training.batches reads: a SentencePiece vocabulary (one that is there
already is kept) and the encoded, weighted, shuffled rows. The same seed gives the same files.
"""

import argparse
import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import sentencepiece

from scripts.training.batches import RESERVED, Ids, held_out, write
from scripts.training.mix import MIX, PHASES, Pair, Source, find_file, read_mix, read_pairs
from service.wording.typography import to_model

END = 0  # id of </s>
LONGEST_TEXT = 600  # characters a side
LONGEST_ROW = 110  # tokens a side, </s> left out
RATIO = (0.5, 2.2)  # of French to English characters, each with a little slack for short lines
SLACK = 8
LETTERS = 0.5  # least share of letters
COPIED = 25  # a pair of equal sides longer than this was not translated
OVERLAP = 9  # words in a row that a pair may not share with an evaluation set
CHUNK = 50_000  # pairs encoded at once
WORD = re.compile(r"\w+")
# fmt: off
FRENCH_WORDS = frozenset({
    "au", "aux", "avec", "ce", "cette", "dans", "de", "des", "du", "elle", "en", "est", "et", "il",
    "la", "le", "les", "mais", "ne", "nous", "ou", "par", "pas", "plus", "pour", "que", "qui", "sa",
    "se", "ses", "son", "sont", "sur", "un", "une", "vous",
})
ENGLISH_WORDS = frozenset({
    "a", "an", "and", "are", "as", "at", "be", "but", "by", "for", "from", "has", "have", "he",
    "in", "is", "it", "not", "of", "or", "she", "that", "the", "their", "they", "this", "to", "was",
    "we", "which", "with", "you",
})
# fmt: on

Count = Counter[str]


def fault(french: str, english: str) -> str:
    """Name what is wrong with a pair, in one word; nothing where it is fit to learn from."""
    sides = (french, english)
    if any(not 2 <= len(text) <= LONGEST_TEXT for text in sides):
        return "length"
    if not RATIO[0] < (len(french) + SLACK) / (len(english) + SLACK) < RATIO[1]:
        return "ratio"
    if french == english and len(french) > COPIED:
        return "copied"
    if any(sum(map(str.isalpha, text)) <= LETTERS * len(text) for text in sides):
        return "letters"
    if leaning(french) < 0 or leaning(english) > 0:
        return "language"
    return ""


def leaning(text: str) -> int:
    """Count French function words less English ones."""
    words = WORD.findall(text.lower())
    return sum(word in FRENCH_WORDS for word in words) - sum(
        word in ENGLISH_WORDS for word in words
    )


class Excluded:
    """Knows the lines of evaluation sets, whole and as runs of `OVERLAP` words.

    Args:
        sets: paths without the endings .fr and .en.
    """

    def __init__(self, sets: Iterable[Path]) -> None:
        self.lines: set[str] = set()
        self.runs: set[int] = set()
        for path in sets:
            for ending in ("fr", "en"):
                for line in Path(f"{path}.{ending}").read_text(encoding="utf-8").splitlines():
                    self.lines.add(_key(to_model(line)))
                    self.runs.update(_runs(to_model(line)))

    def near(self, pair: Pair) -> bool:
        """Say whether either side of a pair is in a set, or shares a long run of words with one."""
        return any(
            _key(text) in self.lines or not self.runs.isdisjoint(_runs(text)) for text in pair
        )


def _key(text: str) -> str:
    return " ".join(WORD.findall(text.lower()))


def _runs(text: str) -> Iterator[int]:
    words = WORD.findall(text.lower())
    return (hash(tuple(words[i : i + OVERLAP])) for i in range(len(words) - OVERLAP + 1))


def clean(
    pairs: Iterable[Pair], excluded: Excluded, seen: set[int], count: Count
) -> Iterator[Pair]:
    """Yield the pairs to keep, in the typography of the model.

    Args:
        pairs: as they are in a corpus.
        excluded: the evaluation sets.
        seen: hashes of the pairs kept so far, of all corpora; added to.
        count: how many were read, kept, and dropped for which reason; added to.
    """
    for raw in pairs:
        pair = to_model(raw[0]), to_model(raw[1])
        key = hash((_key(pair[0]), _key(pair[1])))
        reason = fault(*pair) or ("double" if key in seen else "")
        reason = reason or ("evaluation" if excluded.near(pair) else "kept")
        count["read"] += 1
        count[reason] += 1
        if reason == "kept":
            seen.add(key)
            yield pair


def sample(pairs: Iterable[Pair], limit: int, generator: random.Random) -> list[Pair]:
    """Draw at most `limit` pairs evenly from a stream (Vitter 1985, algorithm R)."""
    drawn: list[Pair] = []
    for number, pair in enumerate(pairs):
        if number < limit:
            drawn.append(pair)
        elif (place := generator.randrange(number + 1)) < limit:
            drawn[place] = pair
    return drawn


def gather(folder: Path, mix: list[Source], excluded: Excluded, seed: int, output: Path) -> None:
    """Write the mix as lines of repeat TAB French TAB English, and print what became of each."""
    generator, seen, total = random.Random(seed), set[int](), Counter[str]()
    with output.open("w", encoding="utf-8") as lines:
        for source in mix:
            count = Counter[str]()
            pairs = clean(read_pairs(find_file(folder, source.name)), excluded, seen, count)
            drawn = sample(pairs, source.limit, generator)
            lines.writelines(f"{source.repeat}\t{french}\t{english}\n" for french, english in drawn)
            count["used"] = len(drawn)
            total += count
            print(f"{source.name} x{source.repeat}: {_told(count)}", flush=True)
    print(f"all: {_told(total)}", flush=True)


def _told(count: Count) -> str:
    return ", ".join(f"{name} {number}" for name, number in count.items())


def read_mixed(path: Path) -> Iterator[tuple[int, str, str]]:
    """Yield (repeat, French, English) of a gathered mix."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            repeat, french, english = line.rstrip("\n").split("\t")
            yield int(repeat), french, english


def learn_pieces(mixed: Path, model: Path, size: int, seed: int, threads: int) -> None:
    """Learn one SentencePiece vocabulary for both sides, with bytes for what it lacks."""
    sentencepiece.set_random_generator_seed(seed)
    texts = (text for _, *pair in read_mixed(mixed) for text in pair)
    with model.open("wb") as written:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=texts,
            model_writer=written,
            vocab_size=size,
            hard_vocab_limit=False,  # a toy corpus has fewer pieces to offer
            model_type="unigram",
            character_coverage=0.9998,
            byte_fallback=True,
            user_defined_symbols=list(RESERVED),
            eos_id=END,
            unk_id=1,
            bos_id=-1,
            pad_id=-1,
            input_sentence_size=1_000_000,
            shuffle_input_sentence=True,
            num_threads=threads,
            minloglevel=1,
        )


def encode(mixed: Path, model: Path, threads: int) -> tuple[list[Ids], list[Ids], list[int]]:
    """Encode a gathered mix: French rows, English rows, and how often each is to be repeated."""
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(model))
    lines = read_mixed(mixed)
    sources: list[Ids] = []
    targets: list[Ids] = []
    repeats: list[int] = []
    while chunk := list(islice(lines, CHUNK)):
        french = pieces.encode([line[1] for line in chunk], num_threads=threads)
        english = pieces.encode([line[2] for line in chunk], num_threads=threads)
        for (repeat, *_), source, target in zip(chunk, french, english, strict=True):
            if 0 < len(source) <= LONGEST_ROW and 0 < len(target) <= LONGEST_ROW:
                sources.append(_row(source))
                targets.append(_row(target))
                repeats.append(repeat)
    return sources, targets, repeats


def _row(ids: list[int]) -> Ids:
    return np.array([*ids, END], np.uint16)


def arrange(repeats: list[int], seed: int) -> list[int]:
    """Order rows: the held-out ones first, once each and nowhere else, then the rest, repeated."""
    generator = np.random.default_rng(seed)
    rows = generator.permutation(len(repeats))
    held = rows[: held_out(len(rows))]
    rest = rows[len(held) :]
    repeated = generator.permutation(np.repeat(rest, np.array(repeats)[rest]))
    return [int(row) for row in (*held, *repeated)]


def build(mixed: Path, folder: Path, size: int, seed: int, threads: int = 1) -> None:
    """Turn a gathered mix into an encoded corpus folder."""
    model = folder / "sp.model"
    if not model.exists():
        learn_pieces(mixed, model, size, seed, threads)
    sources, targets, repeats = encode(mixed, model, threads)
    order = arrange(repeats, seed)
    write(folder, [sources[row] for row in order], [targets[row] for row in order])
    tokens = sum(len(targets[row]) for row in order)
    print(f"{len(repeats)} pairs, {len(order)} rows, {tokens} target tokens", flush=True)


def main(arguments: list[str] | None = None) -> int:
    """Make an encoded corpus."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("corpus", type=Path, help="folder of the NAME.tsv.xz")
    parser.add_argument("data", type=Path, help="folder to write")
    parser.add_argument("--mix", type=Path, default=MIX, help="which corpora, how much of each")
    parser.add_argument("--phase", choices=PHASES, default=PHASES[0], help="of the training")
    parser.add_argument("--exclude", type=Path, nargs="*", default=[], help="SET of SET.fr, SET.en")
    parser.add_argument("--vocabulary", type=int, default=12_000, help="pieces to learn")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args(arguments)
    given.data.mkdir(parents=True, exist_ok=True)
    mixed = given.data / "pairs.tsv"
    mix = read_mix(given.mix, given.phase)
    gather(given.corpus, mix, Excluded(given.exclude), given.seed, mixed)
    build(mixed, given.data, given.vocabulary, given.seed, given.threads)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
