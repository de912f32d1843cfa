"""The English form of names that no glossary knows."""

import pytest

from service.article import Article, Paragraph, Sentence
from service.names import canonical
from service.names.find import find
from service.names.glossary import built_in

Pair = tuple[str, str]


def decided(*pairs: Pair) -> dict[str, str]:
    """Give each French mention of an article the English form that is decided."""
    paragraphs, text = [], ""
    for french, english in pairs:
        sentence = Sentence(len(text), len(text) + len(french), french, english)
        paragraphs.append(Paragraph(sentence.start, sentence.end, (sentence,)))
        text += french + "\n"
    article = Article(text, tuple(paragraphs))
    names = canonical.decide(article, find(article, built_in()).names)
    return {mention.source: mention.english[0] for name in names for mention in name.mentions}


@pytest.mark.parametrize(
    ("pairs", "french", "english"),
    [
        pytest.param(
            [
                ("Il attend M. Montebourg.", "He is waiting for Mr. Monteburg."),
                ("Puis M. Montebourg arrive.", "Then Mr. Monteburg arrives."),
                ("Puis M. Montebourg part.", "Then Mr. Montebourg leaves."),
            ],
            "Montebourg",
            "Montebourg",
            id="a damaged majority",
        ),
        pytest.param(
            [("Il attend M. Lecointre.", "He is waiting for Mr. Lecointra.")],
            "Lecointre",
            "Lecointre",
            id="a damaged copy without a rival",
        ),
        pytest.param(
            [
                ("Le joueur Viatcheslav Fetissov est là.", "The player Vyacheslav Fetisov is in."),
                ("Puis M. Fetissov a parlé.", "Then Mr. Fetissov spoke."),
                ("Puis M. Fetissov est parti.", "Then Mr. Fetisov left."),
            ],
            "Fetissov",
            "Fetisov",
            id="a transliterated majority",
        ),
        pytest.param(
            [
                ("Elle vit à Amnéville.", "She lives in Armenville."),
                ("Elle quitte Amnéville.", "She leaves Armenville."),
                ("Elle revoit Amnéville.", "She sees Ameneville again."),
            ],
            "Amnéville",
            "Amnéville",
            id="a word that reads otherwise each time",
        ),
        pytest.param(
            [
                ("Il attend Zoé Lecointre.", "He is waiting for Zoe Lecointre."),
                ("Zoé Lecointre arrive.", "Zoé Lecointre is coming."),
                ("Zoé Lecointre parle.", "Zoe Lecointre speaks."),
            ],
            "Zoé Lecointre",
            "Zoé Lecointre",
            id="a name that lost its mark twice",
        ),
        pytest.param(
            [("Il attend Zoé Lecointre.", "He is waiting for Zoe Lecointre.")],
            "Zoé Lecointre",
            "Zoé Lecointre",
            id="a name that always lost its mark",
        ),
        pytest.param(
            [
                ("Il attend Milan Kundič.", "He is waiting for Milan Kundič."),
                ("Milan Kundič arrive.", "Milan Kundič is coming."),
            ],
            "Milan Kundič",
            "Milan Kundic",
            id="marks that English newspapers do not have",
        ),
        pytest.param(
            [("Il achète Publicis Groupe hier.", "He buys Publicis Group yesterday.")],
            "Publicis Groupe",
            "Publicis Group",
            id="a word that English spells otherwise",
        ),
        pytest.param(
            [("Il voit les Brigades Al-Qassam.", "He sees the Bigades Al-Qassam.")],
            "Brigades Al-Qassam",
            "Brigades Al-Qassam",
            id="such a word, damaged",
        ),
        pytest.param(
            [
                ("Elle vit à Heidelberg.", "She lives in Hidelberg."),
                ("Elle quitte Heidelberg.", "She leaves Heidelberg."),
            ],
            "Heidelberg",
            "Heidelberg",
            id="a single word copied once in two",
        ),
        pytest.param(
            [("Il vit à Locminé.", "He lives in Locmn.")],
            "Locminé",
            "Locminé",
            id="a single word that nothing copied",
        ),
        pytest.param(
            [
                ("Le journal Alerte sort.", "The newspaper Alerte appears."),
                ("Il lit Alerte.", "He reads Alert."),
            ],
            "Alerte",
            "Alert",
            id="a word left in French half of the time",
        ),
        pytest.param(
            [
                (
                    "Elle porte le sac de Fiona Thyssen-Marchand.",
                    "She has Fiona Thysen-Marchan's bag.",
                )
            ],
            "Fiona Thyssen-Marchand",
            "Fiona Thyssen-Marchand",
            id="one damaged word of a name",
        ),
        pytest.param(
            [("La Haute Autorité enquête.", "The Haut Authority is investigating.")],
            "Haute Autorité",
            "Haut Authority",
            id="a name translated as a whole",
        ),
        pytest.param(
            [("Voici Oumed Khouchkadamov.", "This is Umed Khushkadamo.")],
            "Oumed Khouchkadamov",
            "Umed Khouchkadamov",
            id="a name transliterated and damaged",
        ),
        pytest.param(
            [
                ("Île-de-France Mobilités grandit.", "Île-de-France Mobilités grows."),
                (
                    "Selon Ile-de-France Mobilités, tout va.",
                    "According to Ile-de-France Mobilités.",
                ),
                ("Avec Île-de-France Mobilités.", "With Île-de-France Mobilités."),
            ],
            "Ile-de-France Mobilités",
            "Île-de-France Mobilités",
            id="two spellings in the French",
        ),
        pytest.param(
            [("Elle lit Jean Copé.", "She reads Jean Cope."), ("Copé part.", "Cope is leaving.")],
            "Copé",
            "Copé",
            id="a surname that always lost its mark",
        ),
        pytest.param(
            [("La Garde Républicaine tire.", "The Republican Guard fires.")],
            "Garde Républicaine",
            "Republican Guard",
            id="words turned round",
        ),
        pytest.param(
            [("Andrian Nikolaïev dort.", "Andrian Nikolaev sleeps."), ("Il dort.", "He sleeps.")],
            "Andrian Nikolaïev",
            "Andrian Nikolaev",
            id="a mark of French alone",
        ),
        pytest.param(
            [
                ("Son mentor est Manu Dibango.", "His mentor is Manubango."),
                ("Il a vu Manu Dibango.", "He saw Manubango."),
            ],
            "Manu Dibango",
            "Manu Dibango",
            id="two words run into one",
        ),
        pytest.param(
            [("Voici Félix Antoine Tshisekedi.", "This is Flix Anoine Tshkedida.")],
            "Félix Antoine Tshisekedi",
            "Félix Antoine Tshisekedi",
            id="three damaged words",
        ),
        pytest.param(
            [("Il a vu Nana Konadu hier.", "He saw Nan Kona Kodu yesterday.")],
            "Nana Konadu",
            "Nana Konadu",
            id="two damaged words made three",
        ),
        pytest.param(
            [("La loi Monsanto Protection Act passe.", "The law Mons Protectiono passes.")],
            "Monsanto Protection Act",
            "Monsanto Protection Act",
            id="a name that lost a word",
        ),
        pytest.param(
            [("Elle dirige l'Institut Jenner.", "She runs the Jenner Institute.")],
            "Institut Jenner",
            "Jenner Institute",
            id="a name whose words English turns",
        ),
        pytest.param(
            [("Il vient des Laboratoires Bell.", "He comes from Bell Laboratories.")],
            "Laboratoires Bell",
            "Bell Laboratories",
            id="a name that English turns and spells otherwise",
        ),
        pytest.param(
            [("Voici Apolline de Malherbe.", "This is Apolline of Mal grass.")],
            "Apolline de Malherbe",
            "Apolline de Malherbe",
            id="a person with a particle",
        ),
        pytest.param(
            [("Je suis Albert Londres.", "I am Albert London.")],
            "Albert Londres",
            "Albert Londres",
            id="a surname that is a place",
        ),
        pytest.param(
            [("Le public lit Fania Noël.", "The public reads Fania Christmas.")],
            "Fania Noël",
            "Fania Noël",
            id="a surname that is a feast",
        ),
    ],
)
def test_the_form_of_a_name(pairs: list[Pair], french: str, english: str) -> None:
    """A damaged copy never wins; a transliteration and an English ending may."""
    assert decided(*pairs)[french] == english


