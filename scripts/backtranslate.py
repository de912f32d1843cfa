"""Translate English news into French, to learn from English as journalists write it.

    python -m scripts.backtranslate BACK CORPUS/back-translated.tsv MONO/press2016.en.xz ...

BACK is a bundle from English to French (`scripts.train --reverse`). Each file of English holds a
sentence or a paragraph a line. What is written are pairs for `scripts.corpus`: a faulty French side
does little harm, since the model only ever has to write the English one (Sennrich, Haddow & Birch
2016, "Improving neural machine translation models with monolingual data"). After a stop the same
command goes on with the sentences that are missing.
"""

import argparse
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path

import choppa
from tqdm import tqdm

from scripts.training.mix import read_lines, read_pairs
from service.decoding import Decoding
from service.engines import load_engine
from service.models import find_bundle
from service.settings import Settings
from service.typography import to_model

RULES = Path(choppa.__file__).parent / "data" / "srx" / "languagetool_segment.srx"
FEWEST, MOST = 4, 60  # words of a sentence to learn from
CHUNK = 2_000  # sentences translated, and written, at once
# The best French of a model makes better pairs than drawn French while it is as small as ours
# (Edunov et al. 2018, "Understanding back-translation at scale", section 5.2).
SEARCH = Decoding(beam_size=1)


def english_splitter() -> Callable[[str], list[str]]:
    """Make what cuts English into sentences: choppa with the rules of LanguageTool."""
    document = choppa.SrxDocument(ruleset=str(RULES))
    return lambda text: [part.strip() for part in choppa.SrxTextIterator(document, "en_two", text)]


def sentences(lines: Iterable[str], known: set[str]) -> Iterator[str]:
    """Yield the sentences of a fit length, in the typography of the model, each of them once.

    Args:
        lines: a sentence or a paragraph each.
        known: sentences to leave out; added to.
    """
    split = english_splitter()
    for line in lines:
        for sentence in map(to_model, split(line)):
            if FEWEST <= len(sentence.split()) <= MOST and sentence not in known:
                known.add(sentence)
                yield sentence


def main(arguments: list[str] | None = None) -> int:
    """Write the pairs that are not yet there."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("model", help="folder of a model from English to French")
    parser.add_argument("output", type=Path)
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE")
    parser.add_argument("--threads", type=int, default=0, help="0: every core")
    parser.add_argument("--cache", type=Path, help="folder for the converted model")
    given = parser.parse_args(arguments)
    machine = {"threads": given.threads} | ({"cache_dir": given.cache} if given.cache else {})
    engine = load_engine(find_bundle(given.model), Settings.model_validate(machine))
    known = {english for _, english in read_pairs(given.output)} if given.output.exists() else set()
    for path in given.files:
        found = (
            sentence
            for sentence in sentences(tqdm(read_lines(path), desc=path.name), known)
            if engine.count_tokens(sentence) <= engine.max_tokens
        )
        while chunk := list(islice(found, CHUNK)):
            answers = engine.translate(chunk, SEARCH)
            pairs = zip(answers, chunk, strict=True)
            with given.output.open("a", encoding="utf-8") as output:
                output.writelines(f"{answer[0].text}\t{english}\n" for answer, english in pairs)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
