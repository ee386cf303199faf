/** Where activations are patched, by TransformerLens's names: `blocks.N.hook_resid_pre`, `blocks.N.attn.hook_z` … */
import { ArgumentError, callSite, type GPT2LanguageModel, type Index, type Value } from "insitu";

/** A place of every layer. */
export type Site = keyof typeof SITES;

interface Axes {
  hook: string;
  /** The dimension of positions (of queries, in a pattern), and of heads where there are any. */
  position: number;
  head?: number;
}

const SITES = {
  /** The residual stream before a block, [prompts, tokens, width]. */
  resid_pre: { hook: "hook_resid_pre", position: 1 },
  /** Between attention and MLP. */
  resid_mid: { hook: "hook_resid_mid", position: 1 },
  /** After the block. */
  resid_post: { hook: "hook_resid_post", position: 1 },
  /** What attention adds to the stream. */
  attn_out: { hook: "hook_attn_out", position: 1 },
  /** What the MLP adds to the stream. */
  mlp_out: { hook: "hook_mlp_out", position: 1 },
  /** Each head's weighted values, [prompts, tokens, heads, head width]. */
  z: { hook: "attn.hook_z", position: 1, head: 2 },
  /** Queries, keys and values, [prompts, heads, tokens, head width]. */
  q: { hook: "attn.hook_q", position: 2, head: 1 },
  k: { hook: "attn.hook_k", position: 2, head: 1 },
  v: { hook: "attn.hook_v", position: 2, head: 1 },
  /** The attention pattern, [prompts, heads, queries, keys]. */
  pattern: { hook: "attn.hook_pattern", position: 2, head: 1 },
} as const satisfies Record<string, Axes>;

/** The dimensions of a site. @throws ArgumentError for a name that is none. */
export function axesOf(site: Site): Axes {
  const axes = Object.hasOwn(SITES, site) ? SITES[site] : undefined;
  if (axes) return axes;
  throw new ArgumentError(`There is no site ${JSON.stringify(site)}.`, `There are ${Object.keys(SITES).join(", ")}.`, {
    site,
  }).at(callSite());
}

/** The value at a layer's site, inside a trace. */
export function valueAt(model: GPT2LanguageModel, site: Site, layer: number): Value {
  return model.hook(`blocks.${layer}.${axesOf(site).hook}`);
}

/** Part of a site: some positions, or all; one head, or all. */
export interface Part {
  positions: readonly number[] | undefined;
  head: number | undefined;
}

/** The index of that part. */
export function indexOf(site: Site, { positions, head }: Part): Index[] {
  const axes = axesOf(site);
  const index: Index[] = [":", ":", ":"].slice(0, 1 + Math.max(axes.position, axes.head ?? 0));
  // A single number, not a list, so that the sweep knows where the edit begins without looking.
  if (positions) index[axes.position] = positions.length === 1 ? (positions[0] as number) : positions;
  if (head !== undefined) index[axes.head as number] = head;
  return index;
}
