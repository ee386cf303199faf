"""A tensor told by its shape, a few of its numbers, and its length as a vector."""

import random

import numpy as np
import torch

COUNT = 8


def sampled(name: str, x: torch.Tensor, keep: torch.Tensor | None = None, norm: bool = True) -> list:
    """
    [shape, flat indices, the values there], and for floats the L2 norm. The indices are drawn by the name, from
    where `keep` is true; the norm is of those alone.
    """
    flat = x.detach().reshape(-1)
    places = range(flat.numel()) if keep is None else keep.expand_as(x).reshape(-1).nonzero().flatten().tolist()
    indices = sorted(random.Random(name).sample(places, min(COUNT, len(places))))
    values = [exact(flat[i]) for i in indices]
    if not x.is_floating_point() or not norm:
        return [list(x.shape), indices, values]
    counted = flat if keep is None else flat[keep.expand_as(x).reshape(-1)]
    return [list(x.shape), indices, values, exact(counted.double().norm().float())]


def exact(x: torch.Tensor) -> int | float:
    """The shortest decimal that is this float32."""
    return float(str(np.float32(x.item()))) if x.is_floating_point() else int(x.item())
