"""Ablations by TransformerLens's hooks: zero, mean (by position and over all positions) and resampled.

python packages/analysis/goldens/ablation.py
"""

import torch
from common import lens_model, tokenizer, write

model, tok = lens_model(), tokenizer()
torch.set_grad_enabled(False)

PROMPTS = ["The Eiffel Tower is in the city of", "The London Eye is in the city of"]
ANSWERS, WRONG = [" Paris", " London"], [" Rome", " Paris"]
# As long as the prompts.
SAME = [
    "The Trevi Fountain is in the city of",
    "The Spanish Steps is in the city of",
    "The Blue Mosque is in the city of",
]
# Of other lengths, two of one among them.
OTHERS = ["The Colosseum is in the city of", "The Louvre is in the city of", "Alice went to the park"]
# Neurons of layer 1, and positions to ablate at.
NEURONS = list(range(0, 8))
SOME = [1, 2, 6]


def ids(texts):
    return torch.tensor([tok.encode(text) for text in texts])


prompts, same = ids(PROMPTS), ids(SAME)
assert prompts.shape[1] == same.shape[1], (prompts.shape, same.shape)
rows = torch.arange(len(PROMPTS))
a = torch.tensor([tok.encode(t)[0] for t in ANSWERS])
b = torch.tensor([tok.encode(t)[0] for t in WRONG])
layers, heads = range(model.cfg.n_layers), range(model.cfg.n_heads)


def metric(logits):
    return (logits[rows, -1, a] - logits[rows, -1, b]).mean().item()


def caches():
    """Activations of the references: by position, and of all positions together."""
    _, cache = model.run_with_cache(same)
    others = [model.run_with_cache(ids([text]))[1] for text in OTHERS]
    return cache, others


cache, others = caches()


def replacement(kind, name, index):
    """What stands in the place: broadcasts to [batch, position, …]. `index` picks the unit from the last axes."""
    if kind == "zero":
        return torch.tensor(0.0)
    if kind == "mean":
        return cache[name].mean(0, keepdim=True)[index]
    if kind == "mean over positions":
        return torch.cat([c[name].flatten(0, 1) for c in others]).mean(0)[None, None][index]
    raise ValueError(kind)


def run(places, kind, positions=slice(None)):
    """The metric with places (hook name, index) replaced."""
    hooks = []
    for name, index in places:

        def hook(value, hook, index=index, name=name):
            value = value.clone()
            new = replacement(kind, name, index).expand_as(value[index])
            changed = value[index].clone()
            changed[:, positions] = new[:, positions]
            value[index] = changed
            return value

        hooks.append((name, hook))
    return metric(model.run_with_hooks(prompts, fwd_hooks=hooks))


def head(layer, h):
    return (f"blocks.{layer}.attn.hook_z", (slice(None), slice(None), h))


def neuron(layer, n):
    return (f"blocks.{layer}.mlp.hook_post", (slice(None), slice(None), n))


def whole(layer, hook):
    return (f"blocks.{layer}.{hook}", (slice(None), slice(None)))


def at_position(position, layer):
    """The stream before a block at one position: every other one stays."""

    def patched(kind):
        def hook(value, hook):
            value = value.clone()
            new = replacement(kind, hook.name, (slice(None), slice(None))).expand_as(value)
            value[:, position] = new[:, position]
            return value

        return metric(model.run_with_hooks(prompts, fwd_hooks=[(f"blocks.{layer}.hook_resid_pre", hook)]))

    return patched


kinds = ["zero", "mean", "mean over positions"]
golden = {
    "prompts": PROMPTS,
    "answers": ANSWERS,
    "wrong": WRONG,
    "same length": SAME,
    "others": OTHERS,
    "some": SOME,
    "before": metric(model(prompts)),
    "heads": {k: [[run([head(layer, h)], k) for h in heads] for layer in layers] for k in kinds},
    "attns": {k: [run([whole(layer, "hook_attn_out")], k) for layer in layers] for k in kinds},
    "mlps": {k: [run([whole(layer, "hook_mlp_out")], k) for layer in layers] for k in kinds},
    "layers": {
        k: [run([whole(layer, "hook_attn_out"), whole(layer, "hook_mlp_out")], k) for layer in layers] for k in kinds
    },
    "neurons of layer 1": {k: [run([neuron(1, n)], k) for n in NEURONS] for k in kinds},
    "positions": {k: [at_position(p, 0)(k) for p in range(prompts.shape[1])] for k in kinds},
    "positions before layer 2": {k: [at_position(p, 2)(k) for p in range(prompts.shape[1])] for k in kinds},
    "heads at some positions": {
        k: [[run([head(layer, h)], k, SOME) for h in heads] for layer in layers] for k in kinds
    },
    "together": {k: run([head(0, 3), head(1, 4), neuron(1, 5), whole(2, "hook_mlp_out")], k) for k in kinds},
    # Each reference row for both prompts: what a draw of rows gives is made of these.
    "resampled": {
        "heads of layer 1": [
            [
                [
                    model.run_with_hooks(
                        prompts[i : i + 1],
                        fwd_hooks=[
                            (
                                "blocks.1.attn.hook_z",
                                lambda value, hook, h=h, r=r: value.index_copy(
                                    2, torch.tensor([h]), cache["blocks.1.attn.hook_z"][r : r + 1, :, h : h + 1]
                                ),
                            )
                        ],
                    )[0, -1, [a[i], b[i]]].tolist()
                    for r in range(len(SAME))
                ]
                for i in range(len(PROMPTS))
            ]
            for h in heads
        ]
    },
}
write("ablation", golden)
