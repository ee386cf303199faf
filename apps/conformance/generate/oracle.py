"""
Makes an oracle folder: what nnsight gives for the cases of oracle/manifest.json, on a new random model.

    python apps/conformance/generate/oracle.py --out DIR --seed 1 --layers 4 --width 48 --heads 3 --vocab 300

The cases hold numbers of their own (three layers, two heads, columns 32:48, token ids up to 9), so a model
needs at least that.
"""

import argparse
import json
from importlib.metadata import version
from pathlib import Path

import torch
from safetensors.torch import save_file

from case_runner import CaseRunner
from describe import describe
from random_inputs import random_inputs
from random_model import random_model

CASES = Path(__file__).parent.parent / "oracle" / "manifest.json"

# What insitu's own tests answer to: its outcome is error messages, not numbers of the model.
CARRIED = {"errors"}

PAD_TOKEN_ID = 0


def main() -> None:
    options = parse_options()
    cases = json.loads(CASES.read_text())["cases"]
    out = Path(options.out)
    out.mkdir(parents=True, exist_ok=True)

    model = random_model(options)
    inputs = random_inputs(options)
    model.save_pretrained(out / "model")
    (out / "model" / "generation_config.json").unlink(missing_ok=True)
    save_file(to_disk(inputs), out / "inputs.safetensors")

    runner = CaseRunner(model, inputs, PAD_TOKEN_ID)
    golden, described = {}, []
    for case in cases:
        if case["name"] in CARRIED:
            described.append(case)
            continue
        result = runner.run(case)
        tensors, values, outputs = describe(result)
        golden.update({f"{case['name']}/{name}": tensor for name, tensor in tensors.items()})
        described.append({**case, "warnings": result.warnings, "outputs": outputs, "values": values})
        print(f"{case['name']}: {len(tensors)} tensors", flush=True)

    save_file(to_disk(golden), out / "golden.safetensors")
    manifest = {
        "versions": {name: version(name) for name in ("nnsight", "torch", "transformers")},
        "seed": options.seed,
        "pad_token_id": PAD_TOKEN_ID,
        "padding_side": "left",
        "cases": described,
    }
    (out / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")
    print(f"{len(golden)} tensors of {len(cases)} cases written to {out}")


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--layers", type=int, default=3)
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument("--heads", type=int, default=4)
    parser.add_argument("--vocab", type=int, default=512)
    options = parser.parse_args()
    least = {"layers": 3, "width": 33, "heads": 2, "vocab": 10}
    for name, count in least.items():
        if getattr(options, name) < count:
            parser.error(f"--{name} must be at least {count}: the cases name such places")
    if options.width % options.heads:
        parser.error("--width must be a multiple of --heads")
    return options


def to_disk(tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Token ids and masks as int32, which is what the browser has."""
    return {
        name: (x.to(torch.int32) if x.dtype == torch.int64 else x).contiguous().clone() for name, x in tensors.items()
    }


if __name__ == "__main__":
    main()
