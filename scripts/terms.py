"""Mark terms in an encoded, aligned corpus, so that a model learns to copy the English it is given.

    python -m scripts.terms DATA MARKED --share 0.1 --names NAMES.tsv --lexicon LEXICON.tsv.xz

writes a corpus folder in which a share of the rows carry marks on the French side:

    Il est à <term> Moscou <as> Moscow </term> depuis lundi.

Terms come from word alignments, and from lists of French TAB English [TAB type] of names and of
other words. Half of the listed names are swapped on both sides for another name of their type, so
that the model meets names it has never seen and trusts the mark. Method: Dinu et al. 2019,
"Training neural machine translation to apply terminology constraints"; Bergmanis & Pinnis 2021,
"Facilitating terminology translation with target lemma annotations". Links are carried over: a
marked English word is linked to its copy in the mark.
"""

import argparse
import random
import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from tqdm import tqdm

from scripts.training.batches import RESERVED, UNLINKED, Encoded, held_out, read, write
from scripts.training.words import WORDS, Entries, Pieces, Span
from service.names.marks import marked

LIKELY = (0.6, 0.3, 0.1)  # that a term found by alignment has one, two, three words
MOST = 3  # marks in a row
SWAPPED = 0.5  # share of listed names that are swapped
SHORT = 3  # letters; a shorter word at either end of a run is grammar, unless in capitals
TRIES = 4  # places tried for each aligned term


@dataclass(frozen=True)
class Row:
    """A pair as piece ids with </s>, and for each target id its source place or -1."""

    source: list[int]
    target: list[int]
    links: list[int]


@dataclass(frozen=True)
class Term:
    """A term of a row: its places on both sides, and how it is to read in French and in English."""

    source: Span
    target: Span
    french: str
    english: str
    swapped: bool = False


class Marker:
    """Finds terms in rows and marks them."""

    def __init__(self, pieces: Pieces, entries: Entries, generator: random.Random) -> None:
        self.pieces, self.entries, self.generator = pieces, entries, generator
        self.opening, self.joint, self.closing = (
            pieces.model.piece_to_id(symbol) for symbol in RESERVED
        )

    def mark(self, row: Row) -> Row:
        """Mark up to `MOST` terms of a row; a row without a term comes back as it is."""
        wanted = self.generator.randint(1, MOST)
        listed = self.listed(row)
        self.generator.shuffle(listed)
        chosen: list[Term] = []
        for term in [*listed[:wanted], *self.aligned(row, wanted)]:
            if len(chosen) < wanted and not any(overlap(term, other) for other in chosen):
                chosen.append(term)
        return self.rewrite(row, sorted(chosen, key=lambda term: term.source))

    def listed(self, row: Row) -> list[Term]:
        """Find listed terms whose English stands on the other side; some names are swapped."""
        english = self.pieces.runs(row.target)
        found = []
        for french, span in self.pieces.runs(row.source).items():
            there = sorted(form for form in self.entries.english.get(french, ()) if form in english)
            if there:
                term = Term(span, english[there[-1]], french, there[-1])
                found.append(self.swap(term))
        return found

    def swap(self, term: Term) -> Term:
        """Put another name of the same type in the place of half of the names."""
        kind = self.entries.type.get(term.french)
        if not kind or self.generator.random() >= SWAPPED:
            return term
        french, english = self.generator.choice(self.entries.names[kind])
        return replace(term, french=french, english=english, swapped=True)

    def aligned(self, row: Row, wanted: int) -> Iterator[Term]:
        """Yield up to `wanted` terms that are linked to each other and to nothing else."""
        words = self.pieces.words(row.source)
        for _ in range(TRIES * wanted if words else 0):
            length = self.generator.choices((1, 2, 3), LIKELY)[0]
            first = self.generator.randrange(len(words))
            last = min(first + length, len(words)) - 1
            span = words[first][0], words[last][1]
            target = self.linked(row, span)
            french = self.pieces.text(row.source, span)
            if target and is_term(french):
                yield Term(span, target, french, self.pieces.text(row.target, target))

    def linked(self, row: Row, source: Span) -> Span | None:
        """Find the whole target words that are linked to a source span and to nothing else."""
        inside = range(*source)
        places = [place for place, link in enumerate(row.links) if link in inside]
        if not places:
            return None
        words = [
            w for w in self.pieces.words(row.target) if w[1] > places[0] and w[0] <= places[-1]
        ]
        if not words or len(words) > WORDS:
            return None
        target = words[0][0], words[-1][1]
        held = {*inside, UNLINKED}
        whole = target[0] <= places[0] and places[-1] < target[1]
        return target if whole and held.issuperset(row.links[slice(*target)]) else None

    def rewrite(self, row: Row, terms: list[Term]) -> Row:
        """Put the marks into the source, and swapped names into the target."""
        source, moved, copies = self._mark_source(row.source, terms)
        target: list[int] = []
        links: list[int] = []
        done = 0
        for term in sorted(terms, key=lambda term: term.target):
            start, stop = term.target
            target += row.target[done:start]
            links += [moved[link] for link in row.links[done:start]]
            ids = row.target[start:stop]
            if term.swapped:
                ids = self.pieces.encode(term.english, glued=not self.pieces.spaced[ids[0]])
            first, length = copies[term]
            target += ids
            links += [first + min(place, length - 1) for place in range(len(ids))]
            done = stop
        return Row(
            source,
            target + row.target[done:],
            links + [moved[link] for link in row.links[done:]],
        )

    def _mark_source(
        self, ids: list[int], terms: list[Term]
    ) -> tuple[list[int], dict[int, int], dict[Term, Span]]:
        """Mark; tell also where each place went, and each English copy (its first place, length).

        The French of a mark went nowhere: what was linked to it is linked to nothing.
        """
        source: list[int] = []
        moved = defaultdict[int, int](lambda: UNLINKED)
        copies: dict[Term, Span] = {}
        done = 0
        for term in terms:
            start, stop = term.source
            moved |= {place: place - done + len(source) for place in range(done, start)}
            source += ids[done:start]
            mark = self.encode_mark(term, glued=not self.pieces.spaced[ids[start]])
            joint, closing = mark.index(self.joint), mark.index(self.closing)
            space = self.pieces.bare[mark[closing - 1]]  # the one before the closing mark
            copies[term] = len(source) + joint + 1, closing - joint - 1 - space
            source += mark
            done = stop
        moved |= {place: place - done + len(source) for place in range(done, len(ids))}
        return source + ids[done:], moved, copies

    def encode_mark(self, term: Term, *, glued: bool) -> list[int]:
        """Encode a mark exactly as it is encoded inside a sentence."""
        ids = self.pieces.encode(marked(term.french, term.english))
        return ids[1:] if glued and self.pieces.bare[ids[0]] else ids


