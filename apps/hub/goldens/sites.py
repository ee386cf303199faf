"""
Every place of insitu's GPT-2 (packages/program/src/gpt2Spec.ts), by its name there, from transformers' GPT-2.

What enters and leaves a module is what torch's forward hooks see. What has no module of its own:

    attn.source.query, .key, .value   c_attn's output in three, split into heads
    attn.source.scores                query · keyᵀ × the module's own `scaling`; compared where the mask lets through
    attn.source.pattern               the attention's second output
    attn.source.z                     c_proj's input, split into heads again
    source.residMid (of a block)      ln_2's input
    source.scale (of a norm)          √(variance of the population + ε) of its input
    source.normalized                 (input - mean) / scale

Those computed here are checked: softmax of the scores is the pattern, pattern · value is z, and normalized ·
weight + bias is the norm's output.
"""

import torch
from transformers import GPT2LMHeadModel

# A place's value, and where in it torch and insitu agree to differ: nowhere (None), or at what is masked.
Site = tuple[torch.Tensor, torch.Tensor | None]


def sites_of(model: GPT2LMHeadModel, ids: torch.Tensor) -> dict[str, Site]:
    entering, leaving = run(model, ids)
    tokens = ids.shape[1]
    positions = torch.arange(tokens).unsqueeze(0)
    sites: dict[str, Site] = {}

    def add(path: str, port: str, value: torch.Tensor, keep: torch.Tensor | None = None) -> None:
        sites[f"{path}:{port}"] = (value.int() if value.dtype == torch.int64 else value, keep)

    for path, port in (("", "input"), ("transformer", "input")):
        add(path, port, ids)
    add("", "inputs.attention_mask", torch.ones_like(ids))
    add("", "inputs.position_ids", positions)
    for path, module in model.named_modules():
        if path in ("", "transformer") or path not in entering or path.endswith(".attn_dropout"):
            continue
        add(path, "input", entering[path])
        kind = type(module).__name__
        if kind == "GPT2Attention":
            add_attention(add, path, module, entering, leaving)
        else:
            add(path, "output", leaving[path])
        if kind == "LayerNorm":
            add_norm(add, path, module, entering[path], leaving[path])
        if kind == "GPT2Block":
            add(path, "source.residMid", entering[f"{path}.ln_2"])
    add("transformer", "output.last_hidden_state", leaving["transformer.ln_f"])
    add("", "output.logits", leaving["lm_head"])
    return sites


def run(model: GPT2LMHeadModel, ids: torch.Tensor) -> tuple[dict, dict]:
    """What entered each module first, and what left it."""
    entering, leaving = {}, {}

    def hook(path: str):
        def record(_module, inputs, output):
            if inputs:
                entering[path] = inputs[0]
                leaving[path] = output

        return record

    handles = [module.register_forward_hook(hook(path)) for path, module in model.named_modules()]
    model(ids)
    for handle in handles:
        handle.remove()
    return entering, leaving


def add_attention(add, path: str, module, entering: dict, leaving: dict) -> None:
    hidden, pattern = leaving[path]
    add(path, "output.0", hidden)
    add(path, "output.1", pattern)
    heads = lambda x: x.view(*x.shape[:-1], module.num_heads, module.head_dim)  # noqa: E731
    parts = leaving[f"{path}.c_attn"].split(module.split_size, dim=2)
    query, key, value = (heads(x).transpose(1, 2) for x in parts)
    z = heads(entering[f"{path}.c_proj"])
    tokens = query.shape[2]
    causal = torch.ones(tokens, tokens, dtype=torch.bool).tril()
    scores = torch.matmul(query, key.transpose(-1, -2)) * module.scaling
    close(scores.masked_fill(~causal, -torch.inf).softmax(-1), pattern, f"{path} scores")
    close(torch.matmul(pattern, value).transpose(1, 2), z, f"{path} z")
    add(path, "source.query", query)
    add(path, "source.key", key)
    add(path, "source.value", value)
    add(path, "source.scores", scores, causal)
    add(path, "source.pattern", pattern)
    add(path, "source.z", z)


def add_norm(add, path: str, module, x: torch.Tensor, out: torch.Tensor) -> None:
    scale = (x.var(-1, unbiased=False, keepdim=True) + module.eps).sqrt()
    normalized = (x - x.mean(-1, keepdim=True)) / scale
    close(normalized * module.weight + module.bias, out, path)
    add(path, "source.scale", scale)
    add(path, "source.normalized", normalized)


def close(have: torch.Tensor, want: torch.Tensor, what: str) -> None:
    assert torch.allclose(have, want, rtol=1e-5, atol=1e-5), what
