"""Short stories of five to twelve sentences, for plain English.

A story keeps its people, place and thing from the first sentence to the last:
the pronouns agree, the places return, and the second person is one that the
name-pair hold-out allows.
"""

import random

from facts_tables import CITY_COUNTRY, LANDMARK_CITY
from lexicon import ANIMALS, COLORS, MEN, NAMES, NUMBERS, PLACES, SHE, THINGS, HE
from names import allowed_pair

# {n} hero, {m} friend, {s} {o} {g} the hero's pronouns, {ms} {mo} {mg} the
# friend's, {p} place, {q} another place, {t} thing, {c} color, {a} animal.
OPENINGS = """
One day, {n} went to the {p}.
Once upon a time, there was a {kid} named {n}.
It was a {weather} morning, and {n} was at the {p}.
{n} woke up early and looked out of the window. It was a {weather} day.
{n} lived in a small house near the {p}.
On a {weather} day, {n} walked to the {p} with a {t}.
There was once a {kid} called {n} who loved the {p}.
Last {season}, {n} went to the {p} every day.
{n} had a {c} {t} and a little {a}.
One evening, {n} could not sleep. {S} put on {g} coat and went out.
""".strip().splitlines()

WISHES = """
{S} wanted to find a {c} {t}.
{S} liked to play there with {g} {a}.
{S} was looking for {g} {t}.
{S} had lost {g} {t} the day before, and {s} was very sad.
{S} wanted to buy a {t} for {g} {family}.
Every day, {s} took the long road past the {q}.
{S} had a {a} that was big and {c}.
{S} was hungry, so {s} sat down to eat.
{S} had never seen such a big {p} before.
It was {g} birthday, and {s} hoped to get a {t}.
{S} did not know what to do.
{S} had {number} {a_s}, and {s} loved them all.
""".strip().splitlines()

EVENTS = """
Suddenly, {s} saw a {a} under a tree.
Then {s} heard a loud noise from the {q}.
There {s} met {g} friend {m}.
On the way, {s} found a {c} {t} on the ground.
Soon it started to rain, and {s} ran to the {q}.
A {c} {a} came out of the {q} and looked at {o}.
An old man asked {o} the way to the {q}.
After some time, {m} came to the {p} too.
The {a} ran away, and {n} ran after it.
At the {q}, a woman was selling {number} {c} {t_s}.
The wind was strong, and it took {g} {t} away.
In the middle of the {p} there was a big {c} box.
{S} opened the door, but nobody was there.
""".strip().splitlines()

MEETINGS = """
"Hello, {n}," said {m}. "What are you doing here?"
"Can you help me?" {n} asked {m}.
{m} had a {t}, and {ms} showed it to {n}.
"I am looking for my {t}," said {n}.
"Do not worry," said {m}. "We will find it."
{m} smiled and said, "You can have my {t}."
"That is a very nice {t}," {m} said.
"Let us go to the {q} together," said {n}.
{n} told {m} about the {a}.
{m} was tired, but {ms} wanted to help.
{m} took {g} hand, and they walked to the {q}.
"Look at the {c} {a}!" said {m}.
"I have never seen a {c} {a}," said {n}.
Together they looked behind every tree and under every stone.
{m} gave {n} a {t} and said goodbye.
They sat down and talked for a long time.
They played until the sun went down.
""".strip().splitlines()

ALONE = """
{S} sat down under a tree and thought about it.
{S} looked everywhere, but {s} could not find it.
{S} laughed and gave the {a} some bread.
"What a beautiful {a}," {s} said.
"I wish I had a {c} {t}," {n} thought.
{S} waited for a long time, but nothing happened.
{S} walked and walked until {s} came to the {q}.
{S} was afraid at first, but the {a} was kind.
{S} put the {t} in {g} bag.
The {a} was small, and its eyes were {c}.
The sky was {c}, and the birds were singing.
{S} asked the people at the {q}, but they did not know.
""".strip().splitlines()

TURNS = """
In the end, they found the {t} at the {q}.
At last, {s} saw the {t} near the door of the {q}.
Then the {a} came back with the {t}.
The {t} was in {g} bag all the time.
Soon the rain stopped and the sun came out.
{G} {family} was waiting at the {q}.
When it was dark, the lights of the {q} were {c}.
""".strip().splitlines()

