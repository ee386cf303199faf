"""Which combinations training may never see.

Every generator asks `held_out` before it writes a sentence, and the evaluation
asks the same function which prompts to make. The answer depends only on the
words, so the two can never disagree.
"""

import hashlib


def held_out(kind: str, *parts: str, share: float = 0.15) -> bool:
    """Whether this combination is kept for evaluation: a fixed `share` of all."""
    key = "|".join((kind, *parts)).encode()
    number = int.from_bytes(hashlib.sha256(key).digest()[:4], "big")
    return number / 2**32 < share


def pair_held_out(one: str, other: str) -> bool:
    """Two names that never appear in one training document, in either order."""
    first, second = sorted((one, other))
    return (first, second) == ("John", "Mary") or held_out("names", first, second)
