"""Start LibreTranslate without a download; run by the Python that has it installed.

Its sentence splitter, MiniSBD, fetches a model when first used. A regular expression stands in for
it, which costs less. All else is as it comes.
"""

import re
import sys
from typing import Any

END_OF_SENTENCE = re.compile(r"(?<=[.!?])\s+")


def split_sentences(self: Any, text: str) -> list[str]:
    """Cut after full stops."""
    return [part for part in END_OF_SENTENCE.split(text) if part]


if __name__ == "__main__":
    sys.path.pop(0)  # this folder, whose modules have names of their own
    from argostranslate import sbd
    from libretranslate.main import main

    sbd.MiniSBDSentencizer.split_sentences = split_sentences
    main()
