"""Paragraphs, sentences, segments, and the way back."""

import re
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.article import Article, Role
from service.split import join, render, segments, split

# Passages of French news; ¦ stands at each boundary, and nowhere else.
PASSAGES = [
    # titles
    "M. Trump a parlé à M. Poutine. ¦Le Kremlin a confirmé.",
    "MM. Macron et Scholz se sont vus à Berlin. ¦Ils ont dîné.",
    "Mme Le Pen a répondu. ¦Mlle Dupont s’est tue.",
    "Mme. Le Pen a répondu. ¦Mlle. Dupont s’est tue.",
    "Le Dr. Martin opère à Lyon. ¦Le Pr. Raoult aussi.",
    "Me Dupond-Moretti plaide demain. ¦Mgr. Aupetit sera présent.",
    "M. et Mme Durand ont porté plainte. ¦Leur avocat, Me. Lévy, l’a dit.",
    "La rue St. Jacques est fermée. ¦Ste. Anne reste ouverte.",
    "Le Gén. Dupuis et le Col. Roux témoignent. ¦Le Lt. Blanc a refusé.",
    "C’est ce qu’affirme M.\u00a0Hollande. ¦L’Élysée dément.",
    "L’entourage de M.\u202fHollande dément. ¦M.\u202fValls se tait.",
    "Il a visité le Mt. Blanc. ¦La neige fond.",
    "Ph. Lahm et Ch. de Gaulle n’ont rien en commun. ¦Rien.",
    "Le chanteur M. Pokora sera à Lille. ¦Les billets sont en vente.",
    # initials
    "Le jury a entendu M. A. ¦Il nie.",
    "J. K. Rowling publie un roman. ¦La sortie est prévue lundi.",
    "John F. Kennedy est mort en 1963. ¦Le pays était sous le choc.",
    "Le prince T.-E. Lawrence fut un espion. ¦On l’a oublié.",
    "J.-M. Le Clézio a reçu le prix. ¦Il vit à Nice.",
    "J.M. Le Clézio a reçu le prix. ¦Il vit à Nice.",
    "W. E. B. Du Bois est cité. ¦C’est rare.",
    "George W. Bush et Donald J. Trump se détestent. ¦Chacun le sait.",
    "Le ministre B. Le Maire a cédé. ¦La dette monte.",
    "R. D. Congo : la milice avance. ¦Goma craint le pire.",
    "C’est le plan B. ¦Personne n’y croit.",
    "Il a pris de la vitamine C. ¦Paris dément.",
    "Le vaccin protège contre l’hépatite B. ¦Il est remboursé.",
    "La France jouera dans le groupe A. ¦L’Allemagne est dans le groupe B.",
    "Le réseau passe à la 5G. ¦Orange investit.",
    # acronyms with full stops
    "La S.N.C.F. annonce des retards. ¦La grève continue.",
    "Les U.S.A. se retirent. ¦L’accord tient encore.",
    "Il travaille pour l’O.N.U. ¦Son frère aussi.",
    "Il travaille pour l’O.N.U. ¦Le conseil est divisé.",
    "Né en 44 av. J.-C., il régna peu. ¦Rome brûla.",
    "La cité date du IIe siècle av. J.-C. ¦Elle fut détruite en 70 apr. J.-C. par Titus.",
    "La cité fut fondée en 44 av. J.-C. ¦Rome l’ignora.",
    "Le P.-D.G. a démissionné. ¦L’action chute.",
    "L’entreprise Dupont S.A. licencie. ¦Les syndicats protestent.",
    # abbreviations before a figure or a name
    "L’article n° 3 est voté. ¦Le n° 4 attendra.",
    "Le no. 3 mondial est battu. ¦Il jouera mardi.",
    "Voir l’art. 5 du code. ¦L’al. 2 est abrogé.",
    "Il invoque l’art. L. 123-4 du code. ¦Le juge hésite.",
    "Il a été arrêté pour vol. ¦La police enquête.",
    "C’est un musée d’art. ¦Il ouvre demain.",
    "Le détail figure p. 12 du rapport. ¦Les pp. 14 à 20 manquent.",
    "Le vol. 3 et le chap. VII sont perdus. ¦La fig. 2 subsiste.",
    "Appelez le tél. 01 23 45 67 89. ¦Le service est gratuit.",
    "Il habite 12 av. Foch à Paris. ¦Sa sœur vit 3 bd. Voltaire.",
    "L’attentat du 11 sept. 2001 a tout changé. ¦Le monde a basculé.",
    "La séance du 3 janv. est annulée. ¦Celle du 7 févr. aussi.",
    "Env. 300 personnes ont défilé. ¦La police en compte 150.",
    "Le match France c. Italie est reporté. ¦Il aura lieu mardi.",
    "L’affaire Dupont c. Durand traîne. ¦Le juge s’impatiente.",
    "Il cite Hugo, op. cit., p. 40. ¦La phrase est célèbre.",
    "Comparez (cf. Annexe 2) les deux textes. ¦Ils diffèrent.",
    "Un pays neutre, p. ex. La Suisse, peut aider. ¦Berne y songe.",
    "Il y a un risque, i.e. Une faillite est possible.",
    "Un message c.-à-d. Une menace. ¦La police enquête.",
    "La loi (réf. A-12) est entrée en vigueur. ¦Elle sera contestée.",
    "Le parti a perdu des voix (env. 10 %). ¦Le chef s’en va.",
    "Il a gagné 3 M. d’euros en 2019. ¦Il a tout perdu.",
    "La déclaration, datée du 1er mai, est fausse. ¦Le 2e texte est vrai.",
    "François Ier. régna longtemps. ¦Henri II lui succéda.",
    "Warner Bros. Discovery licencie. ¦Le titre chute.",
    # abbreviations that end a sentence
    "On y trouve des fruits, des légumes, etc. ¦Le marché ouvre à 8 h.",
    "On y trouve des fruits, des légumes, etc. et du pain. ¦Le marché ouvre à 8 h.",
    "Les ministres, les préfets, etc., étaient là. ¦Aucun n’a parlé.",
    "Le vol décolle à 8 a.m. ¦Il arrive à midi.",
    "La réunion commence à 9 h a.m. et finit à midi. ¦Tous viendront.",
    "Le village est à 12 km. ¦La route est coupée.",
    "Le colis pèse 5 kg. ¦Il vient de Chine.",
    "Il a couru le 100 m. ¦Personne ne l’a battu.",
    "Le procès a duré 10 min. ¦Le juge a ri.",
    "La marque appartient à Nestlé et Cie. ¦Elle est suisse.",
    "Le roi Louis XIV. ¦Un règne sans fin.",
    "Il vit dans le 11e arr. ¦Il y travaille.",
    "Martin Luther King Jr. ¦Il avait un rêve.",
    # figures, hours, money, addresses
    "Le PIB a crû de 2.5 % en 2019. ¦Le chômage recule.",
    "Le chômage atteint 9,4 %. ¦C’est un record.",
    "La dette s’élève à 2.000.000 d’euros. ¦Elle grossit.",
    "Le train part à 15 h 30. ¦Il arrive à 17h45.",
    "Le train part à 15 h. ¦Il arrive à 17 h.",
    "L’audience a débuté à 15.30. ¦Elle a duré deux heures.",
    "Le score était de 3-2. ¦Le public était ravi.",
    "La version 2.0 sort en 2018. ¦La 3.1 suivra.",
    "Le site www.lemonde.fr est en panne. ¦Les lecteurs râlent.",
    "Lire sur https://www.exemple.fr/a.html?x=1. ¦La page est longue.",
    "Lire sur https://www.exemple.fr/Alors.Html pour la suite. ¦La page est longue.",
    "Écrivez à jean.dupont@exemple.fr. ¦Il répondra.",
    "Écrivez à Jean.Dupont@Exemple.Fr pour la suite. ¦Il répondra.",
    "Amazon.com licencie. ¦Booking.com embauche.",
    "Il a été élu en 1981. ¦En 1988, il fut réélu.",
    "La température était de 38,5 °C. ¦Il faisait chaud.",
    "L’essence coûte 1,80 €. ¦Le gazole baisse.",
    "Il était né le 3.5.1950. ¦Il avait 67 ans.",
    "Le budget passe de 3 Md€ à 4 Md€. ¦La gauche s’indigne.",
    "Le match est fini. ¦10 000 supporters chantent.",
    "Le hashtag a pris. ¦#MeToo est partout. ¦@lemonde en parle.",
    # question and exclamation marks, ellipses
    "Que faire ? ¦Attendre.",
    "Qui l’a tué ? et pourquoi ? ¦Nul ne sait.",
    "Assez ! crient-ils. ¦La foule avance.",
    "Quoi ?! ¦C’est impossible !!! ¦Il partit.",
    "Il hésite… puis renonce. ¦Elle attend…",
    "Il hésite... puis renonce. ¦Elle attend...",
    "Il hésita… ¦Puis il renonça.",
    "Il hésita... ¦Puis il renonça.",
    "Il a dit […] que tout allait bien. ¦Personne ne l’a cru.",
    "Il a cité le texte [...] Jamais il n’a cédé. ¦Le juge a tranché.",
    "Yahoo! rachète Tumblr. ¦Le prix est secret.",
    # quotations
    "« Je pars », a dit M. Poutine. ¦Il n’est pas revenu.",
    "« Je pars. » ¦Il claqua la porte.",
    "« Je pars. », a-t-il dit. ¦Il claqua la porte.",
    "« Qui est là ? » demanda-t-il. ¦Personne ne répondit.",
    "« Dehors ! », a-t-il crié. ¦La foule a obéi.",
    "« C’est fini… », souffle-t-elle. ¦Le silence retombe.",
    "« Je pars. ¦Je ne reviendrai pas », a dit M. Trump. ¦Il est resté.",
    "« On a perdu. ¦On va travailler. ¦On reviendra. » ¦Le capitaine était ému.",
    "Le ministre l’a juré : « Nous tiendrons. » ¦Les élus doutent.",
    "Le ministre l’a juré : « Nous tiendrons ». ¦Les élus doutent.",
    'Le ministre l’a juré : " Nous tiendrons. " ¦Les élus doutent.',
    '"Je pars", a dit M. Poutine. ¦"Adieu." ¦Il claqua la porte.',
    "“Je pars.” ¦Il claqua la porte.",
    '"Qui est là ?" demanda-t-il. ¦Personne ne répondit.',
    "« “Non”, a-t-elle dit. ¦Puis elle a ri », raconte un témoin. ¦Il rit encore.",
    "Il a crié « au feu ! » et s’est enfui. ¦On l’a arrêté.",
    "«Je pars.» ¦«Non, reste.»",
    "Selon lui, « M. Trump ment ». ¦La Maison-Blanche dément.",
    "Il a menti. ¦« C’est faux », dit-il.",
    "Il a menti. ¦« faux ! », dit-il.",
    "Le film « Qui veut la peau ? » sort lundi. ¦Il dure deux heures.",
    # brackets, dashes, colons
    "Le maire (PS) a voté non. ¦(Il votera oui demain.) ¦Le conseil hésite.",
    "Le maire (qui l’ignorait !) a voté. ¦Le conseil hésite.",
    "L’équipe (3e l’an dernier, 1re cette année.) gagne. ¦Elle jubile.",
    "Le vote est acquis (121 voix contre 98). ¦Le texte part au Sénat.",
    "Tu viens ? ¦– Non. ¦La porte se ferme.",
    "Deux cas : un à Paris, un à Lyon ; aucun ailleurs. ¦L’alerte est levée.",
    "PARIS (AFP) – Le président est arrivé. ¦Il repart demain.",
    "PARIS, 3 mars (Reuters) - Le CAC 40 monte. ¦Wall Street baisse.",
    # no blank, capitals, other starts
    "Il est parti.¦Alors elle a pleuré. ¦Fin.",
    "Il est parti !¦Alors elle a pleuré.",
    "Il est parti à Paris.¦L’Élysée se tait.",
    "Il est né en 1950.¦Il vit à Paris.",
    "« Je pars ».¦Il claqua la porte.",
    "La mairie ferme.¦« C’est triste », dit-il.",
    "M.Trump a parlé à Mme.Merkel. ¦Le Kremlin dément.",
    "LE PRÉSIDENT EST MORT. ¦LA FRANCE PLEURE.",
    "Il a signé. ¦À Paris, on jubile. ¦Élu en mai, il part. ¦Œuvre close.",
    "Il est mort au Cap. ¦L’Afrique du Sud est en deuil.",
    "Karim B., 25 ans, nie. ¦Le complice de Karim B. a fui. ¦On cherche Karim B. ¦Il court.",
    "La Corée du Nord a tiré un missile. ¦Le Japon proteste. ¦Séoul se tait.",
]


