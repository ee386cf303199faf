"""Rows of random tokens that come back: the lesson that grows induction heads.

Random tokens have no statistics to learn, so the only way to foresee one is to
look back for the previous occurrence of the current token and copy what
followed it.

The distance back must vary within a row. In rows that repeat with one period, a
small model finds the period once and then copies from a fixed distance: the loss
falls, and no head ever looks for a token. So a row here is a shuffle of a few
segments, each drawn many times. Loss is asked only where the answer can be
known, inside a segment that was seen before; the noise of the other places keeps
a small model on a plateau.
"""

import random

import torch


class SegmentRows:
    """Draws batches of rows made of random segments that return in random order."""

    def __init__(self, vocab_size: int, seed: int, first_id: int = 1):
        self.vocab_size = vocab_size
        self.first_id = first_id  # ids below it (the end-of-text token) are left out
        self.random = random.Random(seed)

    def draw(self, rows: int, length: int, longest: int) -> tuple[torch.Tensor, torch.Tensor]:
        """`rows` x `length` ids, and 1 where the loss counts."""
        made = [self._row(length, longest) for _ in range(rows)]
        return torch.tensor([ids for ids, _ in made]), torch.tensor([weights for _, weights in made])

    def _row(self, length: int, longest: int) -> tuple[list[int], list[float]]:
        # Distinct tokens within a row: a token has one continuation to copy.
        fresh = self.random.sample(range(self.first_id, self.vocab_size), 3 * length)
        pool: list[list[int]] = []
        ids: list[int] = []
        weights: list[float] = []
        wanted = self.random.randint(1, max(2, min(6, longest // 3, length // longest)))
        while len(ids) < length:
            if len(pool) < wanted or self.random.random() < 0.2:
                size = self.random.randint(2, longest)
                segment, fresh = fresh[:size], fresh[size:]
                pool = (pool + [segment])[-wanted:]
                weights += [0.0] * len(segment)
            else:
                segment = self.random.choice(pool)
                weights += [0.0] + [1.0] * (len(segment) - 1)
            ids += segment
        # A few tokens off the front, so that nothing begins where the row begins.
        cut = self.random.randint(0, min(len(ids) - length, longest))
        return ids[cut : cut + length], weights[cut : cut + length]


class Curriculum:
    """Segments up to 5 tokens at first, one more each time the loss has come down.

    Few tokens to choose from are what teaches a head to copy at all; the choice
    among many comes after. On a fixed schedule the rows outran the model.
    """

    def __init__(self, shortest: int = 5, ceiling: int = 32, enough: float = 1.2, every: int = 10):
        self.longest = shortest
        self.ceiling = ceiling
        self.enough = enough
        self.every = every
        self.losses: list[float] = []

    def record(self, loss: float) -> None:
        """Takes the loss of a step and moves on when the last few were low enough."""
        self.losses.append(loss)
        if len(self.losses) == self.every:
            if sum(self.losses) / self.every < self.enough:
                self.longest = min(self.ceiling, self.longest + 1)
            self.losses.clear()
