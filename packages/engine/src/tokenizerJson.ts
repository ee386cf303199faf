/**
 * GPT-2's tokenizer as Hugging Face writes it down, tokenizer.json: made of vocab.json and merges.txt where
 * a checkpoint has no other, and made ready for the JavaScript library that reads it.
 */
import { CheckpointError } from "@insitu/program";

/** What a tokenizer.json holds, as far as it is looked into here. */
export interface TokenizerJson {
  added_tokens: readonly AddedToken[];
  normalizer: object | null;
  pre_tokenizer: PreTokenizer | null;
  post_processor: object | null;
  decoder: object | null;
  model: { type?: string; merges?: readonly unknown[] };
}

/** The parts of a tokenizer_config.json that GPT-2's tokenizer heeds. Other keys may stand beside them. */
export interface TokenizerConfig {
  add_prefix_space?: boolean;
  add_bos_token?: boolean;
  added_tokens_decoder?: Readonly<Record<string, { content: string; [flag: string]: unknown }>>;
  additional_special_tokens?: readonly NamedToken[];
  bos_token?: NamedToken | null;
  eos_token?: NamedToken | null;
  pad_token?: NamedToken | null;
  unk_token?: NamedToken | null;
}

/**
 * The tokenizer.json of a vocabulary (vocab.json, parsed; OpenAI's name for it is encoder.json) and the text
 * of its merges (merges.txt, or vocab.bpe).
 *
 * @param names How errors are to call the two files.
 * @throws CheckpointError naming the file, and the entry or line that is wrong.
 */
export function tokenizerJsonOf(
  vocab: unknown,
  mergesText: string,
  config: TokenizerConfig = {},
  names: { vocab: string; merges: string } = { vocab: "vocab.json", merges: "merges.txt" },
): TokenizerJson & { version: string } {
  const ids = readVocab(vocab, names.vocab);
  const merges = readMerges(mergesText, ids, names);
  const added = addedTokens(ids, config);
  const byteLevel = { type: "ByteLevel", add_prefix_space: config.add_prefix_space ?? false, trim_offsets: true };
  return {
    version: "1.0",
    added_tokens: added,
    normalizer: null,
    pre_tokenizer: byteLevel,
    post_processor: config.add_bos_token
      ? startingWith(added, contentOf(config.bos_token) ?? END_OF_TEXT)
      : { ...byteLevel, add_prefix_space: true, trim_offsets: false },
    decoder: { ...byteLevel, add_prefix_space: true },
    model: {
      type: "BPE",
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: "",
      end_of_word_suffix: "",
      fuse_unk: false,
      vocab,
      merges,
    } as TokenizerJson["model"],
  };
}

/**
 * The same tokenizer for `@huggingface/tokenizers`, written so that it gives the ids of the Rust library:
 *
 * - ByteLevel's own pattern is written out. As the JavaScript library has it, `\s` is JavaScript's, which
 *   counts U+FEFF as a space and U+0085 as none, and its letters and numbers are of the engine's Unicode.
 * - Keys that Rust takes as absent are there: the library fails without them.
 */
export function preparedTokenizerJson<T extends Partial<TokenizerJson>>(json: T): T & TokenizerJson {
  const model = json.model?.merges ? { type: "BPE", ...json.model } : json.model;
  return {
    added_tokens: [],
    normalizer: null,
    post_processor: null,
    decoder: null,
    ...json,
    pre_tokenizer: writtenOut(json.pre_tokenizer ?? null),
    model,
  } as T & TokenizerJson;
}

interface AddedToken {
  id: number;
  content: string;
  single_word: boolean;
  lstrip: boolean;
  rstrip: boolean;
  normalized: boolean;
  special: boolean;
}

interface PreTokenizer {
  type: string;
  pretokenizers?: readonly PreTokenizer[];
  use_regex?: boolean;
  add_prefix_space?: boolean;
  [setting: string]: unknown;
}

/** A token as a configuration names it: its text, or an object that holds it. */
type NamedToken = string | { content: string };

const END_OF_TEXT = "<|endoftext|>";

/**
 * The letters and numbers that came with Unicode 17. Engines of 2025 know them, tokenizers 0.23 (Unicode 16)
 * takes them as neither.
 */
const NEWER = [
  "\\u088F\\u0C5C\\u0CDC\\uA7CE\\uA7CF\\uA7D2\\uA7D4\\uA7F1\\u{10940}-\\u{10959}\\u{10EC5}-\\u{10EC7}",
  "\\u{11DB0}-\\u{11DDB}\\u{11DE0}-\\u{11DE9}\\u{16EA0}-\\u{16EB8}\\u{16EBB}-\\u{16ED3}\\u{16FF2}-\\u{16FF6}",
  "\\u{187F8}-\\u{187FF}\\u{18D09}-\\u{18D1E}\\u{18D80}-\\u{18DF2}\\u{1E6C0}-\\u{1E6DE}\\u{1E6E0}-\\u{1E6E2}",
  "\\u{1E6E4}\\u{1E6E5}\\u{1E6E7}-\\u{1E6ED}\\u{1E6F0}-\\u{1E6F4}\\u{1E6FE}\\u{1E6FF}\\u{2B73A}-\\u{2B73F}",
  "\\u{2CEA2}-\\u{2CEAD}\\u{323B0}-\\u{33479}",
].join("");

