/** Which code reproduces a place of a sweep: noted as the sweep is made, found as it is shown. */
import * as analysis from "@insitu/analysis";
import type { GPT2LanguageModel } from "insitu";

const codes = new WeakMap<analysis.Labelled, string>();

/** A template for the place at «i0», «i1» …; undefined where none is known. */
export const codeOf = (value: analysis.Labelled): string | undefined => codes.get(value);

/** The experiments of @insitu/analysis, whose results know the code of each of their places. */
export const experiments = {
  ...analysis,
  activationPatching: noting(analysis.activationPatching, patchingCode),
  ablateEach: noting(analysis.ablateEach, ablationCode),
};

type Experiment<A extends unknown[], R> = (model: GPT2LanguageModel, ...rest: A) => Promise<R>;

function noting<A extends unknown[], R extends object>(
  experiment: Experiment<A, R>,
  code: (...rest: A) => string | undefined,
): Experiment<A, R> {
  return async (model, ...rest) => {
    const result = await experiment(model, ...rest);
    const template = code(...rest);
    if (template !== undefined) {
      for (const part of Object.values(result)) if (part instanceof analysis.Labelled) codes.set(part, template);
    }
    return result;
  };
}

/** Each site's place in a block, and the index of what a place of the sweep patches there. */
const PLACES: Record<analysis.Site, readonly [path: string, index: string]> = {
  resid_pre: ["input", '":", «i1»'],
  resid_mid: ["source.residMid", '":", «i1»'],
  resid_post: ["output", '":", «i1»'],
  attn_out: ["attn.output[0]", '":", «i1»'],
  mlp_out: ["mlp.output", '":", «i1»'],
  z: ["attn.source.z", '":", ":", «i1»'],
  q: ["attn.source.query", '":", «i1»'],
  k: ["attn.source.key", '":", «i1»'],
  v: ["attn.source.value", '":", «i1»'],
  pattern: ["attn.source.pattern", '":", «i1»'],
};

function patchingCode(options: analysis.PatchingOptions): string | undefined {
  const { clean, corrupt, site = "resid_pre", by, layers, heads, positions } = options;
  // Places of a part of the model are not the model's own.
  if (typeof clean !== "string" || typeof corrupt !== "string" || by || layers || heads || positions) return undefined;
  const [path, index] = PLACES[site];
  const place = `model.transformer.h[«i0»].${path}.at(${index})`;
  return [
    `// layer «l0», «l1»: what the clean run has there, put into the corrupt one`,
    `const there = await model.trace(${JSON.stringify(clean)}, () => ${place}.save());`,
    `const patched = model.edit(() => {`,
    `  ${place}.set(there);`,
    `});`,
    `await topTokens(patched, ${JSON.stringify(corrupt)}, { k: 5 })`,
  ].join("\n");
}

function ablationCode(prompts: analysis.Prompts, options: analysis.AblateEachOptions): string | undefined {
  const { units, positions } = options;
  if (typeof prompts !== "string" || typeof units !== "string" || options.with || positions) return undefined;
  const one: Record<string, string> = {
    heads: 'model.transformer.h[«i0»].attn.source.z.at(":, :", «i1»).set(0);',
    attns: "model.transformer.h[«i0»].attn.output[0].set(0);",
    mlps: "model.transformer.h[«i0»].mlp.output.set(0);",
  };
  if (!one[units]) return undefined;
  return [
    "// the same with this one alone set to zero",
    "const without = model.edit(() => {",
    `  ${one[units]}`,
    "});",
    `await topTokens(without, ${JSON.stringify(prompts)}, { k: 5 })`,
  ].join("\n");
}
