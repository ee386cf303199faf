"""Trains the byte-level BPE that the model reads, on the corpus itself.

GPT-2's conventions, with one change: numbers are split in pairs of digits, so
that " 1732" is " 17" and "32" and the second half of every year is one token.

    python weights/tiny/train/tokenizer.py
"""

import json
import random
from pathlib import Path

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

from corpus import document, plain
from facts import RELATIONS
from lexicon import NAMES, PLACES, THINGS
from model import END_OF_TEXT, N_POSITIONS, VOCAB_SIZE
from words import COMMON_WORDS

HOME = Path(__file__).parent.parent
PATTERN = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}{1,2}| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"


def whole_words() -> list[str]:
    """Words that must each become one token: every name and every answer."""
    answers = [word for relation in RELATIONS for answer in relation.table.values() for word in answer.split()]
    words = NAMES + PLACES + THINGS + answers + "he she him her his himself herself".split()
    pairs = [f"{n:02d}" for n in range(100)]
    return [f" {word}" for word in dict.fromkeys(words + pairs)] + pairs + NAMES


def training_text(documents: int = 60_000):
    """The corpus, its whole words again, and common words that fill the vocabulary."""
    rng = random.Random(7)
    for _ in range(documents):
        yield plain(document(rng))
    for word in whole_words():
        yield from [word] * 200
    for word in COMMON_WORDS:
        yield from [f" {word}"] * 5


def train() -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(PATTERN), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCAB_SIZE,
        special_tokens=[END_OF_TEXT],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(training_text(), trainer)
    return tokenizer


def main() -> None:
    tokenizer = train()
    assert tokenizer.get_vocab_size() == VOCAB_SIZE, tokenizer.get_vocab_size()
    split = [word for word in whole_words() if len(tokenizer.encode(word).ids) != 1]
    assert not split, f"not one token: {split}"
    tokenizer.save(str(HOME / "tokenizer.json"))
    settings = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "add_prefix_space": False,
        "bos_token": END_OF_TEXT,
        "eos_token": END_OF_TEXT,
        "unk_token": END_OF_TEXT,
        "model_max_length": N_POSITIONS,
    }
    (HOME / "tokenizer_config.json").write_text(json.dumps(settings, indent=2) + "\n")
    print(f"{VOCAB_SIZE} tokens, {len(whole_words())} words checked to be whole")


if __name__ == "__main__":
    main()
