"""Where training starts from: a rough drawing of two induction heads.

From random weights, in the minutes a small CPU has to spend, this model found
ways to copy that look for no token (see `copying.py`), or stayed on a plateau
where those were closed to it. So the start is drawn by hand, in two layers, and
everything in it is then trained:

- layer 0, heads 0 and 1, attend to the previous place and write a projection of
  the token there into a space of its own;
- layer 1, heads 0 and 1, compare the token here with that space, so they attend
  to what came after the same token before, and write what they find.

Each drawing is of rank 32 out of 256, and all other weights are random.
"""

import math

import torch
from transformers import GPT2LMHeadModel

# Strengths, chosen so that the drawn heads are neither lost in the noise nor
# saturated: a match scores about 15 before the softmax, and noise about 4.
LOOK_BACK = 2.0
MOVE = 0.45
MATCH = 2.2
COPY = 0.8


def wave_speeds(count: int) -> torch.Tensor:
    """From 2.5 radians a position, fast enough to tell neighbours apart, down to 1/400."""
    return 2.5 * torch.exp(-math.log(1000) * torch.arange(count) / count)


def waves(positions: int, width: int) -> torch.Tensor:
    """Sines and cosines of every position in the first half of the dimensions, nothing in the rest.

    From random vectors, "the position before" has to be learnt 255 times over;
    from waves it is one rotation.
    """
    angles = torch.arange(positions)[:, None] * wave_speeds(width // 4)
    silence = torch.zeros(positions, width // 2)
    return torch.cat([torch.sin(angles), torch.cos(angles), silence], dim=1)


def look_back_one(attention: torch.Tensor, width: int, first: int, size: int) -> None:
    """Sets queries and keys so that their product is greatest one place back.

    The key at place j is its fastest waves, the query at place p the same waves
    turned back by one place.
    """
    attention[:, first : first + size] = 0
    attention[:, width + first : width + first + size] = 0
    speeds = wave_speeds(width // 4)
    for wave in range(size // 2):
        sine, cosine, turn = wave, width // 4 + wave, float(speeds[wave])
        one, two = first + 2 * wave, first + 2 * wave + 1
        attention[sine, one] = LOOK_BACK * math.cos(turn)
        attention[cosine, one] = -LOOK_BACK * math.sin(turn)
        attention[sine, two] = LOOK_BACK * math.sin(turn)
        attention[cosine, two] = LOOK_BACK * math.cos(turn)
        attention[sine, width + one] = LOOK_BACK
        attention[cosine, width + two] = LOOK_BACK


def sketch_induction(model: GPT2LMHeadModel, init_std: float, heads: int = 2) -> None:
    """Draws the two layers into a fresh model."""
    width = model.config.n_embd
    size = width // model.config.n_head
    model.transformer.wpe.weight.copy_(waves(model.config.n_positions, width) * init_std * math.sqrt(2))
    # Directions that no wave touches: for each head, one set to read and one to write.
    quiet = torch.zeros(width, 2 * heads * size)
    quiet[width // 2 :] = torch.linalg.qr(torch.randn(width // 2, 2 * heads * size))[0]
    # The random MLPs speak softly, or nothing above would hear the drawing.
    for block in model.transformer.h:
        block.mlp.c_proj.weight *= 0.25
    below, above = model.transformer.h[0].attn, model.transformer.h[1].attn
    for head in range(heads):
        span = slice(head * size, (head + 1) * size)
        queries, keys, values = (slice(n * width + span.start, n * width + span.stop) for n in range(3))
        token = quiet[:, 2 * head * size : (2 * head + 1) * size]
        before = quiet[:, (2 * head + 1) * size : (2 * head + 2) * size]

        look_back_one(below.c_attn.weight, width, span.start, size)
        below.c_attn.weight[:, values] = MOVE * token
        below.c_proj.weight[span] = MOVE * before.T

        above.c_attn.weight[:, queries] = MATCH * token
        above.c_attn.weight[:, keys] = MATCH * before
        copied = torch.linalg.qr(torch.randn(width, size))[0]
        above.c_attn.weight[:, values] = COPY * copied
        above.c_proj.weight[span] = COPY * copied.T
