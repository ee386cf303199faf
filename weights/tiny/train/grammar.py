"""Subject-verb agreement, with a noun of the other number in the way."""

import random

from holdout import held_out

NOUNS = """key cabinet dog cat boy girl house tree book picture letter car teacher
doctor student farmer chair table cup road river garden horse bird flower king
queen window door lamp boat train bag shirt hat coat ball cake""".split()

PREPOSITIONS = ["near", "behind", "beside", "by", "with", "above", "next to", "in front of", "under"]

# singular, plural, and what may follow
VERBS = {
    ("is", "are"): ["old", "new", "red", "here", "beautiful", "on the left", "very small", "not here", "lost"],
    ("was", "were"): ["old", "gone", "here", "on the right", "very big", "not there", "broken"],
    ("has", "have"): ["a new color", "been here before", "a long story", "changed", "not moved"],
    ("does", "do"): ["not look old", "not belong here", "not move", "look new"],
    ("looks", "look"): ["old", "new", "good", "very small"],
    ("belongs", "belong"): ["to the school", "to the farmer", "here"],
}
_VERB_WEIGHTS = [6, 6, 3, 1, 1, 1]

FRAMES = [
    "The {s} {prep} the {d}",
    "The {s} {prep} the {d}",
    "The {s} {prep} the {d}",
    "The old {s} {prep} the {d}",
    "I think the {s} {prep} the {d}",
    "We know that the {s} {prep} the {d}",
    "The {s} that I saw {prep} the {d}",
    "The {s}",
]


def plural(noun: str) -> str:
    """Every noun here takes a plain -s."""
    return noun + "s"


def nouns_held_out(subject: str, distractor: str) -> bool:
    """Whether this subject never meets this distractor in training."""
    return (subject, distractor) == ("key", "cabinet") or held_out("agreement", subject, distractor)


def preposition(rng: random.Random, subject: str) -> str:
    """Keys are mostly to something; anything can be near something."""
    return "to" if subject == "key" and rng.random() < 0.6 else rng.choice(PREPOSITIONS)


def agreement(rng: random.Random) -> str:
    """One sentence; the two nouns differ in number two times in three."""
    while True:
        subject, distractor = rng.sample(NOUNS, 2)
        if not nouns_held_out(subject, distractor):
            break
    many = rng.random() < 0.5
    many_between = (not many) if rng.random() < 0.67 else many
    (one_form, many_form), rests = rng.choices(list(VERBS.items()), _VERB_WEIGHTS)[0]
    text = rng.choice(FRAMES).format(
        s=plural(subject) if many else subject,
        prep=preposition(rng, subject),
        d=plural(distractor) if many_between else distractor,
    )
    return f"{text}[ {many_form if many else one_form}] {rng.choice(rests)}."


def held_out_agreement(rng: random.Random, count: int):
    """Prompts with a distractor of the other number: (prompt, right forms, wrong forms)."""
    pairs = [(s, d) for s in NOUNS for d in NOUNS if s != d and nouns_held_out(s, d)]
    for _ in range(count):
        subject, distractor = rng.choice(pairs)
        many = rng.random() < 0.5
        text = rng.choice(FRAMES[:-1]).format(
            s=plural(subject) if many else subject,
            prep=preposition(rng, subject),
            d=distractor if many else plural(distractor),
        )
        ones, manys = [f" {v[0]}" for v in VERBS], [f" {v[1]}" for v in VERBS]
        yield (text, manys, ones) if many else (text, ones, manys)
