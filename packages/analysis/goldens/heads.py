"""Scores of heads: TransformerLens's detection patterns on its own patterns, and its eigenvalues of full OV circuits."""

import torch
from transformer_lens import FactoredMatrix
from transformer_lens.head_detector import (
    compute_head_attention_similarity_score,
    get_duplicate_token_head_detection_pattern,
    get_induction_head_detection_pattern,
    get_previous_token_head_detection_pattern,
)

from common import lens_model, tokenizer, write

KINDS = {
    "previous": get_previous_token_head_detection_pattern,
    "duplicate": get_duplicate_token_head_detection_pattern,
    "induction": get_induction_head_detection_pattern,
}


def scores(model, prompts):
    """detect_head's measure divides by all queries: here only by those that have a target, over all prompts."""
    found = {}
    for kind, detection in KINDS.items():
        total, queries = 0, 0
        for ids in prompts:
            row = torch.tensor([ids])
            targets = detection(row)
            _, cache = model.run_with_cache(row)
            similarity = torch.tensor(
                [
                    [
                        compute_head_attention_similarity_score(
                            pattern, targets, exclude_bos=False, exclude_current_token=False, error_measure="mul"
                        )
                        for pattern in cache["pattern", layer][0]
                    ]
                    for layer in range(4)
                ]
            )
            total = total + similarity * len(ids)
            queries += int((targets.sum(1) > 0).sum())
        found[kind] = {"scores": total / queries, "queries": queries}
    return found


@torch.no_grad()
def main():
    tok = tokenizer()
    model = lens_model()
    half = torch.randint(0, 3072, (2, 20))
    repeated = torch.cat([half, half], 1).tolist()
    # Of different lengths; tokens return at once, more than once, and not at all.
    own = [
        tok.encode("When Mary and John went to the store, John gave a drink to Mary"),
        tok.encode("The the the cat and the cat"),
    ]
    processed = lens_model(processing=True)
    circuits = FactoredMatrix(processed.W_E @ processed.W_V, processed.W_O @ processed.W_U)
    values = circuits.eigenvalues
    magnitudes = values.abs().sort(-1, descending=True).values
    write(
        "heads",
        {
            "repeated": {"ids": repeated, "kinds": scores(model, repeated)},
            "own": {"ids": own, "kinds": scores(model, own)},
            "copying": values.sum(-1).real / values.abs().sum(-1),
            "magnitudes": magnitudes,
            "real": values.real.sort(-1, descending=True).values,
        },
    )


main()