CLOSINGS = """
{n} was very happy, and {s} went home.
From that day on, {s} always kept {g} {t} close.
{S} went home and told {g} {family} about it.
{S} learned that it is good to help a friend.
That night, {n} slept well.
It was the best day of the {season}.
{n} and the {a} were friends from that day on.
{S} smiled and closed {g} eyes.
And they all lived happily ever after.
{S} said thank you and walked home in the dark.
{S} never went to the {p} alone again.
""".strip().splitlines()

TRAVEL = """
Last {season}, {n} traveled to {city}. {S} wanted to see {landmark}.
{n} has a friend in {city}. Every {season}, they go to see {landmark} together.
When {n} was in {city}, {s} took a picture of {landmark}.
{n} sent a letter from {city}. "Today I saw {landmark}," {s} wrote.
{n} lives in {city}. From {g} window {s} can see {landmark}.
""".strip().splitlines()

TRAVEL_END = """
{S} liked the food and the people.
{S} stayed at a small hotel for {number} days.
It was {weather}, but {s} did not mind.
{S} bought a {t} for {g} {family} and came home by train.
{S} wants to go there again next {season}.
The streets were full, and the music was loud.
""".strip().splitlines()

FAMILY = "mother father brother sister aunt uncle grandmother grandfather".split()
WEATHER = "sunny rainy cold warm windy cloudy beautiful dark".split()
SEASONS = "spring summer autumn winter".split()
ABROAD = [(landmark, city) for landmark, city in LANDMARK_CITY.items() if city in CITY_COUNTRY or " " in city]


def _slots(rng: random.Random) -> dict[str, str]:
    hero, friend = allowed_pair(rng)
    his = HE if hero in MEN else SHE
    theirs = HE if friend in MEN else SHE
    place, other_place = rng.sample(PLACES, 2)
    thing, animal = rng.choice(THINGS), rng.choice(ANIMALS)
    landmark, city = rng.choice(ABROAD)
    return {
        "n": hero, "m": friend,
        "s": his.subject, "S": his.subject.capitalize(), "o": his.object,
        "g": his.possessive, "G": his.possessive.capitalize(),
        "ms": theirs.subject, "mo": theirs.object, "mg": theirs.possessive,
        "p": place, "q": other_place, "t": thing, "t_s": thing + "s", "a": animal,
        "a_s": {"fox": "foxes", "mouse": "mice", "sheep": "sheep"}.get(animal, animal + "s"),
        "c": rng.choice(COLORS), "kid": "boy" if hero in MEN else "girl",
        "family": rng.choice(FAMILY), "weather": rng.choice(WEATHER), "season": rng.choice(SEASONS),
        "number": rng.choice(NUMBERS), "landmark": landmark, "city": city,
    }  # fmt: skip


def story(rng: random.Random) -> str:
    """One story; a friend speaks only after the friend has come in."""
    slots = _slots(rng)
    lines = [rng.choice(OPENINGS), rng.choice(WISHES)]
    lines += rng.sample(EVENTS, rng.choice((1, 1, 2)))
    if any("{m}" in line for line in lines):
        lines += rng.sample(MEETINGS, rng.randint(2, 4))
    else:
        lines += rng.sample(ALONE, rng.randint(1, 3))
    if rng.random() < 0.7:
        lines.append(rng.choice([t for t in TURNS if "they" not in t or any("{m}" in x for x in lines)]))
    lines.append(rng.choice(CLOSINGS[:8] + CLOSINGS[9:]))
    return " ".join(lines).format(**slots)


def travel(rng: random.Random) -> str:
    """A journey to a landmark, which says where it is without saying so."""
    lines = [rng.choice(TRAVEL), *rng.sample(TRAVEL_END, rng.randint(1, 3))]
    return " ".join(lines).format(**_slots(rng))


def remark(rng: random.Random) -> str:
    """One or two sentences from the middle of a story, so that any of them can open a row."""
    slots = _slots(rng)
    return " ".join(rng.sample(EVENTS + ALONE, rng.randint(1, 2))).format(**slots)


assert all(name in NAMES for name in MEN)
