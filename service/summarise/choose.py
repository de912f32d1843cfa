"""A summary of sentence pairs: chosen on the French side, their English already made.

A sentence matters when what comes after it is like it, and less when it only repeats what came
before (PacSum's directed centrality, Zheng and Lapata 2019, on tf-idf vectors of the article); its
place counts beside that. Of the best sentences that stand alone, those are taken that fill the
budget with the most merit, no two of them alike.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.article import Article, Role, Sentence, Severity, Summary, SummaryPair

BACKWARD, FORWARD = -0.3, 1.0  # PacSum's weights of likeness to earlier and to later sentences
CENTRALITY, POSITION = 0.7, 0.3
ALIKE = 0.6  # cosine from which two sentences say the same
FEWEST_WORDS, MOST_WORDS = 8, 45  # of French
FEWEST_SENTENCES, WORDS_A_SENTENCE = 4, 20  # a longer summary may have one for each 20 words
WEIGHED = 400  # sentences weighed; news tells its story first
POOL = 10  # of them, how many compete for the budget, or three times the sentences wanted
MOST_CAPITALS = 0.5  # share of the letters
LEAST_PROSE = 0.5  # share of the words, for a short text to be its own summary
MOST_FIGURES = 0.34  # share of the words

WORD = re.compile(r"\w{4,}|\d+")  # shorter words are mostly grammar
WHOLE = re.compile(r"^[^a-zà-ÿ].*[.!…][\s\"'”’»)\]]*$", re.DOTALL)
# What points back at something unsaid: "il", "alors qu'il", "cette".
ORPHAN_START = re.compile(
    r"^[«\"“\s–—-]*(?:(?:(?:(?:alors |lors|puis|bien )?qu['’]|quand |si |s['’])?(?:ils?|elles?)"
    r"|leurs?|son|sa|ses|cela|ça|ceci|ces?|cet|cette|celles?|celui|ceux"
    r"|selon (?:lui|elle|eux|elles))\b|[cj]['’]|pour sa part)",
    re.IGNORECASE,
)
# What goes on from something said before, but can be understood without.
LINKED_START = re.compile(
    r"^[«\"“\s–—-]*(?:en (?:effet|outre|revanche)|par (?:ailleurs|contre)|d['’]ailleurs|mais|or|et"
    r"|de (?:plus|même|son côté)|car|puis|donc|ainsi|aussi|pourtant|toutefois|cependant|néanmoins"
    r"|enfin|ensuite|d['’]autant)\b",
    re.IGNORECASE,
)
# Who speaks here, outside quotation marks, and is not named; "Me" is a title of lawyers.
VOICE = re.compile(r"^[^«\"“]*\b(?:[Jj]e|[Jj]['’]|me|m['’]|[Mm](?:on|a|es)|[Nn](?:ous|os|otre))\b")
# "Une décision qui surprend.": a thing and what is said of it, without a verb.
FRAGMENT = re.compile(r"^(?:Une?|Des) [\w'’-]+ (?:(?:qui|que|dont|où)\b|qu['’])[^,]*$")
LINKED_WORTH = 0.7
ORPHAN_SPEAKER = re.compile(r"-(?:ils?|elles?|on|je)\b")  # a-t-il dit
ORPHAN_SUBJECT = re.compile(
    r"^[^A-ZÀ-Þ]?\w[^A-ZÀ-Þ]{0,60}?, (?:ils?|elles?) (?!y a|faut|s['’]agit)"
)
ORPHAN_ENGLISH = re.compile(r"^[\"“'‘\s]*(?:he|she|they|his|her|their|this|these|those)\b", re.I)
CREDIT = re.compile(
    r"^(?:[àa] )?(?:lire|voir|[ée]couter|regarder)\b(?: (?:aussi|également|plus|encore)\b| ?:)"
    r"|^[àa] ne (?:surtout )?pas (?:surtout )?(?:manquer|rater)\b"
    r"|^(?:photos?|crédits?|source|légende|copyright|mis à jour|propos recueillis|traduit par)\b"
    r"|^(?:reportages?|enquête|analyse|tribune|texte|vidéo) (?:de|par|:|écrite par)(?: |$)"
    r"|^(?:cliquez|abonnez-vous|inscrivez-vous|suivez-nous|partagez)\b"
    r"|\((?:avec )?(?:AFP|Reuters|AP|Belga|ATS)\)|©"
    r"|^(?-i:Par (?:[A-ZÀ-Þ][\w.'’-]+ )+[A-ZÀ-Þ])",  # a byline
    re.IGNORECASE,
)
LABEL = re.compile(  # of the kind of article
    r"^(?:tribune|analyse|reportage|enquête|[ée]ditorial|interview|entretien|portrait|chronique"
    r"|témoignages?|récit|vidéo|document|exclusif)[ .!…:]*$",
    re.IGNORECASE,
)
FEWEST_OF_PROSE = 4  # words
LEAST_SURE, UNSURE_WORTH = 0.1, 0.5  # of a confidence, and of merit below it

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may stand in a summary, and its place."""

    paragraph: int
    index: int
    sentence: Sentence

    @property
    def words(self) -> int:
        """How much of the budget it takes."""
        return len(self.sentence.target.split())

    @property
    def pair(self) -> SummaryPair:
        """The sentence in both languages."""
        return SummaryPair.of(self.paragraph, self.index, self.sentence)


