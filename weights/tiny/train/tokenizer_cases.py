"""Writes strings and the ids that the Rust tokenizer gives them, for `check_tokenizer.mjs`.

Half are documents of the corpus; the rest is what people paste into a page:
code, accents, emoji, odd spaces, numbers, contractions.

    python weights/tiny/train/tokenizer_cases.py
"""

import json
import random
from pathlib import Path

from tokenizers import Tokenizer

from corpus import document, plain

HERE = Path(__file__).parent
ODD = [
    "", " ", "  ", "\n", "\t", " \n ", "a  b", "a \n\n b  ", "trailing ", "  leading",
    "It's we're I've I'm she'll he'd don't", "IT'S", "1", "12", "123", " 1732", "17 32", "3.14159", "-5%", "1,000,000",
    "naïve café", "Übergröße", "Ελλάδα", "Москва", "東京タワー", "한국어", "العربية", "नमस्ते", "👋🏽 hello 🌍", "e\u0301",
    "x = [i**2 for i in range(10)]", "<div class=\"a\">&amp;</div>", "https://example.org/?q=1&r=2", "snake_case camelCase",
    "<|endoftext|>", "a<|endoftext|>b", "Hello<|endoftext|> world", "\u00a0nbsp\u00a0", "tab\tand\r\nline", "…—“quotes”",
    "½ ² Ⅷ ٣٤", "\u200bzero width", "ALL CAPS", "antidisestablishmentarianism", "....", "!?!?", "(a)[b]{c}", "🙂🙂🙂",
]  # fmt: skip


def cases() -> list[str]:
    rng = random.Random(21)
    texts = ODD + [plain(document(rng)) for _ in range(250)]
    alphabet = list("abc XYZ 0123 .,'\"\n\té漢🙂") + ["'s", " the", "  "]
    return texts + ["".join(rng.choices(alphabet, k=rng.randint(1, 30))) for _ in range(250)]


def main() -> None:
    tokenizer = Tokenizer.from_file(str(HERE.parent / "tokenizer.json"))
    rows = [{"text": text, "ids": tokenizer.encode(text).ids} for text in cases()]
    for row in rows:
        row["decoded"] = tokenizer.decode(row["ids"], skip_special_tokens=False)
    out = HERE / "runs" / "tokenizer_cases.json"
    out.parent.mkdir(exist_ok=True)
    out.write_text(json.dumps(rows, ensure_ascii=False))
    print(f"{len(rows)} cases")


if __name__ == "__main__":
    main()
