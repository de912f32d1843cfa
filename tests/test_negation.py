"""Negation that gets lost."""

import pytest

from service.negation import is_lost


@pytest.mark.parametrize(
    ("french", "english"),
    [
        ("Il ne viendra pas.", "He will come."),
        ("Aucun député n'a voté.", "The deputies voted."),
        ("Ces mesures ne sont pas sans risque.", "These measures are without risk."),
        ("Il chante bien, mais pas toujours.", "He sings well, but always."),
        ("Il est encore là et ne partira pas.", "He is still here and will leave."),
        ("Néanmoins, il n'a pas parlé.", "Nevertheless, he has spoken."),
        ("Il n'a pas parlé ces dernières années.", "He has spoken in the last few years."),
        ("Ils ne déclarent pas la maladie.", "They report the disease."),
        ("Il n'accepte pas d'inconnus.", "He accepts unknown people."),
        ("Il ne dit pas que tout va bien.", "He says that all is well."),
        ("C'est non pas une école mais une prison.", "It is a school but a prison."),
        ("Il ne s'agit pas seulement de donner.", "It is just about giving."),
    ],
)
def test_a_negation_with_no_word_of_its_own_is_lost(french: str, english: str) -> None:
    """A word that another French word accounts for does not answer to the negation."""
    assert is_lost(french, english)


@pytest.mark.parametrize(
    ("french", "english"),
    [
        ("Cela n'empêchera pas la crise.", "This will not prevent the crisis."),
        ("Il ne viendra pas.", "He won't come."),
        ("Il n'a pas encore parlé.", "He has yet to speak."),
        ("Ce n'est pas clair.", "It is unclear."),
        ("Il ne parle pas que de lui.", "He talks of more than himself."),
        ("Les prix n'ont pas cessé de monter.", "Prices have gone on rising."),
        ("Ces mesures ne sont pas sans risque.", "These measures are not without risk."),
        ("Ils n'arrêtent pas de crier.", "They keep on shouting."),
        ("Ne manquez pas la fête.", "Be sure to see the fair."),
        ("N'oubliez pas vos papiers.", "Keep your papers on you."),
        ("Il ne s'agit pas seulement de donner.", "It takes more than giving."),
        ("Il n'y a pas que la pluie.", "There is also the rain."),
        ("N'hésitez pas à venir.", "Feel free to come."),
        ("Il est mort sans que jamais on ne l'ait pas cru.", "He died without being believed."),
        ("Pas moins de dix hommes sont là.", "As many as ten men are there."),
        ("Il n'a pas voulu parler.", "He declined to speak."),
        ("Les ventes n'ont pas suivi.", "Sales fell short."),
        ("Ils n'ont pas pu entrer, a indiqué Paul.", "They were unable to enter, Paul said."),
        ("Il court sans cesse pour ne pas grossir.", "He runs all day to avoid gaining weight."),
        ("Il vient sans bruit.", "He comes in silence."),
        ("Il a fait un pas de plus.", "He took one step more."),
    ],
)
def test_a_negation_said_in_other_words_is_there(french: str, english: str) -> None:
    """Prefixes, "yet to" and idioms deny too; a step is no negation."""
    assert not is_lost(french, english)
