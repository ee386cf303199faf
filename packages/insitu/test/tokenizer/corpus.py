"""The strings on which tokenizers are compared, in a fixed order. Lone surrogates are among them."""

import random
import unicodedata

EOT = "<|endoftext|>"

#: Every code point that some engine takes for white space or for nothing at all, and their neighbours.
SPACES = [*"\t\n\v\f\r \x1c\x1d\x1e\x1f\x85\xa0", *map(chr, [
    0x1680, 0x180E, *range(0x2000, 0x2010), 0x2028, 0x2029, 0x202F, 0x205F, 0x2060, 0x2800, 0x3000, 0x3164, 0xFEFF,
])]

SENTENCES = [
    "The Eiffel Tower is in the city of Paris.", "When Mary and John went to the store, John gave a drink to Mary",
    "I'm sure they've said we'll see, she'd know, it's what you're after; don't.", "I'M SURE THEY'VE SAID WE'LL SEE",
    "I’m sure they’ve said we’ll see, ‘it’s’ what “you’re” after", "'s't're've'm'll'd", "''s ''t 's' 't'", "x's x 's x'S",
    "rock'n'roll o'clock y'all'd've 'tis 'twas '90s", "naïve café coöperate Zoë Ærøskøbing straße İstanbul ıI ſ K Å",
    "na\u0131\u0308ve cafe\u0301 A\u030a n\u0303 o\u0302\u0323 Z\u0351\u036b\u0343a\u0341\u034el\u0301\u0325g\u0321o\u0322",
    "مرحبا بالعالم، كيف حالك اليوم؟", "اللُّغَةُ العَرَبِيَّة", "١٢٣٤٥ ۱۲۳", "לְעוֹלָם שָׁלוֹם ״כן״ ׳א", "\u202bשלום\u202c abc \u200fdef",
    "日本語のトークン化は、空白がありません。", "东京は大きい。我爱北京天安门！", "한국어 문장입니다. 각 각", "ｆｕｌｌｗｉｄｔｈ　１２３", "ｶﾀｶﾅ ㍿ ㌀",
    "हिन्दी में एक वाक्य क्षत्रिय", "தமிழ் மொழி", "తెలుగు భాష", "বাংলা ভাষা", "മലയാളം ക്ഷ", "ਪੰਜਾਬੀ", "ไทยไม่มีช่องว่าง", "ພາສາລາວ", "မြန်မာ", "ខ្មែរ", "བོད་སྐད",
    "Ελληνικά Ὀδυσσεύς", "Русский язык ёЁ", "Հայերեն", "ქართული ᲥᲐᲠᲗᲣᲚᲘ", "አማርኛ", "ᚠᚢᚦᚨᚱᚲ", "𐌰𐌱𐌲", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𝟙𝟚𝟛 𝓐𝓑", "𠀀𠀁 𪚥", "ꓘꓯ ꙮ",
    "👍 👍🏽 👩‍💻 👨‍👩‍👧‍👦 🏳️‍🌈 🏴‍☠️ 🏴󠁧󠁢󠁥󠁮󠁧󠁿 🇫🇷🇩🇪 1️⃣#️⃣*️⃣ ❤️ ❤ ☺︎ 🫠 🧑🏿‍🤝‍🧑🏻", "😀😃😄😁", "a👍b 1👍2 ,👍, 👍👍", "🇫 🇷 \u200d \ufe0f \u20e3",
    "0 1 12 123 1234 12345 123456789 3.14159 1,000,000 -1 +1 1e-5 0x1F 0b101 1_000", "½ ¼ Ⅷ ① ² ₂ ੧ 〇 一二三 𝟘 ௧௲",
    "$1.50 €2 £3 ¥4 50% #1 @me a@b.co https://example.org/a?b=c&d=e#f C:\\dir\\file", "…—–-‐‑ «guillemets» ¿qué? ¡no!", "a.b.c... !!! ?!? ---- ==== ****",
    "\ufeffBOM first", "BOM\ufeffinside", "BOM \ufeff spaced", "\x85next\x85line", "a\x85 b \x85\x85c", "\u2028line\u2028sep \u2029", "zero\u200bwidth\u200c\u200d\u2060", "soft\xadhyphen",
    "\ufffd \ufffe \uffff \U0010ffff \ue000", "\x00\x01\x7f\x80\x9f", "x\xa0y \xa0 z\xa0\xa0", "ideographic\u3000space\u3000\u3000",
    "\u088f's \ua7ce's x\u0c5c1 \U000323b0's \U00011de0's \U00016ff4\U00016ff2!\U0001e6c0",
    "ĠhelloĊ Ġ Ċ ĉ ġ Ģ", "⠀braille ㅤfiller", "<|endoftext|", "|endoftext|>", "<|ENDOFTEXT|>", "< |endoftext|>", "<|endoftext|>>", "<<|endoftext|>", "<|endof<|endoftext|>text|>", "<|<|endoftext|>",
    "SolidGoldMagikarp petertodd  davidjl rawdownloadcloneembedreportprint", "pneumonoultramicroscopicsilicovolcanoconiosis", "antidisestablishmentarianism", "hello world", "Hello World", " Hello  World ", "HELLO", "hELLO",
]