@pytest.mark.parametrize(
    ("pairs", "french"),
    [
        ([("Il dirige un Observatoire.", "He runs an Observatory.")], "Observatoire"),
        ([("Elle a un prix et le Prix.", "She has a price and the Price.")], "Prix"),
        ([("Il rêve de l'Eurasie.", "He dreams of Eurasia.")], "Eurasie"),
        ([("Voici le Lion du Panjshir.", "This is the Lion of Panjshir.")], "Lion du Panjshir"),
        ([("La Haute Autorité agit.", "The High Authority acts.")], "Haute Autorité"),
    ],
)
def test_a_translated_word_is_left_to_the_model(pairs: list[Pair], french: str) -> None:
    """Common nouns, and words with an English ending, are no damaged names."""
    assert french not in decided(*pairs)


def test_a_minister_is_parted_from_the_ministry() -> None:
    """The later "M. Darmanin" belongs to Gérard Darmanin, not to a person called Intérieur."""
    forms = decided(
        ("Le ministre de l'Intérieur Gérard Darmanin parle.", "Minister Gérard Darmanin speaks."),
        ("M. Darmanin se tait.", "Mr. Darmani is silent."),
    )
    assert forms["Gérard Darmanin"] == "Gérard Darmanin"
    assert forms["Darmanin"] == "Darmanin"


def test_a_person_called_after_a_place_keeps_the_name_and_the_place_its_own() -> None:
    """Virginie is Virginia on a map only; an article without such a person has the place."""
    text = Sentence(0, 36, "La mère de Virginie vit en Virginie.", "The mother lives in Virginia.")
    person = Sentence(36, 59, "Virginie Guérin est là.", "Virginia Guérin is here.")
    article = Article(text.source + person.source, (Paragraph(0, 59, (text, person)),))
    names = canonical.decide(article, find(article, built_in()).names)
    english = {(m.sentence, m.start): m.english[0] for name in names for m in name.mentions}
    assert english == {(0, 11): "Virginie", (0, 27): "Virginia", (1, 0): "Virginie Guérin"}
    assert decided(("Le maire de Virginie.", "The mayor of Virginie."))["Virginie"] == "Virginia"


def test_a_surname_that_is_a_place_stays_one_when_it_stands_alone() -> None:
    """Not after the preposition of a place, and not in another article."""
    forms = decided(
        ("Il admire Albert Londres.", "He admires Albert London."),
        ("Selon Londres, tout va.", "According to London, all is well."),
    )
    assert forms["Londres"] == "Londres"
    assert decided(("Selon Londres, tout va.", "According to London."))["Londres"] == "London"
    at = decided(
        ("Il admire Albert Londres.", "He admires Albert London."),
        ("Il vit à Londres.", "He lives in London."),
    )
    assert at["Londres"] == "London"
