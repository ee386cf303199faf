"""Attribution of inputs in plain torch: embeddings in by `inputs_embeds`, gradients by autograd.

With --convergence it prints the table of docs/input-attribution.md instead.
"""

import sys

import numpy
import torch
from common import tokenizer, torch_model, write

model = torch_model()
for parameter in model.parameters():
    parameter.requires_grad_(False)
tok = tokenizer()
embedding = model.transformer.wte.weight

FACT = "The Eiffel Tower is in the city of"
CAPITAL = "The capital of France is"
# Here the answer is one of many: near probability 1, gradients of its logarithm are differences of nearly equal numbers.
STORY = "One day, Alice went to the"
# Two prompts of one length, each with its own answers.
PAIR = ["When Mary and John went to the store, John gave a drink to", "When Mary and John went to the park, Mary gave a book to"]


def ids_of(texts):
    return torch.tensor([tok(text)["input_ids"] for text in texts])


def one(text):
    (token,) = tok(text)["input_ids"]
    return token


def logits(x):
    return model(inputs_embeds=x).logits


def logit(answers):
    return lambda x: logits(x)[:, -1].gather(1, torch.tensor(answers)[:, None].expand(x.shape[0], 1))[:, 0]


def probability(answers):
    return lambda x: logits(x)[:, -1].softmax(-1)[:, answers[0]]


def log_probability(answers):
    return lambda x: logits(x)[:, -1].log_softmax(-1)[:, answers[0]]


def logit_difference(answers, wrong):
    # Each row its own tokens, also where the rows hold the prompts several times over.
    def of(x):
        times = x.shape[0] // len(answers)
        last = logits(x)[:, -1]
        pick = lambda ids: last.gather(1, torch.tensor(ids * times)[:, None])[:, 0]
        return pick(answers) - pick(wrong)

    return of


def loss_of(ids):
    def of(x):
        logs = logits(x)[:, :-1].log_softmax(-1)
        return -logs.gather(2, ids[:, 1:].expand(x.shape[0], -1)[..., None])[..., 0].mean(-1)

    return of


def kl_from(ids):
    target = logits(embedding[ids])[:, -1].log_softmax(-1)
    return lambda x: (target.exp() * (target - logits(x)[:, -1].log_softmax(-1))).sum(-1)


def gradient(metric, x):
    x = x.clone().requires_grad_(True)
    (grad,) = torch.autograd.grad(metric(x).sum(), x)
    return grad


def integrated(metric, x, base, steps, rule):
    if rule == "midpoint":
        points, weights = (numpy.arange(steps) + 0.5) / steps, numpy.full(steps, 1 / steps)
    else:
        nodes, weights = numpy.polynomial.legendre.leggauss(steps)
        points, weights = (nodes + 1) / 2, weights / 2
    total = torch.zeros_like(x, dtype=torch.float64)
    for point, weight in zip(points, weights):
        total += weight * gradient(metric, base + float(point) * (x - base)).double()
    scores = (total * (x - base)).sum(-1)
    whole, absent = metric(x), metric(base.expand_as(x))
    return {"scores": scores, "metric": whole, "baseline": absent, "delta": scores.sum(-1) - (whole - absent)}


def occlusion(metric, x, base):
    whole = metric(x)
    base = base.expand_as(x)
    columns = []
    for position in range(x.shape[1]):
        y = x.clone()
        y[:, position] = base[:, position]
        columns.append(whole - metric(y))
    return {"scores": torch.stack(columns, 1), "metric": whole}


def plain(metric, x):
    grad = gradient(metric, x)
    return {
        "gradient x input": {"scores": (grad * x).sum(-1), "metric": metric(x)},
        "saliency": {"scores": grad.norm(dim=-1), "metric": metric(x)},
    }


CONTRASTS = {
    "Sarah dropped a key, so": (" she", " he"),
    "The capital of France is": (" Paris", " Rome"),
    "The people of France speak": (" French", " German"),
    "The keys near the old window": (" are", " is"),
    FACT: (" Paris", " Rome"),
}


def convergence():
    """The largest convergence delta of these prompts with both baselines, by metric, rule and steps."""
    bases = [torch.zeros(1, 1, model.config.n_embd), embedding[one(" the")].expand(1, 1, -1)]
    for name in ("logit difference", "probability"):
        for rule in ("midpoint", "gauss-legendre"):
            for steps in (8, 16, 32, 64):
                deltas = []
                for text, (answer, other) in CONTRASTS.items():
                    ids = one(answer), one(other)
                    metric = logit_difference([ids[0]], [ids[1]]) if name == "logit difference" else probability([ids[0]])
                    x = embedding[ids_of([text])]
                    deltas += [integrated(metric, x, base, steps, rule)["delta"].abs().item() for base in bases]
                print(name, rule, steps, f"{max(deltas):.2g}")


if "--convergence" in sys.argv:
    sys.exit(convergence())

fact, capital, pair = ids_of([FACT]), ids_of([CAPITAL]), ids_of(PAIR)
paris, rome = one(" Paris"), one(" Rome")
answers, wrong = [one(" Mary"), one(" John")], [one(" John"), one(" Mary")]
zeros = torch.zeros(1, 1, model.config.n_embd)
the = embedding[one(" the")].expand(1, 1, -1)
# A vector a position, of numbers that a test can make.
T = fact.shape[1]
made = (torch.arange(T * 256).reshape(1, T, 256) % 7 - 3) / 50
with torch.no_grad():
    kl = kl_from(fact)

x, xc, xp = embedding[fact], embedding[capital], embedding[pair]
write(
    "inputs",
    {
        "prompts": {"fact": FACT, "capital": CAPITAL, "story": STORY, "pair": PAIR},
        "fact logit": {
            **plain(logit([paris]), x),
            "zeros": integrated(logit([paris]), x, zeros, 12, "gauss-legendre"),
            "midpoint": integrated(logit([paris]), x, zeros, 8, "midpoint"),
            "token": integrated(logit([paris]), x, the, 5, "gauss-legendre"),
            "vectors": integrated(logit([paris]), x, made, 4, "gauss-legendre"),
            "occlusion zeros": occlusion(logit([paris]), x, zeros),
            "occlusion token": occlusion(logit([paris]), x, the),
            "occlusion vectors": occlusion(logit([paris]), x, made),
        },
        "fact loss": {**plain(loss_of(fact), x), "zeros": integrated(loss_of(fact), x, zeros, 4, "gauss-legendre")},
        "fact KL": {"zeros": integrated(kl, x, zeros, 4, "gauss-legendre"), "occlusion": occlusion(kl, x, zeros)},
        "capital probability": {
            **plain(probability([paris]), xc),
            "occlusion": occlusion(probability([paris]), xc, zeros),
        },
        "story log probability": plain(log_probability([one(" park")]), embedding[ids_of([STORY])]),
        "pair logit difference": {
            **plain(logit_difference(answers, wrong), xp),
            "zeros": integrated(logit_difference(answers, wrong), xp, zeros, 3, "gauss-legendre"),
            "occlusion": occlusion(logit_difference(answers, wrong), xp, zeros),
        },
    },
)