/** ByteLevel's pattern: `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`. */
const PATTERN = [
  "'s|'t|'re|'ve|'m|'ll|'d",
  ` ?(?:(?![${NEWER}])\\p{L})+`,
  ` ?(?:(?![${NEWER}])\\p{N})+`,
  ` ?(?:[^\\p{White_Space}\\p{L}\\p{N}]|[${NEWER}])+`,
  "\\p{White_Space}+(?!\\P{White_Space})",
  "\\p{White_Space}+",
].join("|");

/** Without ByteLevel's built-in pattern: the steps that do the same. */
function writtenOut(step: PreTokenizer | null): PreTokenizer | null {
  if (step?.type === "Sequence") {
    return { ...step, pretokenizers: (step.pretokenizers ?? []).map((inner) => writtenOut(inner) as PreTokenizer) };
  }
  if (step?.type !== "ByteLevel" || step.use_regex === false) return step;
  // The space comes before the first piece only, so it is put there before there are pieces. With a pattern
  // that takes no character, V8 would put more of them between the halves of surrogate pairs.
  const space = { type: "Replace", pattern: { Regex: "\\A[^ ]" }, content: " $&" };
  return {
    type: "Sequence",
    pretokenizers: [
      ...(step.add_prefix_space === false ? [] : [space]),
      { type: "Split", pattern: { Regex: PATTERN }, behavior: "Isolated", invert: false },
      { ...step, add_prefix_space: false, use_regex: false },
    ],
  };
}

/** Ids by token. */
function readVocab(vocab: unknown, file: string): ReadonlyMap<string, number> {
  const fail = (problem: string, details: object = {}) =>
    new CheckpointError(`${file}: ${problem}.`, 'It must give every token an id of its own: { "!": 0, … }.', {
      file,
      ...details,
    });
  if (typeof vocab !== "object" || vocab === null || Array.isArray(vocab)) throw fail("it is no object of tokens");
  const ids = new Map(Object.entries(vocab as Record<string, number>));
  if (ids.size === 0) throw fail("it holds no token");
  const tokens = new Map<number, string>();
  for (const [token, id] of ids) {
    const name = JSON.stringify(token);
    if (!Number.isInteger(id) || id < 0) throw fail(`the id of ${name} is ${JSON.stringify(id)}`, { token, id });
    if (tokens.has(id)) throw fail(`${name} and ${JSON.stringify(tokens.get(id))} have the same id, ${id}`, { id });
    tokens.set(id, token);
  }
  return ids;
}

/** The pairs to merge, the first before the others. */
function readMerges(text: string, ids: ReadonlyMap<string, number>, names: { vocab: string; merges: string }) {
  // Tokens hold no white space of any kind: bytes stand as visible characters.
  const lines = text.trimEnd().split("\n");
  return lines.flatMap((raw, i) => {
    const line = raw.replace(/\r$/, "");
    if (i === 0 && line.startsWith("#version")) return [];
    const fail = (problem: string) =>
      new CheckpointError(
        `${names.merges}, line ${i + 1}: ${problem}.`,
        `A line is two tokens of ${names.vocab} with a space between: take both files from the same checkpoint.`,
        { file: names.merges, line: i + 1 },
      );
    const pair = line.split(" ");
    const [left, right] = pair as [string, string];
    if (pair.length !== 2 || !left || !right) {
      throw fail(`${JSON.stringify(line.length > 60 ? `${line.slice(0, 60)}…` : line)} is not a pair of tokens`);
    }
    const missing = [left, right, left + right].find((token) => !ids.has(token));
    if (missing !== undefined) throw fail(`${names.vocab} has no token ${JSON.stringify(missing)}`);
    return [pair];
  });
}

/** The tokens that text is divided at before anything else. */
function addedTokens(ids: ReadonlyMap<string, number>, config: TokenizerConfig): AddedToken[] {
  const added = new Map<string, AddedToken>();
  let next = [...ids.values()].reduce((most, id) => Math.max(most, id), -1) + 1;
  const add = (content: string, flags: object, id = ids.get(content) ?? next) => {
    if (added.has(content)) return;
    next = Math.max(next, id + 1);
    const plain = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
    added.set(content, { id, content, ...plain, ...flags });
  };
  for (const [id, { content, ...flags }] of Object.entries(config.added_tokens_decoder ?? {})) {
    add(content, { special: false, ...flags }, Number(id));
  }
  const { bos_token, eos_token, unk_token, pad_token, additional_special_tokens = [] } = config;
  // GPT-2's configuration names none, and means this one.
  if (ids.has(END_OF_TEXT)) add(END_OF_TEXT, {});
  for (const named of [bos_token, eos_token, unk_token, pad_token, ...additional_special_tokens]) {
    const content = contentOf(named);
    if (content) add(content, {});
  }
  return [...added.values()].sort((a, b) => a.id - b.id);
}

function contentOf(named: NamedToken | null | undefined): string | undefined {
  return typeof named === "object" ? named?.content : named;
}

/** Puts a token before every text. */
function startingWith(added: readonly AddedToken[], bos: string): object {
  const id = added.find(({ content }) => content === bos)?.id;
  if (id === undefined) {
    throw new CheckpointError(
      `tokenizer_config.json: add_bos_token is set, and there is no token ${JSON.stringify(bos)}.`,
      "Name the token to begin with: bos_token.",
      { file: "tokenizer_config.json", token: bos },
    );
  }
  const piece = (id: "A" | "B", type_id: number) => [
    { SpecialToken: { id: bos, type_id } },
    { Sequence: { id, type_id } },
  ];
  return {
    type: "TemplateProcessing",
    single: piece("A", 0),
    pair: [...piece("A", 0), ...piece("B", 1)],
    special_tokens: { [bos]: { id: bos, ids: [id], tokens: [bos] } },
  };
}
