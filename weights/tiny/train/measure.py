"""The measurements, one function each; `evaluate.py` runs them and writes them down.

All of them read the exported 16-bit file, computed in 32 bits, on prompts that
training never saw.
"""

import random
from pathlib import Path

import torch
import torch.nn.functional as F
from tokenizers import Tokenizer
from transformers import GPT2LMHeadModel

import facts
import grammar
import names
import years


class Subject:
    """The exported model and its tokenizer, as every measurement uses them."""

    def __init__(self, home: Path):
        self.tokenizer = Tokenizer.from_file(str(home / "tokenizer.json"))
        self.model = GPT2LMHeadModel.from_pretrained(home, dtype=torch.float32, attn_implementation="eager")
        self.model.eval()

    def ids(self, text: str) -> list[int]:
        return self.tokenizer.encode(text).ids

    def token(self, text: str) -> int:
        """The id of a text that is one token."""
        (only,) = self.ids(text)
        return only

    @torch.no_grad()
    def logits(self, text: str) -> torch.Tensor:
        """Logits of the token after `text`, with nothing in front of it."""
        return self.model(torch.tensor([self.ids(text)])).logits[0, -1]

    @torch.no_grad()
    def greedy(self, text: str, count: int) -> list[int]:
        """The `count` likeliest tokens after `text`, one at a time."""
        ids = self.ids(text)
        for _ in range(count):
            ids.append(int(self.model(torch.tensor([ids])).logits[0, -1].argmax()))
        return ids[len(ids) - count :]


def share(hits: list[bool]) -> float:
    return round(sum(hits) / len(hits), 4)


def measure_facts(subject: Subject) -> dict:
    """Whether the greedy continuation is the whole answer, by kind of phrasing and relation."""
    results: dict[str, dict[str, list[bool]]] = {}
    misses = []
    for kind, relation, prompt, answer in facts.held_out_facts():
        wanted = subject.ids(answer)
        said = subject.greedy(prompt, len(wanted))
        results.setdefault(kind, {}).setdefault(relation, []).append(said == wanted)
        if said != wanted:
            misses.append(f"{prompt} ->{answer}, said{subject.tokenizer.decode(said)}")
    summary = {
        kind: {
            "prompts": sum(map(len, by_relation.values())),
            "correct": share([hit for hits in by_relation.values() for hit in hits]),
            "by relation": {name: {"prompts": len(hits), "correct": share(hits)} for name, hits in by_relation.items()},
        }
        for kind, by_relation in results.items()
    }
    every = [hit for by_relation in results.values() for hits in by_relation.values() for hit in hits]
    table_size = sum(len(relation.table) for relation in facts.RELATIONS)
    return {"facts": table_size, "prompts": len(every), "correct": share(every), **summary, "misses": misses}


def measure_indirect_object(subject: Subject, templates: list[str], count: int = 1000) -> dict:
    """Top-1 on the receiver, and the logit difference to the giver."""
    first, difference, preferred = [], [], []
    rng = random.Random(11)
    for prompt, receiver, giver in names.held_out_indirect_objects(rng, count, templates):
        logits = subject.logits(prompt)
        right, wrong = subject.token(receiver), subject.token(giver)
        first.append(int(logits.argmax()) == right)
        preferred.append(bool(logits[right] > logits[wrong]))
        difference.append(float(logits[right] - logits[wrong]))
    return {
        "prompts": count,
        "receiver first": share(first),
        "receiver above giver": share(preferred),
        "mean logit difference": round(sum(difference) / count, 3),
    }


def measure_pronouns(subject: Subject, count: int = 1000) -> dict:
    """Top-1 on the right form, and whether it beats the other gender's."""
    first, preferred = [], []
    for prompt, right, wrong in names.held_out_pronouns(random.Random(12), count):
        logits = subject.logits(prompt)
        first.append(int(logits.argmax()) == subject.token(right))
        preferred.append(bool(logits[subject.token(right)] > logits[subject.token(wrong)]))
    return {"prompts": count, "right form first": share(first), "right gender above wrong": share(preferred)}