def summarise(article: Article, words: int) -> Summary:
    """Choose sentences whose English fits in so many words, in the order of the article.

    Titles, datelines, headings and sentences with a red flag are never chosen, nor are those with a
    name in doubt unless the article is as short as its summary. The note says why there is none, or
    that such an article is its own.
    """
    if words <= 0:
        return Summary((), "No summary was asked for.")
    prose = prose_of(article)
    if not prose:
        return Summary((), "The article has no whole sentence that is safe to quote.")
    if sum(one.words for one in prose) <= words:
        if _share(prose, article) < LEAST_PROSE:
            return Summary((), "Most of the text is no prose: verse, a table or a list.")
        return Summary(tuple(one.pair for one in prose), "The article is as short as its summary.")
    chosen = _choose(prose[:WEIGHED], words)
    if not chosen:
        return Summary((), f"No sentence of fair length stands alone and fits in {words} words.")
    return Summary(tuple(prose[n].pair for n in chosen))


def prose_of(article: Article) -> list[Candidate]:
    """List the whole sentences of the text that have no red flag, the same one only once."""
    found: dict[str, Candidate] = {}
    for p, s, sentence in article.sentences():
        if (
            article.paragraphs[p].role is Role.TEXT
            and WHOLE.search(sentence.source)
            and sentence.target
            and not LABEL.search(sentence.source)
            and not any(flag.severity is Severity.RED for flag in sentence.flags)
        ):
            found.setdefault(sentence.source, Candidate(p, s, sentence))
    return list(found.values())


def _share(prose: Sequence[Candidate], article: Article) -> float:
    """Tell how many of the words of the text are in its whole sentences."""
    texts = [
        sentence.source
        for (p, _), sentence in article.translatable().items()
        if article.paragraphs[p].role is Role.TEXT
    ]
    whole = {one.sentence.source for one in prose}
    counts = [(len(text.split()), text in whole) for text in texts]
    return sum(n for n, inside in counts if inside) / max(1, sum(n for n, _ in counts))


def _can_stand(one: Candidate, is_first: bool) -> bool:
    """Whether a sentence is prose with sound names that needs none before it.

    The first has none before it, and may be of any length.
    """
    sentence = one.sentence
    is_fit = _is_prose(sentence.source) and not sentence.has_doubtful_name
    return is_fit and (is_first or _stands_alone(sentence))


def _is_prose(french: str) -> bool:
    """Whether it is no label, credit, torn quotation, row of figures or line in capitals."""
    words = french.split()
    return (
        len(words) >= FEWEST_OF_PROSE
        and not CREDIT.search(french)
        and _quotes_whole(french)
        and sum(any(c.isdigit() for c in word) for word in words) < MOST_FIGURES * len(words)
        and sum(map(str.isupper, french)) < MOST_CAPITALS * sum(map(str.isalpha, french))
    )


