"""Negation: whether what the French denies is denied in the English.

An English word of denial that another French word accounts for ("sans", "without") does not answer
to "ne ... pas", which needs one of its own.
"""

import re

FRENCH = re.compile(
    r"(?<!\brien )\b(?:ne |n['’])(?!arrêt\w+ pas de|(?:manqu|hésit)(?:ez|ons) pas|(?:pas )?oubli)"
    r"(?:\w+['’ -]){0,4}?(?:pas|jamais|guère|aucune?)\b(?! cess\w+)"
    r"|\b(?:personne|aucune?) [^,;]{0,30}\b(?:ne |n['’])"
    r"|\b(?:mais|et|ou|si|sûrement|certainement|surtout|pourquoi|bien)(?: non)?,? pas\b"
    r"|(?:^|[,(–-] )pas\b(?! à pas| moins)|\bnon pas\b",
    re.IGNORECASE,
)
# "More than" and "also" answer to "not only".
FRENCH_NOT_ONLY = re.compile(r"\bpas (?:qu[e'’]|seulement|uniquement|simplement)", re.IGNORECASE)
ENGLISH_MORE = re.compile(
    r"\b(?:more|beyond|addition\w*|besides|as\s+well|aside|apart|also|even|too|other)\b", re.I
)
# Beginnings and ends that deny, and words that only look so: "until", "uniform", "nevertheless".
UN = r"un(?!der|it|iver|less|til|ion|iq|if|anim|employ|veil|like\b)[a-z-]{4,}"
DIS = (
    r"dis(?:agree|allow|approv|belie|content|hones|inclin|interest|lik|loyal|obey|pleas|prov|put"
    r"|regard|respect|satisf|trust)[a-z]*"
)
IN = (
    r"in(?:complete|correct|capable|sufficient|ability|adequate|accessible|visible|valid"
    r"|conclusive)\w*|im(?:possible|proper)|il(?:legal|literate)\w*|ir(?:regular|relevant"
    r"|responsible)\w*"
)
LESS = r"(?!(?:never|none|regard|relent|doubt|un)(?:the)?less)[a-z]+less"
ENGLISH_WORDS = rf"""
    not never no nor non none nothing nobody nowhere neither cannot without hardly barely scarcely
    (?<!a\s)(?<!last\s)(?<!past\s)(?<!next\s)few (?<!a\s)little still yet\s+to doubt\w*
    far\s+from beyond unless instead rather\s+than wrong
    fail(?:s|ed|ing|ure)? f[ae]ll(?:s|ing)?\s+short lack(?:s|ed|ing)? refus\w+ declin\w+\s+to
    avoid\w* den(?:y|ies|ied|ying) prevent\w* stop\w* keep\w*\s+\w+\s+from absen\w+ ruled?\s+out
    {LESS} non(?!etheless)[a-z-]{{4,}} {UN} {DIS} {IN}
"""
ENGLISH = re.compile(rf"\b(?:{'|'.join(ENGLISH_WORDS.split())})\b|n['’]t\b", re.IGNORECASE)

# What begins like "inutile" and denies nothing.
NO_DENIAL = (
    r"désorm|désign|désert|désast|illust|impact|impér|impliq|implor|impor|impos[éa]|impress|imméd"
    r"|immer|immig|inaug|incarc|incend|incit|incid|inclu|inculp|indica|indiq|individ|indus|infec"
    r"|inflig|influ|inform|init|injec|inqui|insist|inspir|instal|instau|instru|insul|insur|intég"
    r"|intell|intens|inter|intér|inti|inven|inves|invit|invoq"
)
PREFIXED = (
    r"i(?:m[mpb]|n|rr|ll)\w{3,}"
    r"(?:bles?|e?ants?|i[fv]e?s?|elle?s?|ée?s?|ente?s?|al|ales?|aux|iles?|stes?|bres?)|inconnu\w*"
    r"|dés[aeiou]\w{3,}|mal(?:adroit|heur|honnête|sain)\w*|mé(?:connu|content)\w*|non-\w+"
)
# French words, and the English words of denial that they account for.
ACCOUNTED = tuple(
    (re.compile(rf"\b(?:{french})\b", re.IGNORECASE), re.compile(rf"\b(?:{english})\b", re.I))
    for french, english in (
        (
            r"sans(?! cesse| doute| qu[e'’])|hors|dépourvu\w*",
            r"without|[a-z]+less|un\w+|in\w+|non\w+|no",
        ),
        (rf"(?!{NO_DENIAL})(?:{PREFIXED})", rf"{UN}|{IN}|{DIS}|{LESS}|non[a-z-]{{4,}}"),
        (r"peu|à peine|rarement|difficile\w*", r"few|little|hardly|barely|scarcely|un\w+"),
        (r"refus\w+|nie\w*|déni\w*", r"refus\w+|declin\w+\s+to|den(?:y|ies|ied|ying)"),
        (
            r"évit\w+|emp[êe]ch\w+|prév\w+|arrêt\w+|(?<!sans )cess\w+|stop\w*",
            r"avoid\w*|prevent\w*|stop\w*",
        ),
        (r"manqu\w+|échou\w+|échec\w*|défaut|faute|faill\w+|pénurie\w*", r"lack\w*|fail\w*"),
        (r"torts?|faux|fausse\w*|erreurs?|mauvais\w*|tromp\w*|mal", r"wrong"),
        (r"absen\w*", r"absen\w*"),
        (r"encore|toujours|malgré|quand même|reste\w*|demeure\w*", r"still"),
        (r"plutôt", r"rather\s+than"),
        (r"au lieu", r"instead"),
        (r"au-delà|dépass\w+", r"beyond"),
        (r"sauf|à moins", r"unless"),
        (r"non(?! plus| seulement|\s*\?)", r"no|non\w+"),
        (r"rien", r"nothing|useless"),
    )
)


def is_lost(source: str, target: str) -> bool:
    """Tell whether the French denies something and the English has no word left for it."""
    if not FRENCH.search(source):
        return False
    if FRENCH_NOT_ONLY.search(source) and ENGLISH_MORE.search(target):
        return False
    rest = FRENCH.sub(" ", source)
    for french, english in ACCOUNTED:
        if count := len(french.findall(rest)):
            target = english.sub("", target, count=count)
    return not ENGLISH.search(target)
