/** Ids and text as Hugging Face's Rust tokenizer has them, on the strings of corpus.py. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { SplitPreTokenizer } from "@huggingface/tokenizers";
import { describe, expect, test } from "vitest";
import { preparedTokenizerJson } from "../../../engine/src/tokenizerJson.ts";
import { Tokenizer } from "../../src/tokenizer.ts";
import { gpt2Json, tinyJson } from "./vocabularies.ts";

interface Goldens {
  size: number;
  ids: number[][];
  decoded: [ids: number[], text: string][];
  withoutSpecial: [ids: number[], text: string][];
  /** SHA-256 of the texts of all tokens, with zeros between. */
  everyToken: string;
}

const goldens = JSON.parse(gunzipSync(readFileSync(new URL("goldens.json.gz", import.meta.url))).toString()) as {
  strings: string[];
  gpt2: Goldens;
  /** Of every so many strings, as `prefixed` is: GPT-2's with a space before texts that begin with none. */
  some: number;
  tiny: Goldens;
  prefixed: number[][];
  /** What ByteLevel's pattern takes code points for, from each on: letter, number, white space, other. */
  classes: [first: number, kind: "L" | "N" | "S" | "O"][];
};

const some = goldens.strings.filter((_, i) => i % goldens.some === 0);
const CASES: [string, object, Goldens, string[]][] = [
  ["GPT-2, of vocab.json and merges.txt", gpt2Json(), goldens.gpt2, goldens.strings],
  ["weights/tiny", tinyJson(), goldens.tiny, some],
];

describe.each(CASES)("%s", (_, json, golden, strings) => {
  const tokenizer = new Tokenizer(preparedTokenizerJson(json), {});

  test("there are enough strings", () => {
    expect(goldens.strings.length).toBeGreaterThanOrEqual(5000);
    expect(new Set(goldens.strings).size).toBe(goldens.strings.length);
    expect(strings.length).toBe(golden.ids.length);
    expect(tokenizer.vocabSize).toBe(golden.size);
  });

  test("every string has Rust's ids", () => {
    const wrong = strings.flatMap((text, i) => {
      const ids = tokenizer.encode(text);
      return String(ids) === String(golden.ids[i]) ? [] : [{ text, ids, rust: golden.ids[i] }];
    });
    expect(wrong.slice(0, 10)).toEqual([]);
  });

  test("and comes back from them, lone surrogates as U+FFFD", () => {
    const wrong = strings.filter((text, i) => tokenizer.decode(golden.ids[i]!) !== wellFormed(text));
    expect(wrong.slice(0, 10)).toEqual([]);
    expect(strings.some((text) => text !== wellFormed(text))).toBe(true);
  });

  test("ids that are no UTF-8 are decoded as Rust does", () => {
    for (const [ids, text] of golden.decoded) expect(tokenizer.decode(ids), String(ids)).toBe(text);
    expect(golden.decoded.filter(([, text]) => text.includes("\ufffd")).length).toBeGreaterThan(1000);
    for (const [ids, text] of golden.withoutSpecial)
      expect(tokenizer.decode(ids, { skipSpecialTokens: true }), String(ids)).toBe(text);
    expect(golden.withoutSpecial.length).toBeGreaterThan(50);
  });

  test("every token alone", () => {
    const texts = Array.from({ length: golden.size }, (_, id) => tokenizer.decode(id));
    expect(createHash("sha256").update(texts.join("\0")).digest("hex")).toBe(golden.everyToken);
  });
});

test("add_prefix_space", () => {
  const tokenizer = new Tokenizer(preparedTokenizerJson(gpt2Json({ add_prefix_space: true })), {});
  for (const [i, text] of some.entries()) expect(tokenizer.encode(text), text).toEqual(goldens.prefixed[i]);
});

// Where an engine's Unicode is newer than 17, its new letters and numbers fail here: NEWER is to name them.
test("ByteLevel's pattern takes every code point for what Rust does", () => {
  const { pre_tokenizer } = preparedTokenizerJson(gpt2Json());
  const split = new SplitPreTokenizer(pre_tokenizer!.pretokenizers!.find(({ type }) => type === "Split") as never);
  const kinds = { L: "x", N: "1", O: "!" };
  const wrong: string[] = [];
  for (const [i, [first, kind]] of goldens.classes.entries()) {
    const end = goldens.classes[i + 1]?.[0] ?? 0x110000;
    // Private use, and planes that hold nothing: by their ends.
    const step = end - first > 0xfff0 ? end - first - 1 : 1;
    for (let c = first; c < end; c += step) {
      if (c >= 0xd800 && c < 0xe000) continue;
      const char = String.fromCodePoint(c);
      const joins = (before: string) => split.pre_tokenize_text(before + char).length === 1;
      if (kind === "S" ? Object.values(kinds).some(joins) : !joins(kinds[kind]))
        wrong.push(`${kind} ${c.toString(16)}`);
    }
  }
  expect(wrong).toEqual([]);
});

test("long words and long texts take time in proportion", () => {
  const tokenizer = new Tokenizer(preparedTokenizerJson(gpt2Json()), {});
  const word = Array.from({ length: 200_000 }, (_, i) => String.fromCharCode(97 + ((i * i * 7 + i * 3) % 26))).join("");
  const started = performance.now();
  for (const text of [word, " ".repeat(200_000), "!".repeat(200_000), "\ud800".repeat(20_000)])
    expect(tokenizer.decode(tokenizer.encode(text))).toBe(wellFormed(text));
  // Under two seconds; were it quadratic it would be hours.
  expect(performance.now() - started).toBeLessThan(30_000);
}, 60_000);

function wellFormed(text: string): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(new TextEncoder().encode(text));
}
