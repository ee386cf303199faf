"""weights/tiny in TransformerLens and in plain torch, and how goldens are written. All in float32 on the cpu."""

import json
import pathlib

import torch
from transformer_lens.model_bridge import TransformerBridge
from transformers import AutoTokenizer, GPT2LMHeadModel

HERE = pathlib.Path(__file__).parent
TINY = HERE.parents[2] / "weights" / "tiny"

torch.manual_seed(0)
torch.set_num_threads(1)


def tokenizer():
    return AutoTokenizer.from_pretrained(TINY)


def torch_model() -> GPT2LMHeadModel:
    """Hugging Face's own GPT-2."""
    return GPT2LMHeadModel.from_pretrained(TINY, dtype=torch.float32, attn_implementation="eager").eval()


def lens_model(processing: bool = False) -> TransformerBridge:
    """TransformerLens's, as it is in the checkpoint; or folded and centred as TransformerLens does by default."""
    model = TransformerBridge.boot_transformers(str(TINY), device="cpu", dtype=torch.float32, tokenizer=tokenizer())
    model.enable_compatibility_mode(disable_warnings=True, no_processing=not processing)
    return model


def rounded(x, digits=8):
    """Tensors and numbers as JSON, to `digits` significant digits."""
    if isinstance(x, torch.Tensor):
        return rounded(x.detach().double().tolist(), digits)
    if isinstance(x, float):
        return float(f"{x:.{digits}g}")
    if isinstance(x, (list, tuple)):
        return [rounded(one, digits) for one in x]
    if isinstance(x, dict):
        return {key: rounded(one, digits) for key, one in x.items()}
    return x


def write(name: str, golden: dict):
    path = HERE / f"{name}.json"
    path.write_text(json.dumps(rounded(golden), separators=(",", ":")) + "\n")
    print(path.name, path.stat().st_size)
