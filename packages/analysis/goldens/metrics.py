"""Metrics, top-k tables and losses by plain torch on Hugging Face's GPT-2.

python packages/analysis/goldens/metrics.py
"""

import torch
from common import tokenizer, torch_model, write

model, tok = torch_model(), tokenizer()
torch.set_grad_enabled(False)

# Two of one length, and others.
PROMPTS = [
    "The Eiffel Tower is in the city of",
    "The London Eye is in the city of",
    "When Mary and John went to the store, John gave a drink to",
    "One day, Alice went to the park. She wanted",
]
ANSWERS = [" Paris", " London", " Mary", " to"]
WRONG = [" Rome", " Paris", " John", " a"]


def of(prompt, answer, wrong, reference):
    ids = torch.tensor([tok.encode(prompt)])
    logits = model(ids).logits[0]
    logs = logits.log_softmax(-1)
    (a,), (b,) = tok.encode(answer), tok.encode(wrong)
    last, against = logs[-1], reference
    losses = -logs[:-1].gather(-1, ids[0, 1:, None])[:, 0]
    best = logits[-1].topk(5)
    middle = logits[2].topk(3)
    return {
        "logit": logits[-1, a].item(),
        "logit difference": (logits[-1, a] - logits[-1, b]).item(),
        "probability": last[a].exp().item(),
        "log probability": last[a].item(),
        "rank": (logits[-1] > logits[-1, a]).sum().item(),
        "rank of wrong": (logits[-1] > logits[-1, b]).sum().item(),
        "entropy": -(last.exp() * last).sum().item(),
        "entropy at 2": -(logs[2].exp() * logs[2]).sum().item(),
        "KL": (against.exp() * (against - last)).sum().item(),
        "loss": losses.mean().item(),
        "losses": losses,
        "top": {
            "ids": best.indices.tolist(),
            "tokens": [tok.decode([i]) for i in best.indices.tolist()],
            "logits": best.values,
            "probabilities": last[best.indices].exp(),
        },
        "top at 2": middle.indices.tolist(),
    }


# The run that KL compares with: the same prompts with their last token left to a full stop.
REFERENCES = [prompt.rsplit(" ", 1)[0] + " the" for prompt in PROMPTS]
logs = [model(torch.tensor([tok.encode(text)])).logits[0, -1].log_softmax(-1) for text in REFERENCES]
rows = [of(*row) for row in zip(PROMPTS, ANSWERS, WRONG, logs, strict=True)]
write("metrics", {"prompts": PROMPTS, "answers": ANSWERS, "wrong": WRONG, "references": REFERENCES, "rows": rows})