def shown(article: Article) -> list[list[str]]:
    """Show the sentences of each paragraph."""
    return [[s.source for s in paragraph.sentences] for paragraph in article.paragraphs]


@pytest.mark.parametrize("passage", PASSAGES)
def test_a_sentence_ends_where_a_reader_ends_it(passage: str) -> None:
    """Abbreviations, quotations, figures and forgotten blanks lead no boundary astray."""
    assert shown(split(passage.replace("¦", ""))) == [[s.strip() for s in passage.split("¦")]]


PARAGRAPHS = {
    "a blank line": ("Un.\n\nDeux.\n \t \nTrois.", ["Un.", "Deux.", "Trois."]),
    "a line of its own": (
        "Le titre du jour\nPar Jean Dupont\nLe président a parlé.",
        ["Le titre du jour", "Par Jean Dupont", "Le président a parlé."],
    ),
    "every line end of Unicode": (
        "Un.\r\nDeux.\rTrois.\x85Quatre.\u2028Cinq.\u2029Six.\x0cSept.\x0bHuit.",
        ["Un.", "Deux.", "Trois.", "Quatre.", "Cinq.", "Six.", "Sept.", "Huit."],
    ),
    "prose wrapped at 60 columns": (
        "Le président américain a parlé au téléphone avec Vladimir\n"
        "Poutine, mardi, pour discuter des points chauds du monde. La\n"
        "conversation a duré plus d’une heure, selon la présidence.\n"
        "\n"
        "    Le Kremlin a confirmé l’appel, sans donner de détails sur\n"
        "    le contenu des échanges.\n"
        "Un communiqué suivra.\n",
        [
            "Le président américain a parlé au téléphone avec Vladimir\n"
            "Poutine, mardi, pour discuter des points chauds du monde. La\n"
            "conversation a duré plus d’une heure, selon la présidence.",
            "Le Kremlin a confirmé l’appel, sans donner de détails sur\n"
            "    le contenu des échanges.",
            "Un communiqué suivra.",
        ],
    ),
    "lines too long to be wrapped": (
        "Le président américain a parlé au téléphone avec son homologue russe, mardi soir.\n"
        "Moscou a confirmé l’appel, sans donner de détails sur le contenu des échanges.\n"
        "Paris se tait.",
        [
            "Le président américain a parlé au téléphone avec son homologue russe, mardi soir.",
            "Moscou a confirmé l’appel, sans donner de détails sur le contenu des échanges.",
            "Paris se tait.",
        ],
    ),
    "a quotation mark that a wrap left alone": (
        "Le président américain a dit que « tout allait pour le mieux\n» dans son pays.",
        ["Le président américain a dit que « tout allait pour le mieux\n» dans son pays."],
    ),
    "the items of a list": (
        "Trois mesures :\n- baisser l’impôt ;\n  • aider les villes\n"
        "2. Voter une loi.\na) ou deux\nIII. La suite",
        [
            "Trois mesures :",
            "baisser l’impôt ;",
            "aider les villes",
            "Voter une loi.",
            "ou deux",
            "La suite",
        ],
    ),
    "a name that looks like an item": (
        "V. Poutine est là.\nM. Trump aussi.\n2017 fut rude.",
        ["V. Poutine est là.", "M. Trump aussi.", "2017 fut rude."],
    ),
}


