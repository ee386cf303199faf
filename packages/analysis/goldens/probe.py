"""Logistic probes by torch's LBFGS in float64, on activations of Hugging Face's GPT-2."""

import torch
from common import tokenizer, torch_model, write

model = torch_model()
tok = tokenizer()

WOMEN = "Mary Anna Alice Emma Lucy Sarah Jane Kate Laura Julia Susan Rachel".split()
MEN = "John Tom Paul James David Peter Mark Jack Henry George Robert".split()
NEW = ["Helen went to the store because", "Leo was sad, and in the evening", "Clara said that", "Oscar said that"]
SENTENCES = ["{} went to the park because", "{} was happy, and the fox said that", "Near the museum there was {}"]
L2, FOLDS, SEED = 0.5, 5, 3


def prompts(names):
    return [SENTENCES[i % 3].format(name) for i, name in enumerate(names)]


def activations(texts, position=-1):
    """resid_post of every layer: [layers, prompts, width]."""
    rows = []
    for text in texts:
        states = []
        hooks = [b.register_forward_hook(lambda m, i, o: states.append(o[0] if isinstance(o, tuple) else o)) for b in model.transformer.h]
        with torch.no_grad():
            model(torch.tensor([tok(text)["input_ids"]]))
        for hook in hooks:
            hook.remove()
        each = torch.stack([state[0] for state in states])
        rows.append(each.mean(1) if position == "mean" else each[:, position])
    return torch.stack(rows, 1).double()


def fit(x, y, l2):
    w = torch.zeros(x.shape[1], dtype=torch.float64, requires_grad=True)
    b = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    sign = 2 * y - 1
    optimizer = torch.optim.LBFGS(
        [w, b], max_iter=20000, history_size=100, tolerance_grad=1e-11, tolerance_change=0, line_search_fn="strong_wolfe"
    )

    def closure():
        optimizer.zero_grad()
        loss = torch.nn.functional.softplus(-sign * (x @ w + b)).sum() + l2 / 2 * (w * w).sum()
        loss.backward()
        return loss

    for _ in range(3):
        optimizer.step(closure)
    assert w.grad.norm() < 1e-6, w.grad.norm()
    return w.detach(), b.item()


def folds_of(y, folds, seed):
    """As folds.ts: each class shuffled by randomNumbers.ts, and dealt round."""
    step = lambda state: (state * 6364136223846793005 + 1442695040888963407) % 2**64
    state = step(seed % 2**64)

    def random():
        nonlocal state
        state = step(state)
        return (state >> 32) / 2**32

    result = [0] * len(y)
    for label in (1, 0):
        members = [i for i, one in enumerate(y) if one == label]
        for i in range(len(members) - 1, 0, -1):
            j = int(random() * (i + 1))
            members[i], members[j] = members[j], members[i]
        for i, member in enumerate(members):
            result[member] = i % folds
    return result


def probe(position, l2):
    x = torch.cat([activations(prompts(WOMEN), position), activations(prompts(MEN), position)], 1)
    y = torch.tensor([1.0] * len(WOMEN) + [0.0] * len(MEN), dtype=torch.float64)
    fold = torch.tensor(folds_of(y.int().tolist(), FOLDS, SEED))
    new = activations(NEW, position)
    result = {"directions": [], "scales": [], "biases": [], "heldOut": [], "folds": [], "trained": [], "logits": []}
    for layer in range(x.shape[0]):
        right = torch.zeros(len(y))
        for out in range(FOLDS):
            w, b = fit(x[layer][fold != out], y[fold != out], l2)
            margin = x[layer][fold == out] @ w + b
            assert margin.abs().min() > 1e-3
            right[fold == out] = ((margin > 0).double() == y[fold == out]).float()
        w, b = fit(x[layer], y, l2)
        if layer in (0, 2):
            result["directions"].append(w / w.norm())
        result["scales"].append(w.norm())
        result["biases"].append(b)
        result["heldOut"].append(right.mean())
        result["folds"].append([right[fold == out].mean() for out in range(FOLDS)])
        result["trained"].append((((x[layer] @ w + b) > 0).double() == y).double().mean())
        result["logits"].append(new[layer] @ w + b)
    print(position, [round(one.item(), 3) for one in result["heldOut"]])
    return result


# Numbers that a test can make: not separable, and of uneven scale.
COUNT, WIDTH = 40, 5
plain_x = torch.tensor([[((i * 37 + j * 101 + i * j * 13) % 97 - 48) / 10 * 1.5**j for j in range(WIDTH)] for i in range(COUNT)], dtype=torch.float64)
plain_y = torch.tensor([1.0 if (i * 53 + 11 * (i % 7)) % 10 < 4 else 0.0 for i in range(COUNT)], dtype=torch.float64)
plain = []
for l2 in (0.1, 1.0, 30.0):
    w, b = fit(plain_x, plain_y, l2)
    plain.append({"l2": l2, "weights": w, "bias": b})

write(
    "probe",
    {
        "women": prompts(WOMEN),
        "men": prompts(MEN),
        "new": NEW,
        "l2": L2,
        "folds": FOLDS,
        "seed": SEED,
        "last": probe(-1, L2),
        "mean": probe("mean", 1.0),
        "foldsOf": {"labels": plain_y.int(), "folds": folds_of(plain_y.int().tolist(), 4, 9)},
        "plain": plain,
    },
)
