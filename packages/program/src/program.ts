/**
 * The trace program: what a recorded body becomes. Plain data, in static single assignment: each
 * node makes one value (or writes one place) and is named by its position. It survives JSON,
 * structured clone and a URL; `schema.json` beside this package is its JSON schema.
 */
import type { DType } from "./dtype.ts";
import type { Attrs } from "./ops/rule.ts";

export const PROGRAM_VERSION = 1;

/** A node's position in `TraceProgram.nodes`. */
export type NodeRef = number;

/** A place in the model where a value passes: `transformer.h.3.attn` + `source.pattern`. */
export interface Site {
  /** The module's path, the checkpoint's own; "" is the model itself. */
  module: string;
  /** `input`, `output`, `output.0` (an element of a tuple), `output.logits`, `source.pattern` … */
  port: string;
}

interface Located {
  /** The user's line that recorded this node: `file:line:column`. */
  line?: string;
}

/** Reads a place, as one invoke's rows see it. */
export interface GetNode extends Located, Site {
  kind: "get";
  /** Whose rows; null for the whole batch. */
  invoke: number | null;
  /** The step of a generation; 0, the prompt's own pass, where left out. */
  step?: number;
}

/** Replaces what flows on from a place, in one invoke's rows. Makes no value. */
export interface SetNode extends Located, Site {
  kind: "set";
  /** Whose rows; null for the whole batch. Of several sets to one place, later nodes win. */
  invoke: number | null;
  step?: number;
  value: NodeRef;
}

/** Leaves a module out: `value` is its (first) output instead. Every invoke must say so, or none. Makes no value. */
export interface SkipNode extends Located {
  kind: "skip";
  module: string;
  invoke: number | null;
  step?: number;
  value: NodeRef;
}

/** A constant of the user's own. */
export interface ConstNode extends Located {
  kind: "const";
  dtype: DType;
  shape: number[];
  /** Numbers for small constants; base64 of little-endian bytes (bool: one byte each) for others. */
  data: number[] | string;
}

/** A value that an earlier trace of the session left on the device. */
export interface HeldNode extends Located {
  kind: "held";
  id: string;
  dtype: DType;
  shape: number[];
}

/** A parameter of the model: `transformer.wte` + `weight`. */
export interface ParamNode extends Located {
  kind: "param";
  module: string;
  name: string;
}

/** A module called on a value, without its hooks. */
export interface CallNode extends Located {
  kind: "call";
  module: string;
  inputs: NodeRef[];
}

/** The gradient of a backward pass's loss with respect to a node's value. */
export interface GradNode extends Located {
  kind: "grad";
  /** Position in `TraceProgram.backwards`. */
  backward: number;
  of: NodeRef;
}

/** Replaces what flows further back from a node's value. Makes no value. */
export interface SetGradNode extends Located {
  kind: "setGrad";
  backward: number;
  of: NodeRef;
  value: NodeRef;
}

/** An operation of the op table. */
export interface OpNode extends Located {
  kind: "op";
  op: string;
  inputs: NodeRef[];
  attrs?: Attrs;
}

export type Node =
  | GetNode
  | SetNode
  | SkipNode
  | ConstNode
  | HeldNode
  | ParamNode
  | CallNode
  | OpNode
  | GradNode
  | SetGradNode;

/** A tensor's numbers, as `ConstNode` writes them. */
export type WireTensor = Pick<ConstNode, "dtype" | "shape" | "data">;

/** One prompt (or several rows of one) in the batch. */
export interface Invoke {
  /** Token ids, a row each. Rows of unequal length are padded on the left by the engine. */
  ids: number[][];
  /** For models that take tensors, not tokens: one for each input, rows first. `ids` is then empty. */
  tensors?: WireTensor[];
  /** 1 where a token counts, 0 where it is padding; same shape as `ids`. Left out: all count. */
  mask?: number[][];
}

export interface Save {
  node: NodeRef;
  /** Where the value stands in what the body returned, such as `hidden` or `states.2`. */
  name?: string;
}

/** How new tokens are chosen. Greedy unless `doSample`. */
export interface Generation {
  maxNewTokens: number;
  /** Ends a row that produces it; rows that have ended are padded. None unless given. */
  eosTokenId?: number;
  doSample?: boolean;
  /** Divides the logits before sampling; 1 unless given. */
  temperature?: number;
  /** Samples among the k most likely only. */
  topK?: number;
  /** Samples among the most likely that together reach this probability. */
  topP?: number;
  /** The same seed draws the same tokens. */
  seed?: number;
}

/** A backward pass from a value of one element. */
export interface Backward extends Located {
  loss: NodeRef;
}

export interface Hold {
  node: NodeRef;
  id: string;
}

export interface TraceProgram {
  version: typeof PROGRAM_VERSION;
  /** The fingerprint of the model spec it was recorded against. */
  model: string;
  /** One forward pass, or one for each new token. */
  mode: "trace" | "generate";
  /** How to generate; with mode "generate" only. */
  generation?: Generation;
  invokes: Invoke[];
  nodes: Node[];
  saves: Save[];
  /** Values to leave on the device under these names, until their session ends. */
  holds?: Hold[];
  /** Backward passes, in the order in which they run, after the forward pass. */
  backwards?: Backward[];
}

export const siteKey = (site: Site): string => `${site.module}:${site.port}`;

/** As a reader writes it: `transformer.h.3.attn.source.pattern`. */
export const siteName = (site: Site): string => `${site.module || "model"}.${site.port}`;