@pytest.mark.parametrize(("text", "expected"), PARAGRAPHS.values(), ids=PARAGRAPHS.keys())
def test_a_paragraph_ends_where_a_reader_ends_it(text: str, expected: list[str]) -> None:
    """Line ends part paragraphs unless they only wrap prose, and bullets are layout."""
    article = split(text)
    assert [article.text[p.start : p.end] for p in article.paragraphs] == expected
    assert {p.role for p in article.paragraphs} == {Role.TEXT}


def test_a_title_is_the_first_paragraph() -> None:
    """A title given apart goes before the text, and the offsets count it."""
    article = split("  Il part.", title="Trump part")
    assert article.text == "Trump part\n\n  Il part."
    assert [(p.role, p.start, p.end) for p in article.paragraphs] == [
        (Role.TITLE, 0, 10),
        (Role.TEXT, 14, 22),
    ]


@pytest.mark.parametrize("date", ["2017-11", "2017-11-21"])
def test_a_dateline_at_the_start_stands_apart(date: str) -> None:
    """The label of an archive is a paragraph of its own; the rest of its line is text."""
    article = split(f" date {date} Le président a parlé. Il rit.\n", title="Trump")
    assert [p.role for p in article.paragraphs] == [Role.TITLE, Role.DATELINE, Role.TEXT]
    assert shown(article)[1:] == [[f"date {date}"], ["Le président a parlé.", "Il rit."]]


