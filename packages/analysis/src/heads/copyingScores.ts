/** Which heads copy: the eigenvalues of their full OV circuits. */
import { type GPT2LanguageModel, type Held, ones, type Value } from "insitu";
import { type Axis, type Labelled, labelled } from "../shared/labelled.ts";
import { headLabels, layerLabels, type ModelShape, modelShape } from "../shared/modelShape.ts";
import { Pauses } from "../shared/pauses.ts";
import { chosen, indices, oneRequest, type RunOptions } from "../shared/request.ts";
import { type Complex, eigenvalues } from "./eigenvalues.ts";

export interface CopyingScoresOptions extends RunOptions {
  /** Which layers; all unless given. Negative numbers count from the end. */
  layers?: readonly number[];
}

export interface CopyingScores {
  /** Σλ / Σ|λ|, [layer, head]: 1 where all eigenvalues are positive (the head copies), -1 where all are negative. */
  scores: Labelled;
  /** The eigenvalues, the furthest from 0 first: [layer, head, eigenvalue]. */
  real: Labelled;
  imaginary: Labelled;
}

/** How many tokens of the vocabulary are summed over at once. */
const BLOCK = 1024;

/**
 * Of each head's full OV circuit W_U · W_O · W_V · W_E, which says how attending to a token changes each token's logit:
 * the sum of the eigenvalues over the sum of their magnitudes (Elhage et al., "A Mathematical Framework for Transformer
 * Circuits", 2021). Weights are folded and centred as TransformerLens does by default, so that figures are those of its
 * `FactoredMatrix.eigenvalues`. The [vocabulary, vocabulary] matrix is never made: its eigenvalues that are not 0 are those
 * of the head's own [head width, head width] one, which alone leaves the device.
 *
 * @throws ArgumentError for a layer that there is not, before anything runs. CancelledError once `signal` is aborted.
 */
export async function copyingScores(
  model: GPT2LanguageModel,
  options: CopyingScoresOptions = {},
): Promise<CopyingScores> {
  const shape = modelShape(model);
  const layers = chosen(options.layers, shape.layers, "layers");
  const runs = await oneRequest(model, options, (request) => {
    let circuit: Held | undefined;
    // No place of the model is read, so that the prompt runs nothing. The longest one: every edit of the model fits it.
    const prompt = new Array<number>(model.spec.maxTokens).fill(0);
    request.trace(prompt, () => {
      circuit = directPath(model, shape).hold();
      return undefined;
    });
    return layers.map((layer) => request.trace(prompt, () => ({ ov: headCircuits(model, layer, circuit!, shape) })));
  });
  const size = shape.headWidth;
  const pauses = new Pauses(options.signal);
  const found: Complex[][] = [];
  for (const run of runs) {
    const matrices = run.get("ov").data as Float32Array;
    for (const head of indices(shape.heads)) {
      found.push(await eigenvalues(matrices.subarray(head * size * size, (head + 1) * size * size), size));
      // The page breathes between heads: of a large model there are hundreds.
      await pauses.due();
    }
  }
  return resultOf(found, layers, shape);
}

/**
 * W_U^T · W_E, [width of the stream read, width of the embedding], with ln_f's weight in W_U. Both are centred along the
 * stream, and W_U along the vocabulary: on the product, where it takes no copies of matrices of the vocabulary's size.
 */
function directPath({ transformer, lm_head }: GPT2LanguageModel, { vocabulary }: ModelShape): Value {
  const [unembed, embed] = [lm_head.weight, transformer.wte.weight];
  const ofMeans = columnSums(unembed).div(vocabulary).matMul(columnSums(embed), true);
  // Transposed beforehand: wasm's product with transposeA takes four times as long.
  const product = inBlocks(vocabulary, (rows) => unembed.at(rows).transpose().matMul(embed.at(rows)))
    .sub(ofMeans)
    .mul(transformer.ln_f.weight.expandDims(1));
  const rows = product.sub(product.mean(0, true));
  return rows.sub(rows.mean(1, true));
}

/** [rows, columns] to [1, columns]. */
const columnSums = (matrix: Value): Value =>
  inBlocks(matrix.shape[0] as number, (range) => {
    const rows = matrix.at(range);
    return ones([1, rows.shape[0] as number]).matMul(rows);
  });

/** The sum of what each block of the vocabulary gives: a sum of tens of thousands of float32 loses digits. */
function inBlocks(vocabulary: number, of: (rows: string) => Value): Value {
  const blocks = indices(Math.ceil(vocabulary / BLOCK)).map((i) => of(`${i * BLOCK}:${(i + 1) * BLOCK}`));
  return blocks.reduce((sum, block) => sum.add(block));
}

/** Each head's W_O · (W_U · W_E) · W_V, with ln_1's weight in W_V: [heads, head width, head width]. */
function headCircuits({ transformer }: GPT2LanguageModel, layer: number, circuit: Held, shape: ModelShape): Value {
  const { heads, headWidth, width } = shape;
  const { attn, ln_1 } = transformer.h.at(layer);
  const output = attn.c_proj.weight.reshape([heads, headWidth, width]);
  const value = attn.c_attn.weight
    .at(":", `${2 * width}:`)
    .mul(ln_1.weight.expandDims(1))
    .reshape([width, heads, headWidth])
    .transpose([1, 0, 2]);
  return output.matMul(circuit).matMul(value);
}

function resultOf(
  found: readonly Complex[][],
  layers: readonly number[],
  { heads, headWidth }: ModelShape,
): CopyingScores {
  const axes: Axis[] = [
    { name: "layer", labels: layerLabels(layers) },
    { name: "head", labels: headLabels(indices(heads)) },
  ];
  const each: Axis = { name: "eigenvalue", labels: indices(headWidth).map(String) };
  const scores = found.map((values) => {
    const sum = values.reduce((sum, { re }) => sum + re, 0);
    return sum / values.reduce((sum, { re, im }) => sum + Math.hypot(re, im), 0);
  });
  const part = (of: "re" | "im") => found.flatMap((values) => values.map((value) => value[of]));
  return {
    scores: labelled("copying score", axes, scores),
    real: labelled("eigenvalue, real part", [...axes, each], part("re")),
    imaginary: labelled("eigenvalue, imaginary part", [...axes, each], part("im")),
  };
}
