"""Translate English news into French, to learn from English as journalists write it.

    python -m scripts.backtranslate BACK CORPUS/back-translated.tsv MONO/press2016.en.xz ...

BACK is a bundle from English to French (`scripts.train --reverse`). Each file of English holds a
sentence or a paragraph a line. What is written are pairs for `scripts.corpus`: clumsy French does
little harm, since the model only ever has to write the English (Sennrich, Haddow & Birch 2016,
"Improving neural machine translation models with monolingual data"). French that lost a figure or a
name would teach it to make them up: such pairs are left out, and those that BACK is not sure of.
"""

import argparse
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path

import choppa
from tqdm import tqdm

from scripts.training.mix import read_lines
from service import symptoms
from service.cli.options import add_settings, settings_from
from service.decoding import Decoding, Hypothesis
from service.engines import load_engine
from service.models import find_bundle
from service.wording.typography import to_model

RULES = Path(choppa.__file__).parent / "data" / "srx" / "languagetool_segment.srx"
FEWEST, MOST = 4, 60  # words of a sentence to learn from
CHUNK = 2_000  # sentences translated at once
LEAST_SCORE = -0.7  # mean log-probability of a French token; half of the sentences reach it
# Where little is known already, the best French makes better pairs than drawn French (Edunov et al.
# 2018, "Understanding back-translation at scale", section 5.2).
SEARCH = Decoding(beam_size=2)
FAULTS = (
    symptoms.broken,
    symptoms.untranslated,
    symptoms.repetition,
    symptoms.figures,
    symptoms.dates,
    symptoms.other_names,
)


def languagetool(language: str) -> Callable[[str], list[str]]:
    """Make what cuts text into sentences: choppa with LanguageTool's rules, which it brings."""
    document = choppa.SrxDocument(ruleset=str(RULES))
    return lambda text: list(choppa.SrxTextIterator(document, language, text))


def sentences(lines: Iterable[str], known: set[str]) -> Iterator[str]:
    """Yield the sentences of a fit length, in the typography of the model, each of them once.

    Args:
        lines: a sentence or a paragraph each.
        known: sentences to leave out; added to.
    """
    split = languagetool("en_two")
    for line in lines:
        for sentence in map(to_model, map(str.strip, split(line))):
            if FEWEST <= len(sentence.split()) <= MOST and sentence not in known:
                known.add(sentence)
                yield sentence


def is_fit(french: Hypothesis, english: str) -> bool:
    """Tell whether a pair teaches nothing false, as far as one can see."""
    return french.score >= LEAST_SCORE and not any(fault(french.text, english) for fault in FAULTS)


def main(arguments: list[str] | None = None) -> int:
    """Write the pairs."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("model", help="folder of a model from English to French")
    parser.add_argument("output", type=Path)
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE")
    add_settings(parser, "engine", "device", "threads", "cache_dir")
    given = parser.parse_args(arguments)
    engine = load_engine(find_bundle(given.model), settings_from(given))
    known: set[str] = set()
    with given.output.open("w", encoding="utf-8") as output:
        for path in given.files:
            found = (
                sentence
                for sentence in sentences(tqdm(read_lines(path), desc=path.name), known)
                if engine.count_tokens(sentence) <= engine.max_tokens
            )
            while chunk := list(islice(found, CHUNK)):
                french = [answer[0] for answer in engine.translate(chunk, SEARCH)]
                output.writelines(
                    f"{one.text}\t{english}\n"
                    for one, english in zip(french, chunk, strict=True)
                    if is_fit(one, english)
                )
                output.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
