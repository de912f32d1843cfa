"""Formulas of French news agencies in a wording that a small model knows.

It writes "made twelve deaths" for "a fait douze morts", and "killed twelve people" for "a tué douze
personnes"; "a-t-on appris de source policière" is "selon une source policière" to it.
"""

import re
from collections.abc import Mapping

from service.wording.number_words import CARDINAL

AUXILIARY = r"(?:a|ont|avait|avaient|aurait|auraient|avoir|ayant)(?: (?:déjà|également|aussi))?"
DONE = ("tué", "blessé")
# What stands in the place of "fait" in its other tenses.
TENSES: Mapping[str, tuple[str, str]] = {
    "fait": ("tue", "blesse"),
    "font": ("tuent", "blessent"),
    "fit": ("tua", "blessa"),
    "firent": ("tuèrent", "blessèrent"),
    "faisait": ("tuait", "blessait"),
    "faire": ("tuer", "blesser"),
    "faisant": ("tuant", "blessant"),
}
FAIT = rf"(?:(?P<auxiliary>{AUXILIARY}) fait|(?P<tense>{'|'.join(TENSES)}))"
ABOUT = r"(?:au moins|plus de|près de|moins de|environ|quelque|jusqu'à)"
DOZENS = r"(?:(?:une|plusieurs|des|quelques) )(?:[dvtqc][a-z]+aines?|milliers?) de"
NUMBER = rf"(?:{ABOUT} )?(?:{DOZENS}|\d(?:[\d .]*\d)?|plusieurs|{CARDINAL})"
DEAD = rf"(?P<dead>{NUMBER}) morts?(?![\w-])"
INJURED = r"blessés?(?![\w-]| (?:grave|léger))"
AND_INJURED = rf"(?: et (?P<injured>{NUMBER}) {INJURED})?(?! (?:et|ou) (?:\S+ )?disparu)"
TOLL = re.compile(rf"\b{FAIT} (?:{DEAD}{AND_INJURED}|(?P<hurt>{NUMBER}) {INJURED})", re.IGNORECASE)

SAID = r"(?:a-t-on (?:appris|indiqué|précisé|confirmé|affirmé)|(?:apprend|indique-t|précise-t)-on)"
SOURCES = {
    rf"{SAID} de même source": "selon la même source",
    rf"{SAID} de source ": "selon une source ",
    rf"{SAID} de sources ": "selon des sources ",
    rf"{SAID} auprès du ": "selon le ",
    rf"{SAID} auprès des ": "selon les ",
    rf"{SAID} auprès (?:de |d')": "selon ",
}
SAID_BY = re.compile("|".join(f"({pattern})" for pattern in SOURCES))
ACCORDING_TO = tuple(SOURCES.values())


def plainly(french: str) -> str:
    """Reword the formulas in a sentence in the typography of the model."""
    if "-on " in french:  # a look that costs little
        french = SAID_BY.sub(lambda said: ACCORDING_TO[(said.lastindex or 1) - 1], french)
    if "mort" in french or "blessé" in french:
        french = TOLL.sub(_told, french)
    return french


def _told(toll: re.Match[str]) -> str:
    """Say with verbs how many were killed and injured."""
    killed, injured = TENSES[toll["tense"].lower()] if toll["tense"] else DONE
    before = f"{toll['auxiliary']} " if toll["auxiliary"] else ""
    if toll["hurt"]:
        return f"{before}{injured} {_so_many(toll['hurt'], 'personne')}"
    told = f"{before}{killed} {_so_many(toll['dead'], 'personne')}"
    return f"{told} et {injured} {_so_many(toll['injured'], 'autre')}" if toll["injured"] else told


def _so_many(number: str, noun: str) -> str:
    if number.lower() in ("un", "une"):
        return f"une {noun}"
    return f"{number} {noun}s".replace(" de autres", " d'autres")
