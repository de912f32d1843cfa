"""Settle the names of a translated article: verify every mention, repair what is wrong, report.

The ladder, cheapest rung first: the model's own rendering; the stretch that sounds alike, written
over (`mend`); another hypothesis, the name marked in the French, forced into place, or put into the
French (`ladder`). A mention that no rung puts right is `unresolved` and its sentence gets a flag. A
translation that shows its names, or that a person has confirmed, is never touched.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from service.article import Article, Flag, FlagKind, How, Mention, Name, Sentence, Severity
from service.decoding import Translate
from service.names import canonical, capitals, countries, honorifics, ladder
from service.names.find import Found, FoundMention, FoundName
from service.names.harmonise import harmonise
from service.names.mend import Claim, Claims, Mended, Place, claims_of, mend_all
from service.names.strays import strays


def settle(
    article: Article,
    found: Found,
    translate: Translate,
    *,
    is_sound: ladder.Sound = lambda source, target: True,
    follows_marks: bool = False,
) -> Article:
    """Put the names of a translated article right and write its ledger.

    Args:
        article: every sentence has its `target`.
        found: the names of the article.
        translate: asked, in three calls at most, about sentences that cannot be mended cheaply.
        is_sound: whether the English of a French sentence shows no grave fault; a sound one is
            not given up for its names.
        follows_marks: its model was trained with marked terms.

    Returns:
        The article with mended targets, flags on unresolved sentences, and `names`.
    """
    sentences = {(p, s): sentence for p, s, sentence in article.sentences()}
    lengths = {place: len(sentence.source) for place, sentence in sentences.items()}
    drafts = {place: sentence.target for place, sentence in sentences.items()}
    confirmed = {place for place, sentence in sentences.items() if sentence.is_confirmed}
    names = canonical.decide(article, found.names)
    claims = claims_of(names, lengths)
    mended = mend_all(drafts, claims, confirmed)
    agreed = harmonise(names, _readings(claims, mended))
    if agreed != names:
        names, claims = agreed, claims_of(agreed, lengths)
        mended = mend_all(drafts, claims, confirmed)
    mended = ladder.climb(
        mended, claims, sentences, translate, is_sound, follows_marks=follows_marks
    )
    mended = _polished(mended, claims, sentences)
    return capitals.give_back(_written(article, names, claims, mended))


def _polished(
    mended: Mapping[Place, Mended], claims: Claims, sentences: Mapping[Place, Sentence]
) -> dict[Place, Mended]:
    """Put right what stands before the names."""
    full_stop = honorifics.wants_full_stop(one.target for one in mended.values())
    polished = dict(mended)
    for place, one in mended.items():
        if not sentences[place].is_confirmed:
            mine = claims.by_sentence[place]
            one = honorifics.polish(one, sentences[place].source, mine, full_stop)
            polished[place] = countries.polish(one)
    return polished


def _readings(claims: Claims, mended: Mapping[Place, Mended]) -> dict[FoundMention, str]:
    """Say what each mention reads as, where it was found."""
    return {
        claim.mention: mended[place].target[span.start : span.end]
        for place, mine in claims.by_sentence.items()
        for claim, span in zip(mine, mended[place].spans, strict=True)
        if span
    }


def _written(
    article: Article, names: Sequence[FoundName], claims: Claims, mended: Mapping[Place, Mended]
) -> Article:
    """Write the mended sentences and the ledger into a copy of the article."""
    mentions: dict[FoundMention, Mention] = {}
    changed: dict[Place, Sentence] = {}
    for p, s, sentence in article.sentences():
        mine = claims.by_sentence.get((p, s), ())
        if mine:
            changed[p, s] = _mended_sentence(sentence, mine, mended[p, s])
            mentions |= _mentions([c.mention for c in mine], mended[p, s])
    rows = tuple(_row(name, mentions) for name in names)
    return replace(article.with_sentences(changed), names=rows)


def _mentions(found: Sequence[FoundMention], mended: Mended) -> dict[FoundMention, Mention]:
    mentions = {}
    for one, span, how in zip(found, mended.spans, mended.hows, strict=True):
        mention = Mention(one.paragraph, one.sentence, one.start, one.end, one.source, how)
        if span:
            text = mended.target[span.start : span.end]
            mention = replace(mention, target_start=span.start, target_end=span.end, target=text)
        mentions[one] = mention
    return mentions


def _row(name: FoundName, mentions: Mapping[FoundMention, Mention]) -> Name:
    """Write a row of the ledger; its canonical form is that of the fullest mention."""
    fullest = max(name.mentions, key=lambda mention: len(mention.source))
    rows = tuple(mentions[mention] for mention in name.mentions)
    return Name(fullest.english[0], name.type, name.origin, rows)


def _mended_sentence(sentence: Sentence, mine: Sequence[Claim], mended: Mended) -> Sentence:
    missing = [
        _said_missing(claim.mention)
        for claim, how in zip(mine, mended.hows, strict=True)
        if how is How.UNRESOLVED
    ]
    damaged = [
        f"“{text}” looks like “{form}”, which is there too"
        for text, form in strays(sentence.source, mended.target, mended.spans, mine)
        if not sentence.is_confirmed
    ]
    flags = tuple(Flag(FlagKind.NAME, Severity.AMBER, detail) for detail in (*missing, *damaged))
    score = sentence.score if mended.score is None else mended.score
    return replace(sentence, target=mended.target, score=score, flags=(*sentence.flags, *flags))


def _said_missing(mention: FoundMention) -> str:
    """Say what the English lacks; a name may read the same in both languages."""
    if mention.source == mention.english[0]:
        return f"“{mention.source}” is not in the English"
    return f"“{mention.source}” should read “{mention.english[0]}”"
