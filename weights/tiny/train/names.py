"""Sentences about people: indirect objects, and pronouns that agree with a name.

A name pair kept by `holdout.pair_held_out` never shares a document here or in
the stories, so that the evaluation asks for copying, not for recall.
"""

import random

from holdout import held_out, pair_held_out
from lexicon import FEMALE_ROLES, MALE_ROLES, MEN, NAMES, PLACES, PRONOUNS, THINGS, WOMEN

# {a} and {b} in order of mention, {s} the one who gives; the other receives.
INDIRECT_OBJECT = """
When {a} and {b} went to the {p}, {s} gave a {t} to
When {a} and {b} went to the {p}, {s} handed a {t} to
When {a} and {b} were at the {p}, {s} gave a {t} to
After {a} and {b} went to the {p}, {s} gave a {t} to
After {a} and {b} left the {p}, {s} offered a {t} to
While {a} and {b} were at the {p}, {s} passed a {t} to
Then, {a} and {b} went to the {p}. {s} gave a {t} to
Then, {a} and {b} had a long day at the {p}. {s} brought a {t} to
{a} and {b} went to the {p}. {s} offered a {t} to
{a} and {b} were at the {p}, and {s} showed a {t} to
When {a} and {b} got a {t} at the {p}, {s} decided to give it to
Once {a} and {b} arrived at the {p}, {s} passed a {t} to
{a} met {b} at the {p}, and {s} gave a {t} to
Yesterday {a} and {b} walked to the {p}. {s} brought a {t} to
{a} sat with {b} in the {p}. After a while, {s} lent a {t} to
{a} and {b} found a {t} at the {p}. {s} gave it to
As {a} and {b} left the {p}, {s} threw a {t} to
{a} saw {b} in the {p}, so {s} wanted to give a {t} to
""".strip().splitlines()

# Kept for evaluation: no name pair is ever seen in these.
INDIRECT_OBJECT_UNSEEN = """
Once {a} and {b} went to the {p}, {s} handed a {t} to
After {a} and {b} arrived at the {p}, {s} gave a {t} to
{a} and {b} walked to the {p}. {s} gave a {t} to
""".strip().splitlines()

ENDINGS = [".", ".", ".", " and smiled.", " before dinner.", " and went home.", " as a gift."]


def allowed_pair(rng: random.Random) -> tuple[str, str]:
    """Two different names that training may show together."""
    while True:
        one, other = rng.sample(NAMES, 2)
        if not pair_held_out(one, other):
            return one, other


def indirect_object(rng: random.Random) -> str:
    """One giving; sometimes a second giver follows in the same document."""
    a, b = allowed_pair(rng)
    giver = rng.choice((a, b))
    receiver = b if giver == a else a
    place, thing = rng.choice(PLACES), rng.choice(THINGS)
    text = rng.choice(INDIRECT_OBJECT).format(a=a, b=b, s=giver, p=place, t=thing)
    text += f"[ {receiver}]{rng.choice(ENDINGS)}"
    if rng.random() < 0.25:
        text += f" Later, {receiver} gave a {rng.choice(THINGS)} to[ {giver}]."
    return text


# {n} the person, {p} a place, {t} a thing; [s] [o] [g] [r] the four forms.
PRONOUN = """
{n} went to the {p} because[s] wanted to buy a {t}.
{n} stayed at the {p} because[s] was tired.
{n} said that[s] was going to the {p}.
{n} was happy because[s] had a new {t}.
{n} dropped a {t}, so[s] went back to the {p}.
{n} was late, and[s] had to run to the {p}.
{n} smiled when[s] saw the {t}.
{n} took the {t} because[s] liked it.
{n} went to the {p}, but[s] did not stay long.
{n} works at the {p}, and[s] likes the work.
{n} thought that[s] had seen the {t} before.
{n} found a {t} while[s] was at the {p}.
{n} ran to the {p} and[s] did not look back.
{n} was sad until[s] found the {t}.
{n} told us that[s] had lost a {t}.
{n} lost[g] {t} at the {p}.
{n} forgot to bring[g] {t} to the {p}.
{n} went to the {p} to look for[g] {t}.
{n} was lost in the {p}, so we helped[o].
{n} was at the {p} when we saw[o].
{n} wanted the {t}, so we gave it to[o].
{n} bought a {t} for[r].
{n} went to the {p} by[r].
""".strip().splitlines()

ROLES = FEMALE_ROLES + MALE_ROLES
PEOPLE = [(name, name) for name in NAMES] + [(f"The {role}", role) for role in ROLES]


def pronoun_allowed(word: str, template: str, place: str) -> bool:
    """Whether training may use this person in this sentence, or at this place with a pronoun."""
    return not held_out("pronoun", word, template) and not held_out("pronoun", word, place)


def fill_pronouns(template: str, word: str) -> str:
    """Puts the forms that fit `word` where the template names them."""
    forms = PRONOUNS[word]
    for mark, form in (("s", forms.subject), ("o", forms.object), ("g", forms.possessive), ("r", forms.reflexive)):
        template = template.replace(f"[{mark}]", f"[ {form}]")
    return template


def pronoun(rng: random.Random) -> str:
    """One sentence with a pronoun of the right gender."""
    while True:
        phrase, word = rng.choice(PEOPLE)
        template, place = rng.choice(PRONOUN), rng.choice(PLACES)
        if pronoun_allowed(word, template, place):
            filled = template.format(n=phrase, p=place, t=rng.choice(THINGS))
            return fill_pronouns(filled, word)


def held_out_indirect_objects(rng: random.Random, count: int, templates: list[str]):
    """Prompts over name pairs that training never showed: (prompt, receiver, giver)."""
    pairs = [(a, b) for a in NAMES for b in NAMES if a != b and pair_held_out(a, b)]
    for _ in range(count):
        a, b = rng.choice(pairs)
        giver = rng.choice((a, b))
        receiver = b if giver == a else a
        text = rng.choice(templates).format(a=a, b=b, s=giver, p=rng.choice(PLACES), t=rng.choice(THINGS))
        yield text, f" {receiver}", f" {giver}"


def held_out_pronouns(rng: random.Random, count: int):
    """Prompts whose person never met this sentence in training: (prompt, right, wrong)."""
    made = 0
    while made < count:
        phrase, word = rng.choice(PEOPLE)
        template, place = rng.choice(PRONOUN), rng.choice(PLACES)
        if not held_out("pronoun", word, template):
            continue
        start = template.split("[")[0].format(n=phrase, p=place, t=rng.choice(THINGS))
        mark = template.split("[")[1][0]
        other = MALE_ROLES[0] if word in WOMEN + FEMALE_ROLES else FEMALE_ROLES[0]
        form = {"s": "subject", "o": "object", "g": "possessive", "r": "reflexive"}[mark]
        yield start, " " + getattr(PRONOUNS[word], form), " " + getattr(PRONOUNS[other], form)
        made += 1


assert len(set(NAMES)) == len(WOMEN) + len(MEN)