@pytest.mark.parametrize(
    "text", ["La date 2017-11 est connue.", "date 2017-114 x", "Le\n\ndate 2017-11 x"]
)
def test_a_date_elsewhere_is_text(text: str) -> None:
    """Only a whole label at the very start is a dateline."""
    assert Role.DATELINE not in {p.role for p in split(text).paragraphs}


def test_blank_text_has_no_paragraphs() -> None:
    """Nothing but blanks is all layout."""
    for blank in ("", " \n\u2029\u00a0\t"):
        assert split(blank) == Article(blank, ())
        assert render(split(blank)).translation == blank


BITS = [
    *" \n\r\t.!?…«»\"'’“”-–•,;:()[]@#",
    *"aàéMALz19",
    "\r\n",
    "\u00a0",
    "\u2029",
    "\x0c",
    "\x85",
]
WORDS = [
    "etc.",
    "M.",
    "date 2017-11",
    "1. ",
    "a) ",
    "http://a.b/",
    "un mot ",
    "Le Président ",
    "x" * 45,
]
ODD_TEXT = st.text() | st.lists(st.sampled_from(BITS + WORDS), max_size=60).map("".join)
LAYOUT = re.compile(r"\s*([^\w\s]|#{1,6}|\d{1,2}[.)]|[a-z]\)|\([a-z\d]\))?\s*")