def _stands_alone(sentence: Sentence) -> bool:
    """Whether a sentence of good length points back at nothing, in either language."""
    french = sentence.source
    return (
        FEWEST_WORDS <= len(french.split()) <= MOST_WORDS
        and not any(o.search(french) for o in (ORPHAN_START, ORPHAN_SUBJECT, ORPHAN_SPEAKER))
        and not ORPHAN_ENGLISH.search(sentence.target)
    )


def _quotes_whole(text: str) -> bool:
    """Whether quotations open and close here, and are not all there is."""
    pairs = text.count("«") == text.count("»") and text.count("“") == text.count("”")
    bare = text.strip(" .!…\u00a0\u202f")
    return pairs and text.count('"') % 2 == 0 and not (bare[0] in '«“"' and bare[-1] in '»”"')


def _choose(prose: Sequence[Candidate], words: int) -> list[int]:
    """Take the sentences that fill the budget best; all of them say what the article is about."""
    vectors = _vectors([one.sentence.source for one in prose])
    likeness = vectors @ vectors.T
    merit = _merit(likeness) * [_worth(one.sentence) for one in prose]
    most = max(FEWEST_SENTENCES, words // WORDS_A_SENTENCE)
    pool: list[int] = []
    for n in np.argsort(-merit, kind="stable").tolist():
        fits = prose[n].words <= words and _can_stand(prose[n], is_first=n == 0)
        if fits and max(likeness[n, pool], default=0.0) < ALIKE:
            pool.append(n)
        if len(pool) == max(POOL, 3 * most):
            break
    lengths = [prose[n].words for n in pool]
    values = [float(merit[n]) * length for n, length in zip(pool, lengths, strict=True)]
    return sorted(pool[n] for n in _fill(values, lengths, words, most))


def _worth(sentence: Sentence) -> float:
    """Tell how much of its merit a sentence keeps that is not understood alone, or badly said."""
    unsure = sentence.confidence is not None and sentence.confidence < LEAST_SURE
    worth = LINKED_WORTH if _is_linked(sentence.source) else 1.0
    return worth * UNSURE_WORTH if unsure else worth


def _is_linked(french: str) -> bool:
    """Whether a sentence goes on from one before it, or leaves open who speaks or what happens."""
    return any(linked.search(french) for linked in (LINKED_START, VOICE, FRAGMENT))


def _fill(values: Sequence[float], lengths: Sequence[int], room: int, most: int) -> tuple[int, ...]:
    """Find what is worth most in a room of so many words, at most so many things: a knapsack."""
    best: dict[tuple[int, int], tuple[float, tuple[int, ...]]] = {(0, 0): (0.0, ())}
    for n, (value, length) in enumerate(zip(values, lengths, strict=True)):
        for (count, used), (worth, things) in list(best.items()):
            key = count + 1, used + length
            if count < most and key[1] <= room and worth + value > best.get(key, (-1.0,))[0]:
                best[key] = worth + value, (*things, n)
    return max(best.values(), key=lambda found: (found[0], len(found[1])))[1]


def _vectors(texts: Sequence[str]) -> Matrix:
    """Weigh the words of each text by tf-idf, within the article; rows of length 1."""
    bags = [Counter(WORD.findall(text.lower())) for text in texts]
    documents = Counter(word for bag in bags for word in bag)
    place = {word: n for n, word in enumerate(documents)}
    vectors = np.zeros((len(bags), len(place)))
    for row, bag in enumerate(bags):
        for word, count in bag.items():
            vectors[row, place[word]] = count * np.log(len(bags) / documents[word])
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Matrix = vectors / np.maximum(norms, 1e-9)
    return unit


def _merit(likeness: Matrix) -> Matrix:
    """Mix directed centrality and place, both brought to 0 to 1."""
    later, earlier = np.triu(likeness, 1).sum(axis=1), np.tril(likeness, -1).sum(axis=1)
    centrality = FORWARD * later + BACKWARD * earlier
    spread = np.ptp(centrality) or 1.0
    place = 1 / np.arange(1, len(likeness) + 1)
    merit: Matrix = CENTRALITY * (centrality - centrality.min()) / spread + POSITION * place
    return merit
