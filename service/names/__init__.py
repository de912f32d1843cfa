"""Names: one article, one English form for each, verified mention by mention.

`glossary` says what names are called, `find` sees them in the French, `settle` makes the English
say so and writes the ledger; `exchange` carries glossaries to and from translators' tools.
"""
