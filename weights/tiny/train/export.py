"""Writes the model's folder: Hugging Face names, 16-bit floats, no lm_head.

    python weights/tiny/train/export.py
"""

import argparse
import json
from pathlib import Path

import torch
from safetensors.torch import save_file

from loop import load_checkpoint
from model import make_config, make_model

HERE = Path(__file__).parent
HOME = HERE.parent


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--checkpoint", type=Path, default=HERE / "runs" / "text.pt")
    parser.add_argument("--out", type=Path, default=HOME)
    options = parser.parse_args()

    model = make_model()
    tokens = load_checkpoint(options.checkpoint, model)
    weights = {
        name: tensor.to(torch.float16).contiguous()
        for name, tensor in model.state_dict().items()
        if name != "lm_head.weight"  # the same matrix as transformer.wte.weight
    }
    assert all(tensor.isfinite().all() for tensor in weights.values())
    options.out.mkdir(parents=True, exist_ok=True)
    path = options.out / "model.safetensors"
    save_file(weights, str(path), metadata={"format": "pt"})

    config = make_config().to_diff_dict()
    # Said in full, so that a reader without transformers' defaults has every number.
    full = make_config().to_dict()
    for key in ("vocab_size", "n_positions", "n_embd", "n_layer", "n_head", "n_inner", "activation_function",
                "layer_norm_epsilon", "tie_word_embeddings", "scale_attn_weights", "resid_pdrop", "embd_pdrop",
                "attn_pdrop", "bos_token_id", "eos_token_id"):  # fmt: skip
        config[key] = full[key]
    config["architectures"] = ["GPT2LMHeadModel"]
    config["model_type"] = "gpt2"
    config["torch_dtype"] = "float16"
    config.pop("dtype", None)
    (options.out / "config.json").write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")
    count = sum(tensor.numel() for tensor in weights.values())
    print(f"{path.name}: {count} parameters, {path.stat().st_size} bytes, trained on {tokens} tokens")


if __name__ == "__main__":
    main()