def measure_agreement(subject: Subject, count: int = 1000) -> dict:
    """Which number has more probability over all the verbs, and whether the first token fits."""
    first, preferred, is_are = [], [], []
    for prompt, right, wrong in grammar.held_out_agreement(random.Random(13), count):
        logits = subject.logits(prompt)
        chances = logits.softmax(-1)
        good, bad = [subject.token(w) for w in right], [subject.token(w) for w in wrong]
        first.append(int(logits.argmax()) in good)
        preferred.append(bool(chances[good].sum() > chances[bad].sum()))
        is_are.append(bool(logits[good[0]] > logits[bad[0]]))
    return {
        "prompts": count,
        "right number first": share(first),
        "right number has more probability": share(preferred),
        "right of is and are": share(is_are),
    }


def measure_years(subject: Subject, count: int = 1000) -> dict:
    """Probability on two-digit tokens above the start, beside what ignoring it would give."""
    digits = [subject.token(f"{year:02d}") for year in range(100)]
    prompts = list(years.held_out_spans(random.Random(14), count))
    rows = torch.stack([subject.logits(prompt).softmax(-1)[digits] for prompt, _ in prompts])
    blind = rows.mean(0)
    above = [float(row[start + 1 :].sum()) for row, (_, start) in zip(rows, prompts)]
    ignoring = [float(blind[start + 1 :].sum()) for _, start in prompts]
    first = [int(row.argmax()) > start for row, (_, start) in zip(rows, prompts)]
    return {
        "prompts": count,
        "mean probability above": round(sum(above) / count, 4),
        "lowest probability above": round(min(above), 4),
        "share of prompts over 0.9": share([value > 0.9 for value in above]),
        "ignoring the year": round(sum(ignoring) / count, 4),
        "first token above": share(first),
    }


@torch.no_grad()
def measure_induction(subject: Subject, length: int = 30, rows: int = 64) -> dict:
    """Loss on both halves of repeated random tokens, and every head's attention."""
    draws = torch.randint(1, subject.model.config.vocab_size, (rows, length), generator=torch.Generator().manual_seed(15))
    ids = torch.cat([draws, draws], 1)
    output = subject.model(ids, output_attentions=True)
    losses = F.cross_entropy(output.logits[:, :-1].transpose(1, 2), ids[:, 1:], reduction="none")
    top = output.logits[:, length:-1].argmax(-1) == ids[:, length + 1 :]
    later = torch.arange(length, 2 * length)
    induction, previous = {}, {}
    for layer, attention in enumerate(output.attentions):
        for head in range(attention.shape[1]):
            each = attention[:, head]
            induction[f"{layer}.{head}"] = round(float(each[:, later, later - length + 1].mean()), 4)
            places = torch.arange(1, 2 * length)
            previous[f"{layer}.{head}"] = round(float(each[:, places, places - 1].mean()), 4)
    return {
        "tokens repeated": length,
        "rows": rows,
        "loss on the first half": round(float(losses[:, : length - 1].mean()), 4),
        "loss on the second half": round(float(losses[:, length:].mean()), 4),
        "second half predicted": round(float(top.float().mean()), 4),
        "induction score": dict(sorted(induction.items(), key=lambda item: -item[1])[:8]),
        "previous-token score": dict(sorted(previous.items(), key=lambda item: -item[1])[:8]),
    }


@torch.no_grad()
def sample(subject: Subject, prompt: str, count: int = 70, temperature: float = 0.7, seed: int = 0) -> str:
    """A continuation drawn at `temperature`, up to the end of the text."""
    generator = torch.Generator().manual_seed(seed)
    ids = subject.ids(prompt)
    for _ in range(count):
        chances = (subject.model(torch.tensor([ids])).logits[0, -1] / temperature).softmax(-1)
        drawn = int(torch.multinomial(chances, 1, generator=generator))
        if drawn == subject.model.config.eos_token_id:
            break
        ids.append(drawn)
    return subject.tokenizer.decode(ids)
