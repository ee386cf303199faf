"""What both lessons share: the optimiser, one step, and checkpoints."""

from pathlib import Path

import torch
import torch.nn.functional as F
from transformers import GPT2LMHeadModel


def make_optimizer(model: GPT2LMHeadModel, decay: float = 0.01) -> torch.optim.Optimizer:
    """AdamW, with weight decay on matrices only."""
    matrices = [p for p in model.parameters() if p.dim() >= 2]
    vectors = [p for p in model.parameters() if p.dim() < 2]
    groups = [{"params": matrices, "weight_decay": decay}, {"params": vectors, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=1e-3, betas=(0.9, 0.98), fused=True)


def weighted_loss(model, ids: torch.Tensor, weights: torch.Tensor, first_places=None) -> torch.Tensor:
    """Mean next-token loss, each target counted by its weight.

    `first_places` sets each row down somewhere else than at position 0.

    Targets of weight 0 never reach the vocabulary matrix, which is a quarter of
    the work of a step.
    """
    with torch.autocast("cpu", dtype=torch.bfloat16):
        places = None if first_places is None else first_places[:, None] + torch.arange(ids.shape[1])
        hidden = model.transformer(ids, position_ids=places).last_hidden_state[:, :-1]
        wanted = weights[:, 1:] > 0
        logits = model.lm_head(hidden[wanted])
    losses = F.cross_entropy(logits.float(), ids[:, 1:][wanted], reduction="none")
    kept = weights[:, 1:][wanted]
    return (losses * kept).sum() / kept.sum()


def step_once(model, optimizer, ids: torch.Tensor, weights: torch.Tensor, rate: float, first_places=None) -> float:
    """One update at learning rate `rate`; returns the loss before it."""
    for group in optimizer.param_groups:
        group["lr"] = rate
    loss = weighted_loss(model, ids, weights, first_places)
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    return loss.item()


def save_checkpoint(path: Path, model: GPT2LMHeadModel, tokens: int) -> None:
    """Weights and token count, written beside and renamed so that a kill leaves a whole file."""
    beside = path.with_suffix(".part")
    torch.save({"model": model.state_dict(), "tokens": tokens}, beside)
    beside.replace(path)


def load_checkpoint(path: Path, model: GPT2LMHeadModel) -> int:
    """Fills `model` from `path` and returns the tokens it has been trained on."""
    saved = torch.load(path, map_location="cpu")
    model.load_state_dict(saved["model"])
    return saved["tokens"]
