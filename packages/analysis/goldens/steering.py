"""Steering vectors and steered greedy generation by TransformerLens's hooks, without a cache of keys and values."""

import torch
from common import lens_model, write

model = lens_model()

ITALY = ["The Colosseum is in the city of", "The Trevi Fountain is in the city of", "The Pantheon is in the city of"]
FRANCE = ["The Eiffel Tower is in the city of", "The Louvre is in the city of", "The Arc de Triomphe is in the city of"]
TRAVEL = "Last summer, Alice traveled to"
WOMEN = [f"{name} went to the park because" for name in ("Mary", "Anna", "Alice", "Emma", "Lucy")]
MEN = [f"{name} went to the park because" for name in ("John", "Tom", "Paul", "James", "David", "Peter")]
NIGHT = "One evening, Sam could not sleep."
NEW = 14


def ids_of(text):
    return model.to_tokens(text, prepend_bos=False)


def mean(prompts, hook, position):
    rows = []
    for prompt in prompts:
        _, cache = model.run_with_cache(ids_of(prompt), names_filter=lambda name: name == hook)
        state = cache[hook][0].double()
        rows.append(state.mean(0) if position == "mean" else state[position])
    return torch.stack(rows).mean(0)


def difference(positive, negative, layers, position, site="hook_resid_post"):
    hooks = [f"blocks.{layer}.{site}" for layer in layers]
    return torch.stack([mean(positive, hook, position) - mean(negative, hook, position) for hook in hooks])


def generate(prompt, vectors, steered=None, new=NEW):
    """Greedy; `vectors` by hook; `steered(position, length of the prompt)` says which positions are."""
    ids = ids_of(prompt)
    length = ids.shape[1]

    def adding(vector):
        def hook(value, hook):
            for position in range(value.shape[1]):
                if steered is None or steered(position, length):
                    value[:, position] += vector
            return value

        return hook

    hooks = [(name, adding(vector.float())) for name, vector in vectors.items()]
    margins = []
    for _ in range(new):
        logits = model.run_with_hooks(ids, fwd_hooks=hooks)[0, -1]
        best = logits.topk(2)
        margins.append((best.values[0] - best.values[1]).item())
        ids = torch.cat([ids, best.indices[:1][None]], 1)
    print(repr(model.to_string(ids[0])), min(margins))
    return ids[0, length:].tolist()


with torch.no_grad():
    travel = difference(ITALY, FRANCE, range(4), "mean")
    gender = difference(WOMEN, MEN, range(4), -1)
    mlp = difference(WOMEN, MEN, [1], 0, "hook_mlp_out")
    post = "blocks.{}.hook_resid_post".format
    at2 = lambda vector, k: {post(2): vector[2] * k}
    write(
        "steering",
        {
            "prompts": {"italy": ITALY, "france": FRANCE, "travel": TRAVEL, "women": WOMEN, "men": MEN, "night": NIGHT},
            "maxNewTokens": NEW,
            "vectors": {"travel": travel[:2], "gender": gender[2:], "mlp": mlp},
            "norms": {"travel": travel.norm(dim=1), "gender": gender.norm(dim=1)},
            "generations": {
                "travel plain": generate(TRAVEL, {}),
                "travel 2": generate(TRAVEL, at2(travel, 2)),
                "travel -1.5": generate(TRAVEL, at2(travel, -1.5)),
                "night plain": generate(NIGHT, {}),
                "night 4": generate(NIGHT, at2(gender, 4)),
                "night prompt": generate(NIGHT, at2(gender, 5), lambda p, n: p < n),
                "night later": generate(NIGHT, at2(gender, 6), lambda p, n: p >= n),
                # Step s > 0 computes the position length + s - 1.
                "night steps": generate(NIGHT, at2(gender, 6), lambda p, n: p < n or p - n + 1 in (1, 2)),
                "night positions": generate(NIGHT, at2(gender, 5), lambda p, n: p >= n or p in (2, n - 1)),
                **{
                    f"night {site}": generate(NIGHT, {f"blocks.2.hook_{site}": gender[2] * 4})
                    for site in ("resid_pre", "resid_mid", "attn_out", "mlp_out")
                },
                "night two layers": generate(NIGHT, {post(1): gender[1] * 2, post(2): gender[2] * 2}),
                "night two vectors": generate(NIGHT, {post(2): gender[2] * 3 + travel[2] * 3}),
            },
        },
    )