def is_term(text: str) -> bool:
    """Say whether neither the first nor the last word is mere grammar."""
    words = text.split()
    return bool(words) and all(
        len(word) > SHORT or word.isupper() for word in (words[0], words[-1])
    )


def overlap(one: Term, other: Term) -> bool:
    """Say whether two terms share a place on either side."""
    return any(
        a[0] < b[1] and b[0] < a[1]
        for a, b in ((one.source, other.source), (one.target, other.target))
    )


def mark_corpus(data: Encoded, marker: Marker, share: float) -> Iterator[Row]:
    """Yield each row, a share of them marked; held-out rows stay as they are."""
    for index in range(len(data)):
        row = Row(
            data.source.row(index).tolist(),
            data.target.row(index).tolist(),
            data.row_links(index).tolist(),
        )
        chosen = index >= held_out(len(data)) and marker.generator.random() < share
        yield marker.mark(row) if chosen else row


def write_rows(rows: Iterable[Row], folder: Path) -> None:
    """Write rows with their links."""
    sources, targets, links = [], [], []
    for row in rows:
        sources.append(np.array(row.source, np.uint16))
        targets.append(np.array(row.target, np.uint16))
        links.append(np.array(row.links, np.int16))
    write(folder, sources, targets)
    np.save(folder / "align.npy", np.concatenate(links))


def main(arguments: list[str] | None = None) -> int:
    """Write a corpus with marks."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path, help="folder of an encoded, aligned corpus")
    parser.add_argument("marked", type=Path, help="folder to write")
    parser.add_argument("--share", type=float, default=0.1, help="of the rows to mark")
    parser.add_argument("--names", type=Path, nargs="*", default=[], help="may be swapped")
    parser.add_argument("--lexicon", type=Path, nargs="*", default=[], help="other terms")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    entries = Entries()
    for path in given.names:
        entries.read(path, names=True)
    for path in given.lexicon:
        entries.read(path, names=False)
    pieces = given.data / "sp.model"
    marker = Marker(Pieces(pieces), entries, random.Random(given.seed))
    given.marked.mkdir(parents=True, exist_ok=True)
    data = read(given.data)
    write_rows(tqdm(mark_corpus(data, marker, given.share), total=len(data)), given.marked)
    shutil.copy(pieces, given.marked / "sp.model")
    marks = (read(given.marked).source.ids == marker.joint).sum()
    print(f"{marks} marks in {len(data)} rows")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