@given(ODD_TEXT, st.none() | ODD_TEXT)
def test_join_undoes_split(text: str, title: str | None) -> None:
    """No character is lost or added, whatever the text."""
    article = split(text, title=title)
    assert join(article) == article.text == (f"{title}\n\n{text}" if title else text)


@given(ODD_TEXT)
def test_offsets_point_at_the_pieces(text: str) -> None:
    """Paragraphs and sentences are in order, trimmed, and nothing but layout lies between them."""
    article = split(text)
    at = 0
    for paragraph in article.paragraphs:
        assert (paragraph.start, paragraph.end) == (
            paragraph.sentences[0].start,
            paragraph.sentences[-1].end,
        )
        for sentence in paragraph.sentences:
            assert LAYOUT.fullmatch(text, at, sentence.start)
            assert text[sentence.start : sentence.end] == sentence.source == sentence.source.strip()
            assert sentence.source
            at = sentence.end
    assert not text[at:].strip()


def translated(article: Article) -> Article:
    """Give every sentence a target, even the datelines."""
    return article.with_sentences(
        {(p, s): replace(sentence, target=f"[{p}.{s}]") for p, s, sentence in article.sentences()}
    )


def test_render_keeps_the_layout() -> None:
    """Blanks, bullets and line ends stay to the character, the dateline too."""
    text = " date 2017-11 Il part.\r\n\r\n\t- Elle rit.\u00a0 Il dort.\n\n\n"
    article = render(translated(split(text)))
    assert article.translation == " date 2017-11 [1.0]\r\n\r\n\t- [2.0]\u00a0 [2.1]\n\n\n"