CODE = [
    "def f(x, *args):\n    if x is None:\n        return {'a': [1, 2.0], \"b\": f'{x!r:>10}'}\n    # done\n\treturn lambda y: y ** 2\n",
    "const f = async <T,>(x: T[]): Promise<number> => {\r\n\tawait x?.[0];\r\n\treturn `${x ?? 1}`.length;\r\n};\r\n",
    "#include <stdio.h>\nint main(void) {\n\tprintf(\"%d\\n\", 0xFF & ~1);\n\treturn 0; /* ok */\n}\n",
    "fn main() -> Result<(), Box<dyn Error>> {\n    let v: Vec<&'a str> = vec![\"x\"; 3];\n    println!(\"{:?}\", v);\n    Ok(())\n}\n",
    "SELECT a.*, COUNT(*) FROM t AS a WHERE x >= 1 AND y <> 'z' GROUP BY 1;\n-- comment\n",
    "<!DOCTYPE html>\n<div class=\"a b\" data-x='1'>&nbsp;&#x1F600;<br/></div>\n", "{\n  \"key\": [null, true, -1.5e+10],\n  \"k2\": {}\n}",
    "for i in $(seq 1 10); do echo \"$i\" | awk '{print $1}' >> out.txt 2>&1; done\n", "main :: IO ()\nmain = mapM_ print $ filter (\\x -> x `mod` 2 == 0) [1..10]\n",
    "\\begin{align} \\frac{\\partial f}{\\partial x} &= \\sum_{i=0}^{n} x_i^2 \\end{align}", "a:\n  - b: c\n    d: |\n      e\n\n\n  - f\n", "if(a){b}else{c}\n\n\n\n\t\t\t\tx\n        y\n                z",
    "λx.x ∀x∈ℝ: ⌈x⌉ ≥ x → ∑ⁿᵢ₌₁", "x=1;y=2\r\rz=3\n\r\n\r", "// TODO(me): fix\n\n/** @param {string} a */", "package main\n\nfunc (s *S) F(ch chan<- int) error {\n\tgo func() { ch <- 1 }()\n\treturn nil\n}\n",
]

WORDS = (
    "the of and to in a is that it was for on are as with his they at be this from I have or by one had not but what all were"
    " when we there can an your which their said if do will each about how up out them then she many some so these would other"
    " into has more her two like him see time could no make than first been its who now people my made over did down only way"
    " find use may water long little very after words called just where most know New York Paris London Einstein transformer"
).split()


