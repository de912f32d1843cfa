"""Markdown in place: prose is translated; marks, targets, code and front matter stay."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from service.errors import BadFile
from service.formats.marked import MarkedText
from service.formats.readers import markdown
from tests.formats.speaking import answered, shouted, translated, unchanged

PAGE = """\
---
title: Syrie
lang: fr
---

# Une *réunion* à Sotchi #

Le **président** russe est arrivé mardi[^1] à
[la grande salle](http://exemple.fr/a_b "titre") du palais. La commande
`print(x)` marche.\x20\x20
L’armée \\*libre\\* & [Moscou] ont ![carte](a.png) <b>parlé</b> ~~fort~~.

> - Premier point sur
>   deux lignes
> - Second point

Autre titre
===========

| Pays | Soldats |
|------|--------:|
| La **Russie** | 12 000 |
| Iran \\| Irak  | peu |

```python
print("bonjour")
```

    du code

1. Un <https://exemple.fr>
2. Deux

<div class="note">
<p>Une <em>note</em>.</p>
</div>

[^1]: Selon une agence.

[Moscou]: http://moscou.ru
"""
SHOUTED = """\
---
title: Syrie
lang: fr
---

# UNE *RÉUNION* À SOTCHI #

LE **PRÉSIDENT** RUSSE EST ARRIVÉ MARDI[^1] À
[LA GRANDE SALLE](http://exemple.fr/a_b "titre") DU PALAIS. LA COMMANDE
`print(x)` MARCHE.\x20\x20
L’ARMÉE \\*LIBRE\\* & [MOSCOU][Moscou] ONT ![carte](a.png) <b>PARLÉ</b> ~~FORT~~.

> - PREMIER POINT SUR
>   DEUX LIGNES
> - SECOND POINT

AUTRE TITRE
===========

| PAYS | SOLDATS |
|------|--------:|
| LA **RUSSIE** | 12 000 |
| IRAN \\| IRAK  | PEU |

```python
print("bonjour")
```

    du code

1. UN <https://exemple.fr>
2. DEUX

<div class="note">
<p>UNE <em>NOTE</em>.</p>
</div>

[^1]: SELON UNE AGENCE.

[Moscou]: http://moscou.ru
"""


def read(text: str) -> MarkedText:
    """Read a Markdown file."""
    return markdown.read(text.encode())


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_a_file_whose_english_is_its_french_is_the_same_to_the_byte(line_end: str) -> None:
    """Whatever its line ends are."""
    page = PAGE.replace("\n", line_end)
    assert unchanged(read(page)) == page.encode()


def test_prose_changes_and_nothing_else() -> None:
    """Marks, targets, code, front matter, lists, tables' bars and line breaks stay in place."""
    assert shouted(read(PAGE)) == SHOUTED


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("- [ ] tâche\n- [x] faite [ici](a)", "- [ ] TÂCHE\n- [x] FAITE [ICI](a)"),
        (":::note Info\nUn mot.\n:::", ":::note Info\nUN MOT.\n:::"),
        ("> mot\n>\n> :::\n>", "> MOT\n>\n> :::\n>"),
        ("> ::: tip\n> Un *mot*.\n>\n> :::\nFin", "> ::: tip\n> UN *MOT*.\n>\n> :::\nFIN"),
        ("Soit $$x^2$$ et $a_1$.", "SOIT $$x^2$$ ET $a_1$."),
        ("$$\nx^2 + y_a\n$$\nmot", "$$\nx^2 + y_a\n$$\nMOT"),
        ("De 5 $ à 6 $, ou $7 et $8 US$.", "DE 5 $ À 6 $, OU $7 ET $8 US$."),
    ],
)
def test_tasks_blocks_and_formulas_stay(text: str, english: str) -> None:
    """What is none of CommonMark, but of many programs; sums of dollars are no formulas."""
    assert unchanged(read(text)) == text.encode()
    assert shouted(read(text)) == english


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("Voir ![carte](a.png).\n", "See ![carte](a.png).\n"),
        ("Voir ![carte](a.png) !\n", "See ![carte](a.png) .\n"),
        ("Voir![carte](a.png).\n", "See![carte](a.png).\n"),
    ],
)
def test_a_picture_keeps_the_blank_before_it(text: str, english: str) -> None:
    """If it had one, and the English has none there."""
    document = read(text)
    assert document.render(translated(document, lambda _: "See.")).data.decode() == english