def test_render_parts_sentences_that_touch() -> None:
    """A blank forgotten in the French is not forgotten in the English."""
    assert render(translated(split("Il part.Alors elle rit."))).translation == "[0.0] [0.1]"


@given(ODD_TEXT)
def test_render_places_every_target(text: str) -> None:
    """The target offsets point at each target in the English text."""
    article = render(translated(split(text)))
    for p, _, sentence in article.sentences():
        placed = article.translation[sentence.target_start : sentence.target_end]
        assert placed == sentence.target
        assert (article.paragraphs[p].role is Role.DATELINE) == (sentence.target == sentence.source)


def count_words(text: str) -> int:
    """Count as a model might: a token for every four characters of a word."""
    return sum(-(-len(word) // 4) for word in text.split())


@pytest.mark.parametrize(
    ("sentence", "limit", "expected"),
    [
        ("Il part.", 3, ["Il part."]),
        (" Il part . ", 9, [" Il part . "]),
        (
            "Il part ce soir de Paris ; elle, qui reste, et rit.",
            12,
            ["Il part ce soir de Paris ;", "elle, qui reste, et rit."],
        ),
        ("Il a dit non, et elle a ri.", 6, ["Il a dit non,", "et elle a ri."]),
        ("Le vieux roi dort et la reine veille", 7, ["Le vieux roi dort", "et la reine veille"]),
        ("le chef Vladimir Poutine est venu ici", 8, ["le chef Vladimir Poutine", "est venu ici"]),
        ("abcdefgh", 1, ["abcd", "efgh"]),
        ("", 1, [""]),
        ("a", 0, ["a"]),
    ],
)
def test_a_sentence_is_cut_at_clauses(sentence: str, limit: int, expected: list[str]) -> None:
    """A sentence over the limit is cut at the strongest boundary near its middle."""
    assert segments(sentence, count_words, limit) == expected


@given(ODD_TEXT, st.integers(min_value=-1, max_value=20))
def test_segments_lose_nothing(sentence: str, limit: int) -> None:
    """All characters but blanks are there in order, and each piece is within the limit."""
    pieces = segments(sentence, count_words, limit)
    assert "".join("".join(pieces).split()) == "".join(sentence.split())
    assert all(count_words(piece) <= limit or len(piece) <= 1 for piece in pieces)


@given(ODD_TEXT, st.integers(min_value=12, max_value=20))
def test_segments_keep_words_whole(sentence: str, limit: int) -> None:
    """No word is cut that is within the limit itself."""
    pieces = segments(sentence, count_words, limit)
    if all(count_words(word) <= limit for word in sentence.split()):
        assert " ".join(pieces).split() == sentence.split()


@pytest.mark.parametrize(
    "sentence",
    [
        "le président a dit que la crise durera et que, dit-il, rien ne va " * 400,
        "x" * 10_000,
        "x " + "y" * 10_000 + " z" * 2_000,
        ";" * 10_000,
        " ;" * 10_000,
    ],
    ids=["5,600 words", "no blank", "one huge word", "semicolons", "spaced semicolons"],
)
def test_a_huge_sentence_is_cut_in_a_moment(sentence: str) -> None:
    """Cutting takes near linear time, whatever the sentence."""
    begun = time.process_time()
    pieces = segments(sentence, count_words, 100)
    assert time.process_time() - begun < 2
    assert max(map(count_words, pieces)) <= 100
    assert "".join("".join(pieces).split()) == "".join(sentence.split())


@pytest.mark.parametrize(
    "unit",
    [
        "Le vieux roi dort. ",
        "M. ",
        "« ",
        ". ",
        ".",
        "a",
        "Il part.Il rit.",
        "\n",
        "- a\n",
        "ab@Cd.Ef",
    ],
)
def test_splitting_takes_linear_time(unit: str) -> None:
    """200,000 characters of anything take a moment, in one paragraph or in thousands."""
    text = unit * (200_000 // len(unit))
    begun = time.process_time()
    assert join(split(text)) == text
    assert time.process_time() - begun < 5
