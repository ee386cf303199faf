/** tokenizer.json made of vocab.json and merges.txt. That the whole of GPT-2's encodes as it should: insitu's tests. */
import { CheckpointError } from "@insitu/program";
import { expect, test } from "vitest";
import { preparedTokenizerJson, tokenizerJsonOf } from "../src/tokenizerJson.ts";

const VOCAB = { a: 0, b: 1, Ġ: 2, ab: 3, Ġab: 4, "<|endoftext|>": 5 };
const MERGES = "#version: 0.2\na b\nĠ ab\n";
const EOT = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };

const errorOf = (...given: Parameters<typeof tokenizerJsonOf>): CheckpointError => {
  try {
    tokenizerJsonOf(...given);
  } catch (error) {
    expect(error).toBeInstanceOf(CheckpointError);
    return error as CheckpointError;
  }
  return expect.unreachable("it should have thrown") as never;
};

test("it is what transformers makes of the two files", () => {
  expect(tokenizerJsonOf(VOCAB, MERGES)).toEqual({
    version: "1.0",
    added_tokens: [{ id: 5, content: "<|endoftext|>", ...EOT }],
    normalizer: null,
    pre_tokenizer: { type: "ByteLevel", add_prefix_space: false, trim_offsets: true },
    post_processor: { type: "ByteLevel", add_prefix_space: true, trim_offsets: false },
    decoder: { type: "ByteLevel", add_prefix_space: true, trim_offsets: true },
    model: {
      type: "BPE",
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: "",
      end_of_word_suffix: "",
      fuse_unk: false,
      vocab: VOCAB,
      merges: [
        ["a", "b"],
        ["Ġ", "ab"],
      ],
    },
  });
});

test("Windows' line ends, blank lines at the end, no version, and merges that begin with #", () => {
  const merges = (text: string, vocab: object = VOCAB) => tokenizerJsonOf(vocab, text).model.merges;
  const two = merges(MERGES);
  for (const text of ["#version: 0.2\r\na b\r\nĠ ab\r\n", "a b\nĠ ab", `${MERGES}\n\n`])
    expect(merges(text)).toEqual(two);
  expect(merges("# #\n", { "#": 0, "##": 1 })).toEqual([["#", "#"]]);
  expect(merges("#version: 0.2\n")).toEqual([]);
});

test("the configuration's tokens: in the vocabulary, with ids of their own, or behind its end", () => {
  const { added_tokens } = tokenizerJsonOf(VOCAB, MERGES, {
    eos_token: { content: "<|endoftext|>" },
    bos_token: "ab",
    pad_token: "[PAD]",
    unk_token: null,
    additional_special_tokens: ["[X]"],
    added_tokens_decoder: { 9: { content: "<mask>", lstrip: true, special: true }, 10: { content: "<word>" } },
  });
  expect(added_tokens.map(({ id, content, lstrip, special }) => [id, content, lstrip, special])).toEqual([
    [3, "ab", false, true],
    [5, "<|endoftext|>", false, true],
    [9, "<mask>", true, true],
    [10, "<word>", false, false],
    [11, "[PAD]", false, true],
    [12, "[X]", false, true],
  ]);
  expect(tokenizerJsonOf({ a: 0 }, "#version: 0.2").added_tokens).toEqual([]);
});

test("add_bos_token puts it before every text", () => {
  expect(tokenizerJsonOf(VOCAB, MERGES, { add_bos_token: true }).post_processor).toMatchObject({
    type: "TemplateProcessing",
    single: [{ SpecialToken: { id: "<|endoftext|>", type_id: 0 } }, { Sequence: { id: "A", type_id: 0 } }],
    special_tokens: { "<|endoftext|>": { ids: [5] } },
  });
  expect(errorOf({ a: 0 }, "#version: 0.2", { add_bos_token: true }).message).toMatch(
    /add_bos_token .* "<\|endoftext\|>".*bos_token/,
  );
});