def test_line_ends_keep_their_quotation_and_indent() -> None:
    """A wrapped quotation stays one, its lines about as long as before."""
    english = {"Le premier ministre est parti.": "The prime minister has gone."}
    text = "> 1. Le premier ministre\n>    est parti.\n"
    assert answered(read(text), english) == "> 1. The prime minister\n>    has gone.\n"


@pytest.mark.parametrize(
    ("english", "written"),
    [
        ("1. May", "1\\. May"),
        ("# one", "\\# one"),
        ("- dash", "\\- dash"),
        ("a * b_c [d] `e` <f> g", "a \\* b_c \\[d\\] \\`e\\` \\<f> g"),
        ("_a_ &amp; 1 < 2", "\\_a\\_ \\&amp; 1 < 2"),
        ("~~no~~ a\\b | c", "\\~~no\\~~ a\\\\b \\| c"),
        ("C ##", "C \\#\\#"),
    ],
)
def test_english_is_not_read_as_marks(english: str, written: str) -> None:
    """What would be markup is escaped, and reads as it was."""
    document = read("Un texte.\n")
    result = document.render(translated(document, lambda _: english)).data.decode()
    assert result == written + "\n"
    (paragraph,) = (t for t in MarkdownIt("commonmark").parse(result) if t.type == "inline")
    assert "".join(child.content for child in paragraph.children or ()) == english


def test_marks_around_nothing_are_dropped() -> None:
    """Four asterisks would be four asterisks."""
    document = read("Un **mot**, *deux*.\n")
    result = document.render(translated(document, lambda _: "One.")).data.decode()
    assert MarkdownIt("commonmark").render(result) in (
        "<p><strong>One</strong>.</p>\n",
        "<p><em>One</em>.</p>\n",
    )


def test_notes_inside_a_sentence_are_told() -> None:
    """They stay in French, and the user hears of it."""
    document = read("Un mot^[une note] ici.\n")
    assert shouted(document) == "UN MOT^[une note] ICI.\n"
    assert document.notes == (markdown.INLINE_NOTES,)


def test_no_text_is_refused() -> None:
    """NUL is a sign of a binary file."""
    with pytest.raises(BadFile, match="NUL"):
        read("a\0b")


PIECES = st.sampled_from(
    [
        *(
            "mot",
            "un mot",
            "é",
            " ",
            "\t",
            "    ",
            "  \n",
            "\n",
            "\n\n",
            "\r\n",
            "!",
            "\\",
            "&amp;",
        ),
        *("*", "**", "_", "~~", "`", "[", "](u)", "]", "![", "^[", "[^1]", "\n[^1]: "),
        *("<b>", "</b>", "<", ">", "<div>", "<http://a.b>", "http://a.b"),
        *("> ", "- ", "1. ", "# ", "---\n", "===\n", "```\n"),
        *("[ ] ", "[x] ", "$", "$$", ":::", "\n::: a\n", "\n:::\n"),
        *("|", "|-|\n", "\n| a | b |\n|---|---|\n| c\\|d |"),
    ]
)


@given(st.lists(PIECES, max_size=14).map("".join))
@settings(max_examples=150, deadline=None)
def test_anything_is_markdown(text: str) -> None:
    """Whatever the marks, the file comes back, and no translation makes it fail."""
    assert unchanged(read(text)) == text.encode()
    shouted(read(text))
    document = read(text)
    document.render(translated(document, lambda _: "Yes * it_is [so]."))
