/** What a Tokenizer offers, on GPT-2's real vocabulary. */
import { describe, expect, test } from "vitest";
import { preparedTokenizerJson } from "../../../engine/src/tokenizerJson.ts";
import { Tensor } from "../../src/tensor.ts";
import { Tokenizer } from "../../src/tokenizer.ts";
import { errorOf } from "../fixtures.ts";
import { gpt2Json, tinyJson } from "./vocabularies.ts";

const json = preparedTokenizerJson(gpt2Json());
const gpt2 = (config: object = {}) => new Tokenizer(json, config);
const tokenizer = gpt2();

test("ids of special tokens: as configured, else GPT-2's own", () => {
  const idsOf = ({ bosTokenId, eosTokenId, padTokenId }: Tokenizer) => [bosTokenId, eosTokenId, padTokenId];
  expect([tokenizer.vocabSize, ...idsOf(tokenizer)]).toEqual([50257, 50256, 50256, 50256]);
  expect(idsOf(gpt2({ eos_token: "!", bos_token: { content: " no token" }, pad_token: null }))).toEqual([
    undefined,
    0,
    50256,
  ]);
  expect(idsOf(gpt2({ eos_token: "!", pad_token: "#" }))).toEqual([50256, 0, 2]);
  const tiny = new Tokenizer(preparedTokenizerJson(tinyJson()), {});
  expect([tiny.vocabSize, ...idsOf(tiny)]).toEqual([3072, 0, 0, 0]);
});

test("GPT-2's tokens", () => {
  expect(tokenizer.encode("The Eiffel Tower is in the city of")).toEqual([
    464, 412, 733, 417, 8765, 318, 287, 262, 1748, 286,
  ]);
  expect(tokenizer.toSingleToken(" Paris")).toBe(6342);
  expect(tokenizer.toStrTokens(" Eiffel 😀")).toEqual([" E", "iff", "el", " �", "�"]);
  expect(tokenizer.toStrTokens([464, 412])).toEqual(["The", " E"]);
  expect(tokenizer.encode("")).toEqual([]);
});

test("decode takes lists, typed lists, tensors and one id; batchDecode rows of them", () => {
  const ids = [464, 6342];
  const tensor = (shape: number[]) => new Tensor(shape, "int32", Int32Array.from(ids));
  for (const given of [ids, Int32Array.from(ids), tensor([2])]) expect(tokenizer.decode(given)).toBe("The Paris");
  expect([tokenizer.decode(6342), tokenizer.decode([])]).toEqual([" Paris", ""]);
  expect(tokenizer.batchDecode([ids, [], Int32Array.from([6342])])).toEqual(["The Paris", "", " Paris"]);
  expect(tokenizer.batchDecode(tensor([2, 1]))).toEqual(["The", " Paris"]);
  expect(tokenizer.batchDecode(tensor([1, 2]))).toEqual(["The Paris"]);
  expect(tokenizer.batchDecode([[50256, 464]], { skipSpecialTokens: true })).toEqual(["The"]);
  // Nothing is cleaned up: the text is the tokens' own.
  expect(tokenizer.decode(tokenizer.encode("a . b , I 'm"))).toBe("a . b , I 'm");
});

test("batches are padded on the left, on the right, or not", () => {
  const texts = ["The", "The Paris", ""];
  const left = {
    ids: [
      [50256, 464],
      [464, 6342],
      [50256, 50256],
    ],
    mask: [
      [0, 1],
      [1, 1],
      [0, 0],
    ],
  };
  const right = {
    ids: [
      [464, 50256],
      [464, 6342],
      [50256, 50256],
    ],
    mask: [
      [1, 0],
      [1, 1],
      [0, 0],
    ],
  };
  expect(tokenizer.encodeBatch(texts)).toEqual(left);
  expect(tokenizer.encodeBatch(texts, { padding: true, paddingSide: "right" })).toEqual(right);
  expect(tokenizer.encodeBatch(texts, { padding: false })).toEqual({
    ids: [[464], [464, 6342], []],
    mask: [[1], [1, 1], []],
  });
  expect(tokenizer.encodeBatch([])).toEqual({ ids: [], mask: [] });
  expect(tokenizer.encodeBatch("The")).toEqual({ ids: [[464]], mask: [[1]] });
  const other = gpt2({ pad_token: "!" });
  other.paddingSide = "right";
  expect(other.encodeBatch(["The", "The Paris"]).ids).toEqual([
    [464, 0],
    [464, 6342],
  ]);
  other.padTokenId = 1;
  expect(other.encodeBatch(["The", "The Paris"], { paddingSide: "left" }).ids).toEqual([
    [1, 464],
    [464, 6342],
  ]);
});

test("add_bos_token", () => {
  const config = { add_bos_token: true };
  const starting = new Tokenizer(preparedTokenizerJson(gpt2Json(config)), config);
  expect(starting.encode("hi")).toEqual([50256, 5303]);
});

describe("errors name the value, the remedy and the line", () => {
  test.each<[string, () => unknown, RegExp]>([
    [
      "an id past the end",
      () => tokenizer.decode([1, 50257]),
      /id 50257 at position 1 is outside the vocabulary of 50257\..*to 50256/,
    ],
    ["below zero", () => tokenizer.decode(-1), /id -1 at/],
    ["no integer", () => tokenizer.decode([464, 0.5]), /id 0\.5 at position 1/],
    ["NaN", () => tokenizer.decode([Number.NaN]), /id NaN/],
    ["floats of a tensor", () => tokenizer.decode(new Tensor([1], "float32", Float32Array.of(0.25))), /id 0\.25/],
    ["text", () => tokenizer.decode("464" as never), /id 464 at position 0/],
    ["a bigint", () => tokenizer.decode([464n] as never), /id 464 at/],
    ["nothing", () => tokenizer.decode(undefined as never), /id undefined/],
    ["null for rows", () => tokenizer.batchDecode(null as never), /id null/],
    ["an id among tokens", () => tokenizer.toStrTokens([99999]), /id 99999/],
  ])("%s for an id", async (_, work, message) => {
    const error = await errorOf(work);
    expect(error.name).toBe("PromptError");
    expect(error.message).toMatch(message);
    expect(error.line).toMatch(/tokenizer\.test\.ts:\d+:\d+/);
  });

  test.each<[string, () => unknown, RegExp]>([
    ["a number", () => tokenizer.encode(5 as never), /number 5 is no text.*Pass a string/],
    ["nothing", () => tokenizer.encode(undefined as never), /undefined undefined is no text/],
    ["ids", () => tokenizer.toSingleToken([1] as never), /object 1 is no text/],
    ["in a batch", () => tokenizer.encodeBatch(["a", null as never]), /object null is no text/],
    ["instead of one", () => tokenizer.encodeBatch(undefined as never), /undefined undefined is no text/],
    [
      "a side",
      () => tokenizer.encodeBatch(["a"], { paddingSide: "Left" as never }),
      /paddingSide is Left\. Pass "left" or/,
    ],
  ])("%s for text", async (_, work, message) => {
    const error = await errorOf(work);
    expect(error.name).toBe("ArgumentError");
    expect(error.message).toMatch(message);
    expect(error.line).toMatch(/tokenizer\.test\.ts:\d+:\d+/);
  });

  test("more than one token", async () => {
    const error = await errorOf(() => tokenizer.toSingleToken("Eiffel"));
    expect([error.name, error.problem]).toEqual(["PromptError", '"Eiffel" is 3 tokens: ["E","iff","el"].']);
    expect(error.line).toMatch(/tokenizer\.test\.ts/);
  });
});
