"""What is fit for a summary, what fits in it, and what a model may write."""

import time
from collections.abc import Sequence
from dataclasses import replace

import pytest

from service.article import Article, Flag, FlagKind, Paragraph, Role, Sentence, Severity
from service.split import render, split
from service.summarise import accept, summarise

LEAD = "Le ministre de la Santé a présenté lundi à Lyon un plan pour les hôpitaux."
PLAIN = "Les hôpitaux recevront cinq cents millions d’euros pour recruter des soignants."
OTHER = "Les syndicats de soignants jugent le plan du ministre trop modeste pour les hôpitaux."
RED = Flag(FlagKind.NUMBERS, Severity.RED, "")
DOUBTFUL = Flag(FlagKind.NAME, Severity.AMBER, "")


def article(*french: str, role: Role = Role.TEXT) -> Article:
    """Make an article of a paragraph for each sentence; the English is the French in brackets."""
    paragraphs = [
        Paragraph(0, 0, (Sentence(0, 0, source, f"({source})"),), role) for source in french
    ]
    return Article("\n".join(french), tuple(paragraphs))


def sources(made: Article, words: int = 30) -> list[str]:
    """List the French of the summary."""
    return [pair.source for pair in summarise(made, words).pairs]


def filled(*french: str) -> Article:
    """Make an article too long to be its own summary."""
    return article(LEAD, *french, PLAIN, OTHER)


def test_pairs_are_aligned_and_in_the_order_of_the_article() -> None:
    """A pair is a sentence and its own translation, with its place."""
    summary = summarise(article(LEAD, PLAIN, OTHER), 30)
    assert len(summary.pairs) == 2
    assert [pair.paragraph for pair in summary.pairs] == sorted(
        pair.paragraph for pair in summary.pairs
    )
    assert all(pair.target == f"({pair.source})" for pair in summary.pairs)
    assert summary.note == ""


def test_a_pair_cites_its_place_in_both_texts() -> None:
    """The offsets are those of the whole article and of its whole translation."""
    made = split(f"{LEAD} {PLAIN}\n\n{OTHER}\n")
    made = render(
        made.with_sentences(
            {(p, s): replace(o, target=f"({o.source})") for p, s, o in made.sentences()}
        )
    )
    pairs = summarise(made, 60).pairs
    assert [(pair.paragraph, pair.sentence) for pair in pairs] == [(0, 0), (0, 1), (1, 0)]
    for pair in pairs:
        assert made.text[pair.start : pair.end] == pair.source
        assert made.translation[pair.target_start : pair.target_end] == pair.target


@pytest.mark.parametrize("words", [14, 20, 30, 40])
def test_the_budget_counts_english_words(words: int) -> None:
    """The English of a summary is never longer than was asked for."""
    summary = summarise(filled(), words)
    assert 0 < sum(len(pair.target.split()) for pair in summary.pairs) <= words


def test_no_words_no_summary() -> None:
    """Zero turns the summary off, and the note says so."""
    summary = summarise(filled(), 0)
    assert (summary.pairs, summary.note) == ((), "No summary was asked for.")


def test_a_very_short_article_is_its_own_summary_and_says_so() -> None:
    """What is short already is not shortened."""
    summary = summarise(article(LEAD, PLAIN), 60)
    assert [pair.source for pair in summary.pairs] == [LEAD, PLAIN]
    assert summary.note == "The article is as short as its summary."


def test_a_short_text_that_is_mostly_no_prose_has_no_summary() -> None:
    """Two lines that happen to end a sentence say nothing of a poem."""
    verse = ("Sur la place du vieux marché,", "Le vent du soir s’est arrêté ;", "Et tout se tait.")
    summary = summarise(article(*verse), 60)
    assert summary.pairs == ()
    assert summary.note == "Most of the text is no prose: verse, a table or a list."


@pytest.mark.parametrize("role", [Role.TITLE, Role.DATELINE])
def test_a_headline_and_a_dateline_are_no_summary_sentences(role: Role) -> None:
    """They stand above the article already."""
    made = filled()
    first = replace(made.paragraphs[0], role=role)
    assert LEAD not in sources(replace(made, paragraphs=(first, *made.paragraphs[1:])), 60)


