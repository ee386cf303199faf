"""What a case gave, as the oracle's files hold it: tensors by name, and everything else as values."""

from typing import Any

import torch

from case_runner import CaseResult


def describe(result: CaseResult) -> tuple[dict[str, torch.Tensor], dict[str, Any], dict[str, Any]]:
    tensors = {name: x.detach() for name, x in flatten(result.outputs).items()}
    exact = flatten(result.exact)
    values = {name: x for name, x in result.outputs.items() if not holds_tensors(x)}
    outputs = {name: describe_tensor(name, x, exact[name].detach()) for name, x in tensors.items()}
    return tensors, values, outputs


def flatten(value: Any, name: str = "") -> dict[str, torch.Tensor]:
    """Tensors of lists and dictionaries as `name.0`, `name.key`."""
    if isinstance(value, torch.Tensor):
        return {name: value}
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, (list, tuple)) else ()
    found = {}
    for key, inner in items:
        found.update(flatten(inner, f"{name}.{key}" if name else str(key)))
    return found


def holds_tensors(value: Any) -> bool:
    return isinstance(value, torch.Tensor) or bool(flatten(value))


def describe_tensor(name: str, x: torch.Tensor, exact: torch.Tensor) -> dict[str, Any]:
    if not x.is_floating_point():
        if not torch.equal(x, exact):
            print(f"  {name}: float64 chooses other tokens; another seed makes a sharper oracle")
        return {"shape": list(x.shape), "dtype": "I32", "fp64_max_abs_diff": None, "max_abs": int(x.abs().max())}
    difference = (x.double() - exact).abs().max().item()
    return {
        "shape": list(x.shape),
        "dtype": "F32",
        "fp64_max_abs_diff": difference,
        "max_abs": x.abs().max().item(),
    }
