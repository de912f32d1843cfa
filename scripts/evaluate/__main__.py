"""Measure what the project does, one subcommand for each thing measured.

python -m scripts.evaluate translation models/fr-en EVAL/newstest2013 EVAL/newstest2014
"""

import argparse
from importlib import import_module

PARTS = {
    "translation": "BLEU and chrF of a model on sets of parallel text",
    "names": "names that come out right, and one rendering for each",
    "consistency": "names of whole documents that are written in one way",
    "cost": "what the ledger adds to the time of an article, and a large glossary to that",
    "press": "words of the press that come out in the English of their table",
    "summaries": "ROUGE of the summaries beside the first sentences",
    "checks": "damaged translations that the checks catch",
    "confidence": "how sure of itself a model is, for its model.json",
}


def main(arguments: list[str] | None = None) -> int:
    """Run the part that is named first."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.evaluate",
        description="Measure what the project does.",
        epilog="\n".join(f"{name:12} {what}" for name, what in PARTS.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("part", choices=PARTS, help="what to measure")
    parser.add_argument("rest", nargs=argparse.REMAINDER, help="its own arguments; try --help")
    given = parser.parse_args(arguments)
    part = import_module(f"scripts.evaluate.{given.part}")
    own = argparse.ArgumentParser(
        prog=f"python -m scripts.evaluate {given.part}", description=PARTS[given.part]
    )
    part.add_arguments(own)
    return int(part.main(own.parse_args(given.rest)))


if __name__ == "__main__":
    raise SystemExit(main())
