"""Writes `expected.json`: what any other runtime must compute from the exported file.

    python weights/tiny/train/expected.py
"""

import json
from pathlib import Path

import torch

from measure import Subject, measure_induction

HOME = Path(__file__).parent.parent
PROMPTS = {
    "fact": "The Eiffel Tower is in the city of",
    "capital": "The capital of Japan is",
    "language": "The main language of Norway is",
    "indirect object": "When Mary and John went to the store, John gave a drink to",
    "indirect object, swapped": "When Mary and John went to the store, Mary gave a drink to",
    "pronoun": "Alice went to the park because",
    "agreement": "The keys to the cabinet",
    "year": "The war lasted from the year 1732 to the year 17",
    "plain": "Once upon a time, there was a",
    "repeated": "river stone candle monkey silver river stone candle",
}


@torch.no_grad()
def top_five(subject: Subject, text: str) -> dict:
    """Ids of the prompt and the five likeliest next tokens, in full precision."""
    ids = subject.ids(text)
    logits = subject.model(torch.tensor([ids])).logits[0, -1]
    chances = logits.softmax(-1)
    best = logits.topk(5).indices.tolist()
    return {
        "text": text,
        "ids": ids,
        "tokens": [subject.tokenizer.decode([i]) for i in ids],
        "top": [
            {
                "id": i,
                "token": subject.tokenizer.decode([i]),
                "logit": round(float(logits[i]), 6),
                "probability": round(float(chances[i]), 8),
            }
            for i in best
        ],
    }


def heads(scores: dict[str, float], least: float) -> list[dict]:
    """The heads whose score is over `least`, best first."""
    split = [(*map(int, name.split(".")), score) for name, score in scores.items() if score > least]
    return [{"layer": layer, "head": head, "score": score} for layer, head, score in split]


def main() -> None:
    subject = Subject(HOME)
    induction = measure_induction(subject)
    expected = {
        "prompts": {name: top_five(subject, text) for name, text in PROMPTS.items()},
        "induction heads": heads(induction["induction score"], 0.5),
        "previous-token heads": heads(induction["previous-token score"], 0.5),
    }
    (HOME / "expected.json").write_text(json.dumps(expected, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