@pytest.mark.parametrize(
    "french",
    [
        "Un nouveau plan du ministre pour les hôpitaux de Lyon et les soignants",  # a heading
        "Il présentera lundi le plan pour les hôpitaux aux syndicats de soignants.",
        "Cette annonce du plan pour les hôpitaux inquiète les syndicats de soignants.",
        "C’est le plan pour les hôpitaux que les syndicats de soignants attendaient.",
        "Selon lui, le plan du ministre pour les hôpitaux aidera les soignants.",
        "Alors qu’elle présentait le plan des hôpitaux, les syndicats de soignants protestaient.",
        "S’il refuse le plan du ministre pour les hôpitaux, les soignants partiront.",
        "Après la réunion, il a présenté aux syndicats de soignants le plan des hôpitaux.",
        "« Le plan pour les hôpitaux aidera tous les soignants », a-t-il ajouté.",
        "« Le plan pour les hôpitaux aidera tous les soignants de Lyon. »",
        "Le ministre a jugé le plan pour les hôpitaux « ambitieux pour les soignants.",
        "Le plan du ministre pour les hôpitaux aidera-t-il enfin les soignants ?",
        "A lire aussi : le plan du ministre de la Santé pour les soignants des hôpitaux.",
        "À ne pas manquer sur notre site : le plan du ministre pour les hôpitaux.",
        "Par Jeanne Martin, correspondante à Lyon pour les hôpitaux et les soignants.",
        "Propos recueillis par les soignants des hôpitaux de Lyon pour le ministre.",
        "Photo des soignants des hôpitaux pendant la visite du ministre à Lyon.",
        "Les hôpitaux de Lyon attendent le plan du ministre pour les soignants (AFP).",
        "LE PLAN DU MINISTRE POUR LES HÔPITAUX INQUIÈTE LES SYNDICATS.",
        "Hôpitaux 12 13 14 15 soignants 16 17 18 ministre 19 20 plan.",
        "Le plan des hôpitaux.",
        "Le plan " + "du ministre de la Santé pour les hôpitaux et les soignants " * 5 + "avance.",
    ],
)
def test_what_cannot_stand_alone_is_left_out(french: str) -> None:
    """Headings, orphans, torn quotations, credits, capitals and tables make no summary."""
    assert french not in sources(filled(french), 40)


@pytest.mark.parametrize(
    ("linked", "alone", "words"),
    [
        (
            "Mais le plan du ministre pour les hôpitaux inquiète les soignants.",
            "Déjà le plan du ministre pour les hôpitaux inquiète les soignants.",
            30,
        ),
        (
            "Je pense que le plan du ministre pour les hôpitaux aidera les soignants.",
            "Tous pensent que le plan du ministre pour les hôpitaux aidera les soignants.",
            30,
        ),
        (
            "Une réforme qui inquiète les syndicats de soignants de Lyon.",
            "Une réforme inquiète les syndicats de soignants de Lyon.",
            24,
        ),
    ],
    ids=["contradiction", "who speaks", "no verb"],
)
def test_what_leans_on_another_sentence_is_a_second_choice(
    linked: str, alone: str, words: int
) -> None:
    """Whom it contradicts, who speaks or what happens may have been said before."""
    assert alone in sources(article(LEAD, PLAIN, alone, OTHER), words)
    assert linked not in sources(article(LEAD, PLAIN, linked, OTHER), words)


def test_the_first_sentence_has_nothing_to_point_back_at() -> None:
    """An opening in the manner of a tale is no orphan."""
    opening = "Elle attendait les hôpitaux, le plan du ministre et les soignants depuis lundi."
    assert sources(article(opening, PLAIN, OTHER), 15) == [opening]


@pytest.mark.parametrize("label", ["Tribune.", "ANALYSE.", "Éditorial…", "Les hôpitaux."])
def test_a_label_opens_no_summary(label: str) -> None:
    """The kind of the article, or a few words, is no first sentence; the next one may be it."""
    opening = "Elle attendait les hôpitaux, le plan du ministre et les soignants depuis lundi."
    assert label not in sources(article(label, opening, PLAIN, OTHER), 17)


def test_a_label_leaves_the_first_place_to_the_first_sentence() -> None:
    """The sentence behind it has nothing to point back at, and a short article is its summary."""
    opening = "Elle attendait les hôpitaux, le plan du ministre et les soignants depuis lundi."
    assert sources(article("Tribune.", opening, PLAIN, OTHER), 15) == [opening]
    assert sources(article("Tribune.", LEAD), 60) == [LEAD]


def test_a_sentence_that_the_model_is_unsure_of_is_a_second_choice() -> None:
    """Of two sentences of like worth, the one whose English can be relied on is taken."""
    one = "Déjà le plan du ministre pour les hôpitaux inquiète les soignants."
    made = article(LEAD, PLAIN, one, OTHER)
    assert one in sources(made, 30)
    sentence = made.paragraphs[2].sentences[0]
    unsure = made.with_sentences({(2, 0): replace(sentence, confidence=0.02)})
    assert one not in sources(unsure, 30)


