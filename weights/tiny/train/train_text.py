"""Second lesson: the corpus, on top of what `train_copying.py` learnt.

The learning rate follows the clock rather than a count of steps, so a run ends
when it was told to, on whatever machine, with the rate all the way down.

    python weights/tiny/train/train_text.py --minutes 50
"""

import argparse
import math
import os
import time
from pathlib import Path

import torch

from loop import load_checkpoint, make_optimizer, save_checkpoint, step_once
from model import make_model
from rows import Rows

os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
HERE = Path(__file__).parent
WARM_UP_STEPS = 100


def rate_at(step: int, elapsed: float, peak: float) -> float:
    """Warm up by steps, then a cosine over the share of the time that has passed."""
    cosine = 0.5 * (1 + math.cos(math.pi * min(1.0, elapsed)))
    return peak * min(1.0, (step + 1) / WARM_UP_STEPS) * max(cosine, 0.002)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=50)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--peak", type=float, default=1.2e-3)
    parser.add_argument("--start", type=Path, default=HERE / "runs" / "copying.pt")
    parser.add_argument("--out", type=Path, default=HERE / "runs" / "text.pt")
    options = parser.parse_args()

    torch.set_num_threads(options.threads)
    model = make_model()
    tokens_before = load_checkpoint(options.start, model)
    optimizer = make_optimizer(model)
    source = Rows(str(HERE.parent / "tokenizer.json"), options.seed)

    start, step, tokens, total = time.time(), 0, 0, 0.0
    budget = options.minutes * 60
    while (passed := time.time() - start) < budget:
        ids, weights = source.draw()
        rate = rate_at(step, passed / budget, options.peak)
        total += step_once(model, optimizer, ids, weights, rate)
        step, tokens = step + 1, tokens + ids.numel()
        if step % 100 == 0:
            speed = tokens / (time.time() - start)
            print(f"step {step} tokens {tokens} rate {rate:.1e} loss {total / 100:.4f} {speed:.0f} tok/s", flush=True)
            total = 0.0
        if step % 250 == 0:
            save_checkpoint(options.out, model, tokens_before + tokens)
    save_checkpoint(options.out, model, tokens_before + tokens)
    print(f"done: {step} steps, {tokens} tokens after {tokens_before}", flush=True)


if __name__ == "__main__":
    main()
