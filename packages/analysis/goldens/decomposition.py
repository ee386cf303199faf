"""The residual stream's parts, and direct logit attribution, by TransformerLens's ActivationCache."""

import torch
from transformer_lens.model_bridge import TransformerBridge

from common import TINY, lens_model, tokenizer, write

PROMPT = "The Eiffel Tower is in the city of"
ANSWERS = [" Paris", " Mary"]
AGAINST = [" Berlin", " John"]
PAIR = ["The Eiffel Tower is in the city of", "When Mary and John went, John gave a drink to"]
# Of the stacks every position would be much: these dimensions are enough to tell them apart.
DIMENSIONS = list(range(0, 256, 16))


def folded_norms():
    """With the norms' weights folded into what follows them, and nothing else changed: logits stay as they are."""
    model = TransformerBridge.boot_transformers(str(TINY), device="cpu", dtype=torch.float32, tokenizer=tokenizer())
    model.enable_compatibility_mode(
        disable_warnings=True, fold_ln=True, center_writing_weights=False, center_unembed=False, fold_value_biases=False
    )
    return model


def stack_of(given, positions):
    stack, labels = given
    return {"labels": labels, "stack": stack[:, 0, positions][..., DIMENSIONS]}


def attribution(model, cache, logits, ids, answers, against, by):
    """cache.logit_attrs of the stack, with what the folded norm's bias adds."""
    if by == "component":
        stack, labels = cache.decompose_resid(return_labels=True)
    else:
        stack, labels = cache.get_full_resid_decomposition(expand_neurons=by == "neuron", return_labels=True)
    last = slice(-1, None)
    tokens = torch.tensor(answers)[:, None]
    wrong = None if against is None else torch.tensor(against)[:, None]
    parts = cache.logit_attrs(stack[:, :, last], tokens=tokens, incorrect_tokens=wrong, pos_slice=[-1])
    rows = torch.arange(len(ids))
    bias = model.b_U[answers]
    logit = logits[rows, -1, answers]
    if against is not None:
        bias = bias - model.b_U[against]
        logit = logit - logits[rows, -1, against]
    parts = torch.cat([parts[:, :, -1].T, bias[:, None]], 1)
    print(by, "sum of parts - logit", (parts.sum(1) - logit).abs().max().item())
    if by == "neuron":
        # Every 16th is enough for a file.
        return {"labels": [*labels, "ln_f.bias"][::16], "parts": parts[:, ::16], "logit": logit}
    return {"labels": [*labels, "ln_f.bias"], "parts": parts, "logit": logit}


@torch.no_grad()
def main():
    tok = tokenizer()
    ids = torch.tensor([tok.encode(PROMPT)])
    model = lens_model()
    logits, cache = model.run_with_cache(ids)
    norms = model.blocks[2].ln1.weight, model.blocks[2].ln2.weight, model.ln_final.weight
    ends = [0, -1]

    def normed(stack, labels, layer, weight, **kwargs):
        """TransformerLens has no weight in it unless that is folded into what follows: it is put in here."""
        return stack_of((cache.apply_ln_to_stack(stack, layer, **kwargs) * weight, labels), ends)

    component = cache.decompose_resid(return_labels=True)
    mid = cache.decompose_resid(layer=2, mlp_input=True, return_labels=True)
    pre = cache.accumulated_resid(layer=2, incl_mid=True, return_labels=True)
    stream = cache.accumulated_resid(return_labels=True)
    rows = [tok.encode(text) for text in PAIR]
    length = min(map(len, rows))
    pair = torch.tensor([row[-length:] for row in rows])
    one = lambda tokens: [tok.encode(token)[0] for token in tokens]
    folded = folded_norms()
    folded_logits, folded_cache = folded.run_with_cache(pair)
    original, _ = model.run_with_cache(pair)
    print("folding changes logits by", (folded_logits - original).abs().max().item())
    # Entirely processed by TransformerLens's defaults, the difference of two logits is the same, and so are its parts.
    processed = lens_model(processing=True)
    processed_logits, processed_cache = processed.run_with_cache(pair)
    kinds = ["component", "head", "neuron"]
    attributed = lambda *how: [
        attribution(folded, folded_cache, folded_logits, pair, *how, by) for by in kinds
    ]
    write(
        "decomposition",
        {
            "prompt": PROMPT,
            "ids": ids.tolist(),
            "dimensions": DIMENSIONS,
            "positions": ends,
            "component": stack_of(component, ends),
            "componentNormed": normed(*component, None, norms[2]),
            "mid": stack_of(mid, ends),
            "midNormed": normed(*mid, 2, norms[1], mlp_input=True),
            "head": stack_of(cache.get_full_resid_decomposition(expand_neurons=False, return_labels=True), ends),
            "headMid": stack_of(
                cache.get_full_resid_decomposition(layer=1, mlp_input=True, expand_neurons=False, return_labels=True), ends
            ),
            "neuron": neurons(cache),
            "accumulated": stack_of(cache.accumulated_resid(incl_mid=True, return_labels=True), ends),
            "accumulatedOwn": stack_of(cache.accumulated_resid(incl_mid=True, apply_ln=True, return_labels=True), ends),
            "accumulatedFrozen": normed(*stream, None, norms[2]),
            "accumulatedInner": stack_of(pre, ends),
            "accumulatedInnerNormed": normed(*pre, 2, norms[0]),
            "pairIds": pair.tolist(),
            "answers": ANSWERS,
            "against": AGAINST,
            "logit": attributed(one(ANSWERS), None),
            "difference": attributed(one(ANSWERS), one(AGAINST)),
            "processed": attribution(
                processed, processed_cache, processed_logits, pair, one(ANSWERS), one(AGAINST), "component"
            ),
        },
    )


def neurons(cache):
    """At one position, every 32nd neuron, and what else there is."""
    stack, labels = cache.get_full_resid_decomposition(layer=1, expand_neurons=True, return_labels=True)
    some = list(range(0, len(labels), 32)) + [len(labels) - 3, len(labels) - 2, len(labels) - 1]
    return {"labels": [labels[i] for i in some], "stack": stack[some, 0, -1][:, DIMENSIONS], "count": len(labels)}


main()
