"""
Writes what transformers' GPT2LMHeadModel gives on the random models of apps/hub/models.json.

    python apps/hub/goldens/make.py gpt2      # gpt2.json, of the model that is as large as OpenAI's (548 MB, made once)
    python apps/hub/goldens/make.py family    # family.json, of every tiny model

Needs requirements.txt beside it, and node.
"""

import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import torch
from safetensors import safe_open
from transformers import GPT2LMHeadModel

from sample import sampled
from sites import sites_of

HERE = Path(__file__).parent
ROOT = HERE.parent.parent.parent

TOP = 5
NEW_TOKENS = 5

# Ids of the list that are further apart than rounding: those nearer could come in either order.
LEAST_MARGIN = 2e-3


def main() -> None:
    which = sys.argv[1] if len(sys.argv) == 2 else ""
    if which not in ("gpt2", "family"):
        sys.exit(__doc__)
    torch.set_grad_enabled(False)
    versions = {name: version(name) for name in ("torch", "transformers")}
    if which == "gpt2":
        write("gpt2.json", {"versions": versions, **golden("gpt2")})
        return
    names = [name for name in json.loads((HERE.parent / "models.json").read_text()) if name.startswith("tiny-")]
    write("family.json", {"versions": versions, "models": {name: golden(name) for name in names}})


def golden(name: str) -> dict:
    folder = checkpoint(name)
    model, info = GPT2LMHeadModel.from_pretrained(
        folder, attn_implementation="eager", dtype=torch.float32, output_loading_info=True
    )
    model.eval()
    assert not info["missing_keys"] and not info["mismatched_keys"], info
    check_loaded(model, folder)
    for attempt in range(100):
        ids = prompt(model.config.vocab_size, attempt)
        logits = model(ids).logits[0]
        new_tokens, least = greedy(model, ids)
        top = logits.topk(TOP + 1)
        margin = min((top.values[:, :-1] - top.values[:, 1:]).min().item(), least)
        if margin > LEAST_MARGIN:
            break
    else:
        raise RuntimeError(f"{name}: no prompt whose best tokens stand apart")
    print(f"{name}: margin {margin:.4f}, attempt {attempt}", flush=True)
    return {
        "ids": ids[0].tolist(),
        "parameters": {key: sampled(key, value, norm=False) for key, value in model.named_parameters()},
        "sites": {key: sampled(key, value, keep) for key, (value, keep) in sites_of(model, ids).items()},
        "top": top.indices[:, :TOP].tolist(),
        "newTokens": new_tokens,
        "margin": round(margin, 5),
    }


def checkpoint(name: str) -> Path:
    """The folder of a named model, which node makes unless it is there."""
    command = ["node", "apps/hub/randomCheckpoint.mjs", "--model", name]
    return Path(subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout.split("\n")[-2])


def check_loaded(model: GPT2LMHeadModel, folder: Path) -> None:
    """That transformers took every tensor of the files, to the bit."""
    parameters = dict(model.named_parameters())
    found = set()
    for file in folder.glob("*.safetensors"):
        with safe_open(file, "pt") as tensors:
            for key in tensors.keys():
                if key.endswith(".attn.bias"):
                    continue
                name = key if key.startswith(("transformer.", "lm_head.")) else f"transformer.{key}"
                assert torch.equal(parameters[name], tensors.get_tensor(key).float()), key
                found.add(name)
    assert found == set(parameters), set(parameters) - found


def prompt(vocabulary: int, attempt: int) -> torch.Tensor:
    """Twelve ids: both ends of the vocabulary, neighbours, one twice."""
    ends = [0, vocabulary - 1, 1, vocabulary - 2]
    # What differs comes first: all that follows then differs too.
    return torch.tensor([[(i % vocabulary) for i in (4097 + attempt, 198, 31337, 11, *ends, 1023, 25999, 11, 49999)]])


def greedy(model: GPT2LMHeadModel, ids: torch.Tensor) -> tuple[list[int], float]:
    """The likeliest token, several times over, each by a whole pass; and how clear the closest choice was."""
    new_tokens, least = [], float("inf")
    for _ in range(NEW_TOKENS):
        best = model(ids).logits[0, -1].topk(2)
        least = min(least, (best.values[0] - best.values[1]).item())
        new_tokens.append(best.indices[0].item())
        ids = torch.cat([ids, best.indices[:1].view(1, 1)], dim=1)
    return new_tokens, least


def write(file: str, value: dict) -> None:
    (HERE / file).write_text(dump(value) + "\n")
    print(f"{file}: {(HERE / file).stat().st_size} bytes")


def dump(value: object) -> str:
    """JSON with one line for each entry of the innermost objects."""
    if not isinstance(value, dict):
        return json.dumps(value, separators=(",", ":"))
    return "{\n" + ",\n".join(f"{json.dumps(key)}:{dump(entry)}" for key, entry in value.items()) + "\n}"


if __name__ == "__main__":
    main()
