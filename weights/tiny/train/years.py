"""Spans of years: the end must come after the beginning.

The end is drawn evenly from the years left in the century, so a model that has
learnt the task spreads its guess over exactly the two-digit tokens above.
"""

import random

from holdout import held_out

EVENTS = """war reign trial journey project strike siege voyage famine study plague
expedition rebellion drought conflict festival exhibition peace winter alliance""".split()

CENTURIES = list(range(11, 21))

SPANS = """
The {e} lasted from the year {c}{y} to the year {c}
The {e} lasted from the year {c}{y} to the year {c}
The {e} lasted from {c}{y} to {c}
The {e} began in {c}{y} and ended in {c}
The {e} went on from {c}{y} until {c}
The {e} started in the year {c}{y} and ended in the year {c}
From {c}{y} to {c}
The long {e} went from {c}{y} to {c}
""".strip().splitlines()

AFTER = {
    "From {c}{y} to {c}": [" there was a {e}.", " the {e} went on."],
}
ENDINGS = [".", ".", " and was soon forgotten.", ", as the books say."]


def start_held_out(century: int, year: int) -> bool:
    """Whether training never begins a span in this year."""
    return (century, year) == (17, 32) or held_out("years", str(century), str(year))


def span(rng: random.Random) -> str:
    """One event with a beginning and an end in the same century."""
    while True:
        century, start = rng.choice(CENTURIES), rng.randint(1, 98)
        if not start_held_out(century, start):
            break
    end = rng.randint(start + 1, 99)
    template, event = rng.choice(SPANS), rng.choice(EVENTS)
    rest = rng.choice(AFTER.get(template, ENDINGS)).format(e=event)
    return template.format(e=event, c=century, y=f"{start:02d}") + f"[{end:02d}]" + rest


def held_out_spans(rng: random.Random, count: int):
    """Prompts that begin in years never trained on: (prompt, start)."""
    starts = [(c, y) for c in CENTURIES for y in range(2, 99) if start_held_out(c, y)]
    for _ in range(count):
        century, start = rng.choice(starts)
        yield rng.choice(SPANS).format(e=rng.choice(EVENTS), c=century, y=f"{start:02d}"), start
