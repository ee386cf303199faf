/** A cell of a sweep as a trace: where it patches, as code, and as a run. */
import { type Site, type TopToken, topTokens } from "@insitu/analysis";
import type { GPT2LanguageModel } from "insitu";

export interface PatchedCell {
  clean: string;
  corrupt: string;
  site: Site;
  layer: number;
  /** The position, or the head of a site that has heads. */
  place: number;
  /** The tokens of the metric, where it is the difference of two logits. */
  tokens: readonly [answer: string, wrong: string] | undefined;
}

/** Each site's place in a block, and the index of what a cell patches there. */
const PLACES: Record<Site, [path: string, index: string]> = {
  resid_pre: ["input", '":", N'],
  resid_mid: ["source.residMid", '":", N'],
  resid_post: ["output", '":", N'],
  attn_out: ["attn.output[0]", '":", N'],
  mlp_out: ["mlp.output", '":", N'],
  z: ["attn.source.z", '":", ":", N'],
  q: ["attn.source.query", '":", N'],
  k: ["attn.source.key", '":", N'],
  v: ["attn.source.value", '":", N'],
  pattern: ["attn.source.pattern", '":", N'],
};

/** What a reader can paste: the patched run, its metric and its likeliest next tokens. */
export function codeOfCell({ clean, corrupt, site, layer, place, tokens }: PatchedCell, source: string): string {
  const [path, index] = PLACES[site];
  const value = `model.transformer.h[${layer}].${path}.at(${index.replace("N", String(place))})`;
  const text = (x: string) => JSON.stringify(x);
  return [
    `import { ${tokens ? "logitDifference, measure, " : ""}topTokens } from "@insitu/analysis";`,
    'import { LanguageModel } from "insitu";',
    "",
    `const model = await LanguageModel.load(${text(source)});`,
    `const clean = ${text(clean)};`,
    `const corrupt = ${text(corrupt)};`,
    "",
    "// What the clean run has there, put into the corrupt one.",
    `const patch = await model.trace(clean, () => ${value}.save());`,
    "const patched = model.edit(() => {",
    `  ${value}.set(patch);`,
    "});",
    ...(tokens
      ? [
          `const metric = logitDifference(${text(tokens[0])}, ${text(tokens[1])});`,
          "const { difference } = await measure(patched, corrupt, { difference: metric });",
          "console.log(difference);",
        ]
      : []),
    "console.log(await topTokens(patched, corrupt, { k: 5 }));",
    "",
  ].join("\n");
}

/** The likeliest next tokens of a cell's run. */
export async function tokensOfCell(
  model: GPT2LanguageModel,
  { clean, corrupt, site, layer, place }: PatchedCell,
  signal: AbortSignal,
): Promise<TopToken[]> {
  const hook = `${site.startsWith("resid") || site.endsWith("out") ? "" : "attn."}hook_${site}`;
  const value = (model: GPT2LanguageModel) =>
    model.hook(`blocks.${layer}.${hook}`).at(...(site === "z" ? [":", ":", place] : [":", place]));
  const patch = await model.trace(clean, () => value(model).save());
  const patched = model.edit(() => {
    value(model).set(patch);
  });
  return topTokens(patched, corrupt, { k: 5, signal });
}
