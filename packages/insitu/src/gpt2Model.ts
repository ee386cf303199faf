/** GPT-2's tree as types: what can be typed after `model.` in an editor. */
import type { Operand, Value } from "./value.ts";

/** A module's arguments, as nnsight gives them: positional, then by name. */
export type Inputs = [[Value], Record<string, never>];

export interface ModuleHandle {
  /** Calls the module on a value: without its hooks, or with them, as its first visit. */
  (x: Operand, options?: { hook?: boolean }): Value;
  /** The checkpoint's path, `transformer.h.3.mlp`. */
  readonly path: string;
  /** The first argument, as recorded now. Assign to replace it. */
  get input(): Value;
  set input(value: Operand);
  /** All arguments: `[[input], {}]`. */
  get inputs(): Inputs;
  set inputs(value: [[Operand], Record<string, never>]);
  /** What the module returns. Assign to replace it. */
  get output(): Value;
  set output(value: Operand);
  /** Leaves the module out: `value` is its output instead. Every invoke must skip it, or none. */
  skip(value: Operand): void;
}

/** A source name: the value itself, and nnsight's `.output` of it. */
export type SourceValue = Value & { get output(): Value; set output(value: Operand) };

/** Conv1D: weight [in, out], bias [out]. */
export interface Conv1DHandle extends ModuleHandle {
  readonly weight: Value;
  readonly bias: Value;
}

/** `wte` [vocabulary, width], `wpe` [positions, width], `lm_head` [vocabulary, width]. */
export interface WeightHandle extends ModuleHandle {
  readonly weight: Value;
}

export interface LayerNormHandle extends ModuleHandle {
  /** [width]. */
  readonly weight: Value;
  readonly bias: Value;
  readonly source: {
    /** √(variance + ε), [rows, tokens, 1]. */
    get scale(): SourceValue;
    set scale(value: Operand);
    /** (x - mean) / scale, [rows, tokens, width]. */
    get normalized(): SourceValue;
    set normalized(value: Operand);
  };
}

/** The hidden state [rows, tokens, width], and the pattern [rows, heads, tokens, keys] for reading. */
export interface AttentionOutput extends Iterable<Value> {
  get 0(): Value;
  set 0(value: Operand);
  get 1(): Value;
  set 1(value: Operand);
  readonly length: 2;
  save(): [Value, Value];
}

export interface AttentionHandle extends Omit<ModuleHandle, "output" | "skip"> {
  (x: Operand, options?: { hook?: boolean }): Value;
  /** Leaves attention out: the hidden state, or (hidden state, anything), instead. */
  skip(value: Operand | readonly [Operand, unknown]): void;
  get output(): AttentionOutput;
  set output(value: AttentionOutput | readonly [Operand, Operand]);
  readonly c_attn: Conv1DHandle;
  readonly c_proj: Conv1DHandle;
  readonly attn_dropout: ModuleHandle;
  readonly resid_dropout: ModuleHandle;
  readonly source: {
    /** [rows, heads, tokens, head width]. */
    get query(): SourceValue;
    set query(value: Operand);
    get key(): SourceValue;
    set key(value: Operand);
    get value(): SourceValue;
    set value(value: Operand);
    /** Scaled and masked, before softmax: [rows, heads, tokens, keys]. */
    get scores(): SourceValue;
    set scores(value: Operand);
    /** The attention pattern: [rows, heads, tokens, keys]. */
    get pattern(): SourceValue;
    set pattern(value: Operand);
    /** Each head's weighted values: [rows, tokens, heads, head width]. */
    get z(): SourceValue;
    set z(value: Operand);
  };
}

export interface MlpHandle extends ModuleHandle {
  readonly c_fc: Conv1DHandle;
  readonly act: ModuleHandle;
  readonly c_proj: Conv1DHandle;
  readonly dropout: ModuleHandle;
}

export interface BlockHandle extends ModuleHandle {
  readonly ln_1: LayerNormHandle;
  readonly attn: AttentionHandle;
  readonly ln_2: LayerNormHandle;
  readonly mlp: MlpHandle;
  readonly source: {
    /** The residual stream between attention and MLP: [rows, tokens, width]. */
    get residMid(): SourceValue;
    set residMid(value: Operand);
  };
}

/** The blocks in order. An index out of range is an error, not undefined. */
export interface BlockList extends ReadonlyArray<BlockHandle> {
  at(index: number): BlockHandle;
}

export interface TransformerHandle extends Omit<ModuleHandle, "output"> {
  readonly wte: WeightHandle;
  readonly wpe: WeightHandle;
  readonly drop: ModuleHandle;
  /** The blocks. `h.at(-1)` is the last. */
  readonly h: BlockList;
  readonly ln_f: LayerNormHandle;
  readonly output: {
    get last_hidden_state(): Value;
    set last_hidden_state(value: Operand);
    get 0(): Value;
    set 0(value: Operand);
  };
}

/** The modules of GPT2LMHeadModel, named as in the checkpoint. */
export interface Gpt2Tree {
  readonly transformer: TransformerHandle;
  readonly lm_head: WeightHandle;
  /** Its output, after a generation: prompt and new tokens, int32 [rows, tokens + new]. */
  readonly generator: { readonly output: Value };
  /** Token ids, int32 [rows, tokens]. */
  get input(): Value;
  set input(value: Operand);
  /** The ids; then what was made of the prompt, for reading, int32 [rows, tokens]. */
  readonly inputs: [[Value], { attention_mask: Value; position_ids: Value }];
  readonly output: { get logits(): Value; set logits(value: Operand); get 0(): Value; set 0(value: Operand) };
}
