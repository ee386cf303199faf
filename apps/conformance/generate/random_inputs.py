"""The prompts and vectors that the cases use, by name."""

import argparse

import torch


def random_inputs(options: argparse.Namespace) -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(options.seed + 1_000_003)

    def prompt(rows: int, tokens: int) -> torch.Tensor:
        # Not 0, which pads, nor the last id, which ends.
        return torch.randint(1, options.vocab - 1, (rows, tokens), generator=generator)

    def vector(scale: float) -> torch.Tensor:
        return scale * torch.randn(options.width, generator=generator)

    left = torch.tensor([[1, 1, 1, 1, 1], [0, 0, 1, 1, 1]])
    right = torch.tensor([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0]])
    return {
        "A": prompt(1, 7),
        "B": prompt(1, 4),
        "C": prompt(1, 7),
        "D": prompt(1, 5),
        "AA": prompt(2, 6),
        "pad_ids": prompt(2, 5) * left,
        "pad_mask": left,
        "rpad_ids": prompt(2, 5) * right,
        "rpad_mask": right,
        "v": vector(1.0),
        "steer": vector(3.0),
    }
