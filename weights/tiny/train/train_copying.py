"""First lesson, before any text: repeat what came before.

Mixed into text from the start, copying is not learnt within the budget of one
CPU, and everything that needs it (indirect objects, pronouns) stays at chance.
Alone, with a curriculum of periods, it takes minutes. `train_text.py` goes on
from the checkpoint.

    python weights/tiny/train/train_copying.py --minutes 3
"""

import argparse
import time
from pathlib import Path

import torch

from copying import Curriculum, SegmentRows
from loop import make_optimizer, save_checkpoint, step_once
from model import N_POSITIONS, VOCAB_SIZE, make_model

RUNS = Path(__file__).parent / "runs"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=RUNS / "copying.pt")
    options = parser.parse_args()

    torch.set_num_threads(options.threads)
    model = make_model(options.seed)
    optimizer = make_optimizer(model)
    curriculum = Curriculum()
    source = SegmentRows(VOCAB_SIZE, options.seed)
    options.out.parent.mkdir(parents=True, exist_ok=True)

    start, step, tokens, total = time.time(), 0, 0, 0.0
    while time.time() - start < options.minutes * 60:
        longest = curriculum.longest
        ids, weights = source.draw(rows=32, length=64, longest=longest)
        first_places = torch.randint(0, N_POSITIONS - 64 + 1, (32,))
        rate = 1.5e-3 * min(1, (step + 1) / 100)
        loss = step_once(model, optimizer, ids, weights, rate, first_places)
        curriculum.record(loss)
        step, tokens, total = step + 1, tokens + ids.numel(), total + loss
        if step % 50 == 0:
            speed = tokens / (time.time() - start)
            print(f"step {step} tokens {tokens} longest {longest} loss {total / 50:.3f} {speed:.0f} tok/s", flush=True)
            total = 0.0
        if step % 200 == 0:
            save_checkpoint(options.out, model, tokens)
    save_checkpoint(options.out, model, tokens)


if __name__ == "__main__":
    main()