test.each<[unknown, RegExp]>([
  [null, /no object of tokens/],
  [["a", "b"], /no object of tokens/],
  [{}, /no token/],
  [{ a: 0, b: "1" }, /the id of "b" is "1"/],
  [{ a: 0, b: -1 }, /the id of "b" is -1/],
  [{ a: 0, b: 0.5 }, /the id of "b" is 0.5/],
  [{ a: 0, b: 0 }, /"b" and "a" have the same id, 0/],
])("a vocabulary of %j", (vocab, problem) => {
  const error = errorOf(vocab, "");
  expect(error.problem).toMatch(/^vocab\.json: /);
  expect(error.problem).toMatch(problem);
  expect(error.details).toMatchObject({ file: "vocab.json" });
});

test.each<[string, number, RegExp]>([
  ["", 1, /"" is not a pair/],
  ["#version: 0.2\na b\nĠ", 3, /"Ġ" is not a pair/],
  ["#version: 0.2\na b c\n", 2, /"a b c" is not a pair/],
  ["a b\n\nĠ ab\n", 2, /"" is not a pair/],
  ["a  b\n", 1, /"a {2}b" is not a pair/],
  ["a b\na c\n", 2, /vocab\.json has no token "c"/],
  ["b a\n", 1, /vocab\.json has no token "ba"/],
  ["<!doctype html>\n<html>", 1, /no token "<!doctype"/],
  [`${"x".repeat(100)}\n`, 1, /"x{60}…" is not a pair/],
])("merges %j", (text, line, problem) => {
  const error = errorOf(VOCAB, text);
  expect(error.problem).toMatch(new RegExp(`^merges\\.txt, line ${line}: `));
  expect(error.problem).toMatch(problem);
  expect(error.details).toEqual({ file: "merges.txt", line });
});

test("errors name OpenAI's files where those were read", () => {
  const names = { vocab: "encoder.json", merges: "vocab.bpe" };
  expect(errorOf({}, "", {}, names).problem).toMatch(/^encoder\.json: /);
  expect(errorOf(VOCAB, "a c", {}, names).problem).toBe('vocab.bpe, line 1: encoder.json has no token "c".');
});

test("preparing writes ByteLevel's pattern out, wherever it stands, and leaves other patterns", () => {
  const byteLevel = { type: "ByteLevel", add_prefix_space: false };
  const types = (step: object | null) =>
    JSON.stringify(step)
      .match(/"type":"\w+"/g)!
      .map((text) => text.slice(8, -1));
  const prepared = (pre_tokenizer: never) => preparedTokenizerJson({ pre_tokenizer }).pre_tokenizer;
  expect(types(prepared(byteLevel as never))).toEqual(["Sequence", "Split", "ByteLevel"]);
  expect(types(prepared({ type: "ByteLevel" } as never))).toEqual(["Sequence", "Replace", "Split", "ByteLevel"]);
  const sequence = { type: "Sequence", pretokenizers: [{ type: "Digits" }, byteLevel] };
  expect(types(prepared(sequence as never))).toEqual(["Sequence", "Digits", "Sequence", "Split", "ByteLevel"]);
  const bare = { type: "ByteLevel", add_prefix_space: true, use_regex: false };
  expect(prepared(bare as never)).toEqual(bare);
  expect(prepared(null as never)).toBeNull();
});

test("preparing adds the keys that Rust takes as absent, and changes nothing that is there", () => {
  const json = { model: { vocab: {}, merges: [] } };
  expect(preparedTokenizerJson(json)).toEqual({
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: null,
    post_processor: null,
    decoder: null,
    model: { type: "BPE", vocab: {}, merges: [] },
  });
  const whole = tokenizerJsonOf(VOCAB, MERGES);
  const before = structuredClone(whole);
  const { pre_tokenizer, ...rest } = preparedTokenizerJson(whole);
  expect(whole).toEqual(before);
  expect({ ...rest, pre_tokenizer: before.pre_tokenizer }).toEqual(before);
});
