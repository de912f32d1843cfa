"""French that names both genders ("étudiant·e·s", "accusé.e.s", "né(e)") in the masculine.

English makes no difference, so it says the same; the feminine ending, which a model has hardly
read, breaks words and loses what comes behind: "the student.e. and the teachers".
"""

import re

POINT = "[·•‧∙]"
ENDING = "e|he|ne|le|te|ve|se|fe|ère|ière|euse|rice|trice|esse"
BOTH = re.compile(
    r"(?P<masculine>[^\W\d_]{2,})(?P<feminine>"
    rf"{POINT}[a-zà-ÿ]{{1,6}}(?:{POINT}s)?"
    rf"|(?P<mark>[.-])(?:(?:{ENDING})(?P=mark)s|es?|nes?|t?rices?)"
    rf"|\((?:{ENDING})s?\)s?)(?![\w·(-]|\.\w)"
)
PRONOUN = re.compile(rf"\b([Ii]ls?|[Cc]eux|[Cc]elui)(?:{POINT}|[./-])(?:elles?|celles?)\b")


def in_one_gender(french: str) -> str:
    """Write words that are given in both genders in the masculine."""
    return BOTH.sub(_masculine, PRONOUN.sub(r"\1", french))


def _masculine(word: re.Match[str]) -> str:
    is_plural = "s" in (word["feminine"][-1], word["feminine"].rstrip(")")[-1])
    masculine = word["masculine"]
    return masculine + "s" * (is_plural and masculine[-1] not in "sx")