def well_formed(text):
    """Pairs of surrogates joined to the character that they are in JavaScript; lone ones stay."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def corpus():
    rng = random.Random(0)
    out = ["", *SENTENCES, *CODE]
    out += [f"{code}{EOT}{code.upper()}" for code in CODE]
    # Every character below U+0100, alone, twice, and between others; the ends of every length of UTF-8.
    edges = [0x7F, 0x80, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFFFD, 0xFFFE, 0xFFFF, 0x10000, 0x1FFFF, 0x3FFFF, 0x40000, 0xFFFFF, 0x100000, 0x10FFFF]
    for c in map(chr, [*range(256), *edges]):
        out += [c, f"{c}{c}", f"a{c}b 1{c} {c}"]
    # Every last byte of two, three and four: C2-DF xx, and both continuation places of longer ones.
    out += [chr(0x400 + i) + chr(0x4E00 + i) + chr(0x1F600 + i) for i in range(64)]
    out += [chr(0x80 + 64 * i) + chr(0x3000 + 64 * i) + chr(0x20000 + 4096 * (i % 8) + 64 * i) for i in range(30)]
    out += spaces(rng) + categories(rng) + specials(rng) + surrogates(rng) + long_ones() + mixtures(rng)
    return list(dict.fromkeys(map(well_formed, out)))


def spaces(rng):
    out = []
    for s in SPACES:
        out += [f"a{s}b", f"a{s}{s}b", f"a {s}b", f"a{s} b", f" {s}", f"{s} ", f"!{s}!", f"1{s}'s", f"\n{s}\n{s}{s}x"]
    out += [s * n + "x" for s in " \t\n\xa0\u3000\ufeff\x85" for n in (2, 3, 4, 7, 8, 9, 16, 17, 31, 64, 500)]
    out += ["".join(rng.choices(SPACES, k=rng.randint(2, 12))) + rng.choice(["", "a", "1", "!", "'s"]) for _ in range(400)]
    return out


def categories(rng):
    """Samples of every general category, alone and among others of it."""
    by_category = {}
    for c in range(0x110000):
        by_category.setdefault(unicodedata.category(chr(c)), []).append(chr(c))
    out = []
    for name in sorted(by_category):
        chars = by_category[name]
        for _ in range(40):
            a, b, c = rng.choices(chars, k=3)
            out += [a, f"a{a}b 1{b}1 .{c}. {a}{b}{c}"]
    return out


def specials(rng):
    out = [EOT, EOT * 2, EOT * 50, f" {EOT} ", f"\n{EOT}\n", f"a{EOT}", f"{EOT}a", f"a{EOT}b{EOT}c", f"{EOT} {EOT}  {EOT}"]
    out += [EOT[:i] for i in range(1, len(EOT))] + [EOT[i:] for i in range(1, len(EOT))]
    out += [EOT[:i] + x + EOT[i:] for i in range(1, len(EOT)) for x in ("", " ", "|", "\u200b")]
    out += [EOT[:i] + EOT + EOT[i:] for i in range(len(EOT))]
    parts = [EOT, EOT[:7], EOT[7:], " ", "  ", "\n", "a", "'s", "😀", "\ud83d", "\xa0", "é"]
    return out + ["".join(rng.choices(parts, k=rng.randint(2, 8))) for _ in range(300)]


def surrogates(rng):
    out = []
    for s in ("\ud800", "\udbff", "\udc00", "\udfff", "\ud83d", "\ude00"):
        out += [s, s + s, f"a{s}b", f" {s}", f"{s} {s}", f"1{s}1", f"!{s}!", f"{s}{EOT}{s}", f"😀{s}😀", f"\ufffd{s}"]
    parts = ["\ud83d", "\ude00", "a", " ", "!", "1", "\ufffd", "é", "\n"]
    return out + ["".join(rng.choices(parts, k=rng.randint(2, 8))) for _ in range(150)]


def long_ones():
    mixed = "".join(chr(97 + (i * i * 7 + i * 3) % 26) for i in range(10_000))
    out = [mixed, mixed.upper(), "a" * 10_000, "ab" * 5_000, "é" * 3_000, "語" * 3_000, "😀" * 2_000, "1" * 10_000, "1234567890" * 500]
    out += [c * n for c in "a!-=_ .'\n" for n in (2, 3, 5, 8, 16, 32, 33, 64, 65, 255, 256, 257, 2_000)]
    return out + [" " * 10_000, " " * 9_999 + "x", "\n" * 5_000, "\t \n" * 1_000, "!?" * 2_000, "the " * 1_000, "The quick brown fox. " * 200]


def mixtures(rng):
    alphabet = [*map(chr, range(32, 127)), *SPACES[:12], *"éüßñøçÀ’“”—…•€", *"абвгд", *"αβγδ", *"שלום", *"مرحبا", *"日本語中文", *"हिन्दी", "\u0301", "\u200d", "\ufe0f", *"😀👍🏽❤🇫🇷"]
    out = [" ".join(rng.choices(WORDS, k=rng.randint(1, 30))).capitalize() + rng.choice([".", "?", "!", ""]) for _ in range(700)]
    out += ["".join(rng.choices(alphabet, k=rng.randint(1, 24))) for _ in range(1000)]
    out += ["".join(map(chr, rng.choices(range(0x250), k=rng.randint(1, 16)))) for _ in range(400)]
    ranges = [*range(0xD800), *range(0xE000, 0x110000)]
    out += ["".join(map(chr, rng.choices(ranges[: rng.choice([0x3000, 0xF800, len(ranges)])], k=rng.randint(1, 10)))) for _ in range(400)]
    pieces = [*SENTENCES, *WORDS, *CODE, EOT, *SPACES]
    return out + [rng.choice(["", " ", "\n"]).join(rng.choices(pieces, k=rng.randint(2, 4))) for _ in range(300)]
