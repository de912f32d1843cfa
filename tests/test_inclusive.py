"""French that names both genders."""

import pytest

from service.wording.inclusive import in_one_gender


@pytest.mark.parametrize(
    ("french", "shown"),
    [
        ("Les étudiant·e·s et un·e élu•e", "Les étudiants et un élu"),
        (
            "les accusé.e.s, les citoyen.ne.s, un.e avocat.e.",
            "les accusés, les citoyens, un avocat.",
        ),
        ("tou-te-s les allié-es, un-e ami-e", "tous les alliés, un ami"),
        ("né(e), ami(e)s, citoyen(ne)s", "né, amis, citoyens"),
        (
            "acteur∙rice∙s, organisateurs.trices, prétentieux·se·s",
            "acteurs, organisateurs, prétentieux",
        ),
        ("il.elle, ceux·celles, Ils-elles", "il, ceux, Ils"),
        ("dit-elle, faites-le, va-t-en, Anne-Eve", "dit-elle, faites-le, va-t-en, Anne-Eve"),
        ("C'est fini.le jour, p.ex., www.e.se, 1.e", "C'est fini.le jour, p.ex., www.e.se, 1.e"),
        ("d'après (elle), ONU (e)", "d'après (elle), ONU (e)"),
    ],
)
def test_a_word_in_both_genders_is_shown_in_the_masculine(french: str, shown: str) -> None:
    """With points, full stops, hyphens and brackets; other words stay."""
    assert in_one_gender(french) == shown
