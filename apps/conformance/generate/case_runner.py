"""Runs the source of a case in nnsight, in float32 and once more in float64 to know its rounding."""

import copy
import importlib.util
import tempfile
import warnings
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import torch
from nnsight import TransformersModel
from tokenizers import Tokenizer, models
from transformers import GPT2LMHeadModel, PreTrainedTokenizerFast

PREAMBLE = "import torch\nimport nnsight\nfrom nnsight import save\n\n"


@dataclass
class CaseResult:
    outputs: dict[str, Any]
    """The same from float64."""
    exact: dict[str, Any]
    warnings: list[str]


class CaseRunner:
    def __init__(self, model: GPT2LMHeadModel, inputs: dict[str, torch.Tensor], pad_token_id: int):
        self.inputs = inputs
        self.tokenizer = byte_tokenizer(pad_token_id)
        self.checkpoint = model
        self.models: dict[tuple[str, torch.dtype], TransformersModel] = {}
        self.folder = Path(tempfile.mkdtemp(prefix="insitu-cases-"))

    def run(self, case: dict[str, Any]) -> CaseResult:
        module = self.load(case["name"], case["source"])
        attention = case["attn_implementation"]
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", UserWarning)
            outputs = module.run(self.model(attention, torch.float32), self.inputs)
        said = [f"{w.category.__name__}: {w.message}" for w in caught if w.category is UserWarning]
        doubles = {name: x.double() if x.is_floating_point() else x for name, x in self.inputs.items()}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            exact = module.run(self.model(attention, torch.float64), doubles)
        return CaseResult(outputs, exact, said)

    def model(self, attention: str, dtype: torch.dtype) -> TransformersModel:
        key = (attention, dtype)
        if key not in self.models:
            model = copy.deepcopy(self.checkpoint).to(dtype)
            model.set_attn_implementation(attention)
            self.models[key] = TransformersModel(model, tokenizer=self.tokenizer, task="text-generation")
        return self.models[key]

    def load(self, name: str, source: str) -> ModuleType:
        """As a file of its own: nnsight reads the source of the blocks it traces."""
        path = self.folder / f"{name}.py"
        path.write_text(PREAMBLE + source)
        spec = importlib.util.spec_from_file_location(f"insitu_case_{name}", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module


def byte_tokenizer(pad_token_id: int) -> PreTrainedTokenizerFast:
    """The cases give ids; nnsight wants a tokenizer all the same, for its padding."""
    vocabulary = {f"<{i}>": i for i in range(256)}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="<1>"))
    pad = f"<{pad_token_id}>"
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, pad_token=pad, unk_token="<1>", padding_side="left")
