"""Looks for held-out material in the training stream; it must find none.

    python weights/tiny/train/check_holdout.py
"""

import random
import re

import facts
import grammar
import names
import years
from corpus import document, plain
from holdout import pair_held_out
from lexicon import NAMES

WORD = re.compile(r"[A-Za-z]+")


def main(documents: int = 200_000) -> None:
    rng = random.Random(99)
    kept_facts = {prompt + answer for _, _, prompt, answer in facts.held_out_facts()}
    kept_agreement = {prompt for prompt, _, _ in grammar.held_out_agreement(random.Random(13), 1000)}
    kept_pronouns = {prompt for prompt, _, _ in names.held_out_pronouns(random.Random(12), 1000)}
    kept_spans = [prompt for prompt, _ in years.held_out_spans(random.Random(14), 1000)]
    known_names = set(NAMES)
    for _ in range(documents):
        text = plain(document(rng))
        present = sorted(known_names & set(WORD.findall(text)))
        for place, one in enumerate(present):
            for other in present[place + 1 :]:
                assert not pair_held_out(one, other), text
        for sentence in re.split(r"(?<=[.?!]) ", text):
            words = sentence.split(" ")
            for end in range(2, len(words)):
                start = " ".join(words[:end])
                assert start not in kept_facts, start
                assert start not in kept_agreement, start
                assert start not in kept_pronouns, start
    joined = set()
    for _ in range(20_000):
        joined.add(years.span(rng).split("[")[0])
    assert not joined & set(kept_spans)
    print(f"{documents} documents, nothing held out among them")


if __name__ == "__main__":
    main()
