"""Rows of random tokens that repeat: the lesson that grows induction heads.

Random tokens have no statistics to learn, so the only way to lower the loss on
a repeated row is to look back for the previous occurrence of the current token
and copy what followed it. Loss is asked only after the first period; before it,
there is nothing to predict, and that noise keeps a small model on a plateau.
"""

import math

import torch


class RepeatedRows:
    """Draws batches of random rows, each repeating with its own period."""

    def __init__(self, vocab_size: int, seed: int, first_id: int = 1):
        self.vocab_size = vocab_size
        self.first_id = first_id  # ids below it (the end-of-text token) are left out
        self.random = torch.Generator().manual_seed(seed)

    def draw(self, rows: int, length: int, longest: int) -> tuple[torch.Tensor, torch.Tensor]:
        """`rows` x `length` ids and the weight of the loss at each of them.

        Periods are drawn log-uniformly from 3..`longest`: short periods show
        the pattern at once, long ones make position alone useless as a key.
        """
        ids = torch.randint(self.first_id, self.vocab_size, (rows, length), generator=self.random)
        low, high = math.log(3), math.log(longest + 1)
        draws = torch.rand(rows, generator=self.random) * (high - low) + low
        periods = draws.exp().long().clamp(3, longest)
        places = torch.arange(length)
        ids = torch.gather(ids, 1, places[None, :] % periods[:, None])
        weights = (places[None, :] >= periods[:, None]).float()
        return ids, weights


def longest_period(step: int, ceiling: int = 32) -> int:
    """The curriculum: periods up to 12 for 700 steps, then one more every 25 steps."""
    return min(ceiling, 12 + max(0, step - 700) // 25)
