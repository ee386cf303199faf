"""Activation patching by TransformerLens's own sweeps, and attribution patching by torch's gradients.

python packages/analysis/goldens/patching.py
"""

from functools import partial

import torch
import transformer_lens.patching as patching
from common import lens_model, tokenizer, write

model, tok = lens_model(), tokenizer()

PAIRS = {
    "fact": (
        ["The Eiffel Tower is in the city of"],
        ["The London Eye is in the city of"],
        [" Paris"],
        [" London"],
    ),
    # Two prompts at once: figures are means over them.
    "ioi": (
        [
            "When Mary and John went to the store, John gave a drink to",
            "When Alice and Tom went to the park, Tom gave a book to",
        ],
        [
            "When Mary and John went to the store, Mary gave a drink to",
            "When Alice and Tom went to the park, Alice gave a book to",
        ],
        [" Mary", " Alice"],
        [" John", " Tom"],
    ),
}

HOOKS = {
    "resid_pre": "hook_resid_pre",
    "resid_mid": "hook_resid_mid",
    "resid_post": "hook_resid_post",
    "attn_out": "hook_attn_out",
    "mlp_out": "hook_mlp_out",
    "z": "attn.hook_z",
    "q": "attn.hook_q",
    "k": "attn.hook_k",
    "v": "attn.hook_v",
    "pattern": "attn.hook_pattern",
}


def ids(texts):
    return torch.tensor([tok.encode(text) for text in texts])


def one(text):
    (token,) = tok.encode(text)
    return token


def by_layer_and_position(corrupt, cache, metric, name):
    return patching.generic_activation_patch(
        model,
        corrupt,
        cache,
        metric,
        patching.layer_pos_patch_setter,
        name,
        index_axis_names=("layer", "pos"),
    )


def sweeps(corrupt, cache, metric):
    found = {
        "resid_pre": patching.get_act_patch_resid_pre(model, corrupt, cache, metric),
        "resid_mid": patching.get_act_patch_resid_mid(model, corrupt, cache, metric),
        "resid_post": by_layer_and_position(corrupt, cache, metric, "resid_post"),
        "attn_out": patching.get_act_patch_attn_out(model, corrupt, cache, metric),
        "mlp_out": patching.get_act_patch_mlp_out(model, corrupt, cache, metric),
        "z": patching.get_act_patch_attn_head_out_all_pos(model, corrupt, cache, metric),
        "q": patching.get_act_patch_attn_head_q_all_pos(model, corrupt, cache, metric),
        "k": patching.get_act_patch_attn_head_k_all_pos(model, corrupt, cache, metric),
        "v": patching.get_act_patch_attn_head_v_all_pos(model, corrupt, cache, metric),
        "pattern": patching.get_act_patch_attn_head_pattern_all_pos(model, corrupt, cache, metric),
    }
    # [layer, position, head]
    by_position = {"z": patching.get_act_patch_attn_head_out_by_pos(model, corrupt, cache, metric)}
    return found, by_position


def estimates(clean_cache, corrupt, metric):
    """(clean - corrupt) · gradient, summed to [layer, position], or [layer, head, position] for heads."""
    kept = {}

    def keep(value, hook, name):
        kept[name] = value if value.requires_grad else value.requires_grad_()
        return kept[name]

    names = [f"blocks.{layer}.{hook}" for layer in range(model.cfg.n_layers) for hook in HOOKS.values()]
    logits = model.run_with_hooks(corrupt, fwd_hooks=[(name, partial(keep, name=name)) for name in names])
    loss = metric(logits)
    grads = torch.autograd.grad(loss, [kept[name] for name in names])
    products = {
        name: ((clean_cache[name] - kept[name]) * grad).detach() for name, grad in zip(names, grads, strict=True)
    }
    found = {}
    for site, hook in HOOKS.items():
        layers = [products[f"blocks.{layer}.{hook}"] for layer in range(model.cfg.n_layers)]
        if site == "pattern":  # [batch, head, query, key]
            found[site] = torch.stack([p.sum((0, 3)) for p in layers])
        elif site in ("z", "q", "k", "v"):  # [batch, position, head, width]
            found[site] = torch.stack([p.sum((0, 3)).T for p in layers])
        else:
            found[site] = torch.stack([p.sum((0, 2)) for p in layers])
    return found


golden = {}
for pair, (clean, corrupt, answers, wrong) in PAIRS.items():
    clean_ids, corrupt_ids = ids(clean), ids(corrupt)
    rows = torch.arange(len(clean))
    a, b = torch.tensor([one(t) for t in answers]), torch.tensor([one(t) for t in wrong])

    def metric(logits, rows=rows, a=a, b=b):
        return (logits[rows, -1, a] - logits[rows, -1, b]).mean()

    with torch.no_grad():
        clean_logits, cache = model.run_with_cache(clean_ids)
        target = clean_logits[:, -1].log_softmax(-1)

        def kl(logits, target=target):
            logs = logits[:, -1].log_softmax(-1)
            return (target.exp() * (target - logs)).sum(-1).mean()

        found, by_position = sweeps(corrupt_ids, cache, metric)
        divergence = {"resid_post": by_layer_and_position(corrupt_ids, cache, kl, "resid_post")}
        golden[pair] = {
            "clean": clean,
            "corrupt": corrupt,
            "answers": answers,
            "wrong": wrong,
            "metric": {"clean": metric(clean_logits).item(), "corrupt": metric(model(corrupt_ids)).item()},
            "patched": found,
            "by position": by_position,
            "KL": {"corrupt": kl(model(corrupt_ids)).item(), "patched": divergence},
        }
    golden[pair]["estimate"] = estimates(cache, corrupt_ids, metric)

write("patching", golden)
