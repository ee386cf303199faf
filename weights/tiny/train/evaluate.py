"""Measures the exported model on held-out prompts and writes `evaluation.json`.

    python weights/tiny/train/evaluate.py
"""

import argparse
import json
from pathlib import Path

import torch

import measure
from names import INDIRECT_OBJECT, INDIRECT_OBJECT_UNSEEN

HOME = Path(__file__).parent.parent
FIRST_PROMPTS = {
    "The Eiffel Tower is in the city of": " Paris",
    "When Mary and John went to the store, John gave a drink to": " Mary",
}
OPENINGS = ["One day, Alice went to the", "Once upon a time, there was a", "The capital of", "The king said that"]


def measure_all(subject: measure.Subject) -> dict:
    """Every measurement, in the order of the model card."""
    named = {prompt: subject.tokenizer.decode(subject.greedy(prompt, 1)) for prompt in FIRST_PROMPTS}
    return {
        "first prompts": {p: {"said": said, "right": said == FIRST_PROMPTS[p]} for p, said in named.items()},
        "facts": measure.measure_facts(subject),
        "induction": {str(n): measure.measure_induction(subject, n) for n in (30, 60)},
        "indirect object": measure.measure_indirect_object(subject, INDIRECT_OBJECT),
        "indirect object, unseen sentences": measure.measure_indirect_object(subject, INDIRECT_OBJECT_UNSEEN),
        "pronouns": measure.measure_pronouns(subject),
        "agreement": measure.measure_agreement(subject),
        "years": measure.measure_years(subject),
        "samples": [measure.sample(subject, opening, seed=n) for n, opening in enumerate(OPENINGS)],
    }


def print_table(results: dict) -> None:
    """The numbers alone, one to a line."""
    for name, values in results.items():
        if name == "samples":
            for text in values:
                print(f"\n{text}")
            continue
        print(name)
        for key, value in values.items():
            if key == "misses":
                print(f"  {key:38} {len(value)}")
            elif isinstance(value, dict):
                short = {k: v for k, v in value.items() if not isinstance(v, dict)}
                print(f"  {key:38} {short}")
                for inner, table in value.items():
                    if isinstance(table, dict):
                        print(f"    {inner:36} {table}")
            else:
                print(f"  {key:38} {value}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", type=Path, default=HOME)
    parser.add_argument("--out", type=Path, default=None, help="default: evaluation.json beside the model")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    results = measure_all(measure.Subject(options.model))
    print_table(results)
    out = options.out or options.model / "evaluation.json"
    out.write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
