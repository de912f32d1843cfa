"""How French is put to the model, and how its English is put to the reader.

A small model knows little, but it copies. `sentences` takes each sentence through the others and
back: what is no language stays outside (`verbatim`, `quotations`), the rest is written as the
training text was (`typography`), in words that the model knows (`inclusive`, `copyable`,
`number_words`, `opening`) or is shown (`rare_words`); and what it miscopies is put right
(`figures`, `small_words`).
"""
