"""The logit lens in plain torch, on Hugging Face's GPT-2 with hooks."""

import torch

from common import tokenizer, torch_model, write

PROMPT = "The Eiffel Tower is in the city of"
PAIR = ["The Eiffel Tower is in the city of", "When Mary and John went to the store"]
CHOSEN = [" Paris", " Berlin"]
K = 5


def streams(model, ids):
    """The stream at every place, by label: [rows, tokens, width]."""
    found = {}
    blocks = model.transformer.h

    def before(layer):
        def hook(_, args, kwargs):
            x = args[0] if args else kwargs["hidden_states"]
            found[f"{layer}_pre"] = x
            if layer == 0:
                found["embed"] = x

        return hook

    handles = []
    for layer, block in enumerate(blocks):
        handles.append(block.register_forward_pre_hook(before(layer), with_kwargs=True))
        handles.append(
            block.ln_2.register_forward_pre_hook(lambda _, args, layer=layer: found.__setitem__(f"{layer}_mid", args[0]))
        )
        handles.append(
            block.register_forward_hook(
                lambda _, args, out, layer=layer: found.__setitem__(
                    f"{layer}_post", out[0] if isinstance(out, tuple) else out
                )
            )
        )
    with torch.no_grad():
        logits = model(ids).logits
    for handle in handles:
        handle.remove()
    return found, logits


def figures(logits, final, chosen):
    logs = logits.double().log_softmax(-1)
    target = final.double().log_softmax(-1)
    top = logits.topk(K)
    picked = logits[..., chosen]
    return {
        "topIds": top.indices,
        "topLogits": top.values,
        "topProbabilities": logs.exp().gather(-1, top.indices),
        "entropy": -(logs.exp() * logs).sum(-1),
        "kl": (target.exp() * (target - logs)).sum(-1),
        "probability": logs.exp()[..., chosen],
        "logit": picked,
        "rank": (logits[..., None, :] > picked[..., None]).sum(-1),
    }


def lens(model, ids, places, read, chosen):
    """Of each place in order: [places, rows, tokens, …]."""
    found, logits = streams(model, ids)
    with torch.no_grad():
        each = [figures(read(found[place]), logits, chosen) for place in places]
    stacked = {name: torch.stack([one[name] for one in each], 1) for name in each[0]}
    ints = {name: stacked[name].tolist() for name in ("topIds", "rank")}
    return {"places": places, **stacked, **ints}


def main():
    model, tok = torch_model(), tokenizer()
    chosen = [tok.encode(token)[0] for token in CHOSEN]
    every = [f"{layer}_{site}" for layer in range(4) for site in ("pre", "mid", "post")]
    own = lambda hidden: model.lm_head(model.transformer.ln_f(hidden))
    one = torch.tensor([tok.encode(PROMPT)])
    rows = [tok.encode(text) for text in PAIR]
    length = min(map(len, rows))
    pair = torch.tensor([row[-length:] for row in rows])
    # A made-up translator, the same that the test uses.
    tuned = lambda hidden: own(hidden * 0.5 + hidden.roll(1, -1) * 0.25)
    # A made-up unembedding: the model's own, of the tokens in reverse order.
    reverse = lambda hidden: model.transformer.ln_f(hidden) @ model.lm_head.weight.flip(0).T
    write(
        "lens",
        {
            "prompt": PROMPT,
            "chosen": CHOSEN,
            "ids": one.tolist(),
            "one": lens(model, one, ["embed", *every], own, chosen),
            "pairIds": pair.tolist(),
            "pair": lens(model, pair, ["embed", "0_post", "1_post", "2_post", "3_post"], own, chosen),
            "tuned": lens(model, one, ["1_post", "2_post"], tuned, chosen),
            "reverse": lens(model, one, ["1_post", "2_post"], reverse, chosen),
        },
    )


main()