def test_an_english_orphan_counts_too() -> None:
    """The reader of the English sees no more than the English."""
    made = filled()
    orphan = replace(
        made.paragraphs[1].sentences[0],
        target="They will receive five hundred million euros to hire nurses.",
    )
    assert PLAIN in sources(made, 37)
    assert PLAIN not in sources(made.with_sentences({(1, 0): orphan}), 37)


def test_a_red_sentence_is_avoided() -> None:
    """What must not be printed unread is no summary, however short the article."""
    made = filled()
    for words in (40, 100):
        flagged = replace(made.paragraphs[0].sentences[0], flags=(RED,))
        assert LEAD not in sources(made.with_sentences({(0, 0): flagged}), words)


def test_a_sentence_with_a_name_in_doubt_is_not_chosen() -> None:
    """Every name of a summary has its form of the ledger; a short article is whole all the same."""
    made = filled()
    flagged = replace(made.paragraphs[0].sentences[0], flags=(DOUBTFUL,))
    made = made.with_sentences({(0, 0): flagged})
    assert LEAD in sources(filled(), 30)
    assert sources(made, 30)
    assert LEAD not in sources(made, 30)
    assert LEAD in sources(made, 100)


def test_a_sentence_like_a_chosen_one_is_left_out() -> None:
    """A summary says nothing twice."""
    again = LEAD.replace("a présenté", "a défendu")
    assert len({LEAD, again} & set(sources(filled(again), 45))) == 1


def test_500_times_the_same_sentence_is_one_sentence() -> None:
    """A text that repeats itself is as short as what it repeats."""
    summary = summarise(article(*[LEAD] * 500), 60)
    assert [pair.source for pair in summary.pairs] == [LEAD]


@pytest.mark.parametrize(
    "french",
    [
        ["Sous le pont Mirabeau", "coule la Seine", "et nos amours"] * 20,  # a poem
        ["LES HÔPITAUX FERMENT", "LE MINISTRE PART"] * 20,
        ["Lyon 12 14 16 18", "Nice 11 13 15 17"] * 20,
        ["Le plan " + "du ministre et des soignants " * 1000 + "avance."],
        [],
    ],
    ids=["poem", "capitals", "table", "5000 words", "nothing"],
)
def test_a_text_without_a_fit_sentence_has_no_summary_and_says_why(french: Sequence[str]) -> None:
    """None with a reason is better than nonsense."""
    summary = summarise(article(*french), 60)
    assert summary.pairs == ()
    assert summary.note.endswith(".")


def test_the_seed_article_in_short_says_who_what_and_when() -> None:
    """An editor would print the lead, and no orphan after it."""
    text = (
        "Le président Jean Morel a parlé mardi pendant une heure avec son homologue Ivo Katan.\n\n"
        "Les deux présidents ont parlé de la paix, du commerce et des frontières.\n\n"
        "Il a qualifié cet appel de « bon ».\n\n"
        "L’appel de Jean Morel survient après une rencontre entre Ivo Katan et la reine Ana.\n"
    )
    made = split(text)
    made = made.with_sentences(
        {(p, s): replace(o, target=o.source) for p, s, o in made.sentences()}
    )
    chosen = sources(made, 35)
    assert chosen[0].startswith("Le président Jean Morel a parlé mardi")
    assert not any(source.startswith("Il ") for source in chosen)


def test_a_million_words_are_summarised_in_time() -> None:
    """Only the first sentences are weighed, the others merely read."""
    made = article(
        *(f"Le ministre numéro {n} a visité les hôpitaux de Lyon." for n in range(20000))
    )
    start = time.process_time()
    assert summarise(made, 60).pairs
    assert time.process_time() - start < 3


def test_a_written_summary_that_copies_is_accepted_in_either_language() -> None:
    """What the article says word for word is safe."""
    made = article(LEAD, PLAIN)
    english = replace(
        made.paragraphs[0].sentences[0], target="The minister presented a 5 point plan."
    )
    made = made.with_sentences({(0, 0): english})
    assert accept("The minister presented a 5 point plan.", made) == ""
    assert accept(LEAD, made) == ""


@pytest.mark.parametrize(
    ("candidate", "reason"),
    [
        ("", "only 0% of its word triples are in the article"),
        ("A star was born in Paris today.", "only 0% of its word triples are in the article"),
        (f"{LEAD} {PLAIN} Il y en a 7.", "the number “7” is not in the article"),
    ],
)
def test_a_written_summary_with_news_of_its_own_is_refused(candidate: str, reason: str) -> None:
    """What the article does not say is not shown, and the reason is."""
    assert accept(candidate, article(LEAD, PLAIN)) == reason
