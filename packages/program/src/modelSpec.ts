/**
 * What is known of a model without loading it: its tree of modules, the places whose values can be
 * read and edited, and their shapes. Plain data, so that both sides of the wire hold the same.
 */
import type { DType, TensorType } from "./dtype.ts";
import { type Site, siteKey } from "./program.ts";

/** A dimension: a number, or one that the prompt decides. */
export type Dim = number | keyof PromptDims;

/** The sizes that a prompt, and the step of a generation, decide. */
export interface PromptDims {
  rows: number;
  /** Positions that the pass runs on: the prompt's, then 1. */
  tokens: number;
  /** Positions attended to: all so far. */
  keys: number;
  /** Positions that logits are made for: all in a trace, the last in a generation. */
  predicted: number;
  /** The prompt's tokens and all new ones; 0 in a trace. */
  generated: number;
}

/** The sizes at a step of a generation. */
export function dimsAtStep(prompt: PromptDims, step: number, maxNewTokens: number): PromptDims {
  const { rows, tokens } = prompt;
  return {
    rows,
    tokens: step === 0 ? tokens : 1,
    keys: tokens + step,
    predicted: 1,
    generated: tokens + maxNewTokens,
  };
}

export interface SiteSpec extends Site {
  shape: readonly Dim[];
  dtype: DType;
  /** When it passes: sites are visited in rising stages; those of one stage exist together. */
  stage: number;
  /**
   * The key of the site whose very tensor this is (no arithmetic between): an in-place edit here
   * shows there too, as in torch, where both are one object.
   */
  same?: string;
  /** Can be read but not edited: nothing downstream would see the edit. */
  readonly?: boolean;
  /** Passes once, after the last step of a generation. */
  afterwards?: boolean;
}

/** How a module called on a value maps its last dimension; leading dimensions pass through. */
export interface CallSpec {
  /** Size of the last dimension taken; for an embedding, the number of ids. Undefined: any. */
  in?: number;
  /** Size of the last dimension given. Undefined: as taken. */
  out?: number;
  kind: "rowwise" | "embedding" | "sequence";
}

export interface ParamSpec {
  name: string;
  shape: readonly number[];
}

export interface ModuleSpec {
  path: string;
  /** The class in Hugging Face's code: `GPT2Block`, `Conv1D`, `LayerNorm` … */
  type: string;
  params: readonly ParamSpec[];
  /** What the module returns: a tensor, or several by name (`["0", "1"]` for a tuple). */
  returns: "tensor" | readonly string[];
  /** Names of inner values under `.source`. */
  sources: readonly string[];
  call?: CallSpec;
  /** Present in the tree, but the forward pass never runs it (as in Hugging Face's code). */
  dormant?: boolean;
}

export interface InputSpec {
  shape: readonly Dim[];
  dtype: DType;
}

export interface ModelSpec {
  architecture: string;
  /** Tells one spec from another; a program says which it was recorded against. */
  fingerprint: string;
  maxTokens: number;
  vocabSize: number;
  padId: number;
  /** What a model that takes tensors is given; undefined where it takes tokens. */
  inputs?: readonly InputSpec[];
  modules: readonly ModuleSpec[];
  sites: readonly SiteSpec[];
}

/** A model spec with its lookups made. */
export class SpecIndex {
  private readonly byPath = new Map<string, ModuleSpec>();
  private readonly bySite = new Map<string, SiteSpec>();

  constructor(readonly spec: ModelSpec) {
    for (const module of spec.modules) this.byPath.set(module.path, module);
    for (const site of spec.sites) this.bySite.set(siteKey(site), site);
  }

  module(path: string): ModuleSpec | undefined {
    return this.byPath.get(path);
  }

  site(site: Site): SiteSpec | undefined {
    return this.bySite.get(siteKey(site));
  }

  siteByKey(key: string): SiteSpec | undefined {
    return this.bySite.get(key);
  }

  /** Where a module's first output passes: `output`, or `output.` and its first name. */
  outputOf(module: ModuleSpec): SiteSpec | undefined {
    const port = module.returns === "tensor" ? "output" : `output.${module.returns[0]}`;
    return this.site({ module: module.path, port });
  }

  /** Paths one below this one, for error messages and trees. */
  children(path: string): string[] {
    const prefix = path === "" ? "" : `${path}.`;
    const names = new Set<string>();
    for (const candidate of this.byPath.keys()) {
      if (candidate !== "" && candidate.startsWith(prefix)) {
        const name = candidate.slice(prefix.length).split(".")[0];
        if (name) names.add(name);
      }
    }
    return [...names];
  }
}

export function siteType(site: SiteSpec, dims: PromptDims): TensorType {
  return {
    shape: site.shape.map((d) => (typeof d === "number" ? d : dims[d])),
    dtype: site.dtype,
  };
}
