"""Mixes the generators into an endless, seeded stream of documents.

Run as a program, it prints a sample to read:

    python weights/tiny/train/corpus.py
"""

import random
import re

from facts import fact_document
from grammar import agreement
from names import indirect_object, pronoun
from stories import remark, story, travel
from words import repeated_list, sentence
from years import span


def several(one, most: int):
    """Documents of one to `most` sentences of the same kind."""

    def document(rng: random.Random) -> str:
        return " ".join(one(rng) for _ in range(rng.randint(1, most)))

    return document


# The share of documents, not of tokens: a story is ten times a fact.
MIXTURE = [
    (fact_document, 40),
    (indirect_object, 17),
    (pronoun, 16),
    (several(agreement, 3), 9),
    (several(span, 2), 10),
    (travel, 4),
    (story, 7),
    (remark, 2),
    (several(sentence, 3), 4),
    (repeated_list, 2),
]
_MAKERS = [maker for maker, _ in MIXTURE]
_SHARES = [share for _, share in MIXTURE]

ANSWER = re.compile(r"\[([^\]]*)\]")


def document(rng: random.Random) -> str:
    """The next document, its answers in square brackets."""
    return rng.choices(_MAKERS, _SHARES)[0](rng)


def plain(marked: str) -> str:
    """The document as a reader sees it."""
    return ANSWER.sub(r"\1", marked)


def segments(marked: str) -> list[tuple[str, bool]]:
    """The document in pieces, each with whether it is an answer."""
    return [(piece, place % 2 == 1) for place, piece in enumerate(ANSWER.split(marked)) if piece]


if __name__ == "__main__":
    sample = random.Random(0)
    for _ in range(40):
        print(document(sample))
