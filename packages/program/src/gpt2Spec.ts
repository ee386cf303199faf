/**
 * GPT-2's tree and shapes from its config.json. Module paths and config keys are those of Hugging
 * Face's GPT2LMHeadModel (transformers, models/gpt2/modeling_gpt2.py); names under `.source` are
 * insitu's own.
 */

import type { Gpt2Config } from "./gpt2Config.ts";
import type { CallSpec, Dim, ModelSpec, ModuleSpec, ParamSpec, SiteSpec } from "./modelSpec.ts";

/** The model spec of GPT-2 with this config. Sites stand in the order in which they pass. */
export function gpt2Spec(config: Gpt2Config): ModelSpec {
  const builder = new SpecBuilder();
  const C = config.nEmbd;
  const heads = config.nHead;
  const headDim = C / heads;
  const BT: Dim[] = ["rows", "tokens"];
  const hidden: Dim[] = [...BT, C];

  builder.module("", "GPT2LMHeadModel", { returns: ["logits"] });
  builder.module("transformer", "GPT2Model", { returns: ["last_hidden_state"] });
  const ids = builder.together(() => {
    // The keyword arguments of Hugging Face's forward, as nnsight's model.inputs[1] gives them.
    builder.site("", "inputs.attention_mask", ["rows", "keys"], { dtype: "int32", readonly: true });
    builder.site("", "inputs.position_ids", BT, { dtype: "int32", readonly: true });
    return builder.site("", "input", BT, { dtype: "int32" });
  });
  builder.site("transformer", "input", BT, { dtype: "int32", same: ids });

  builder.module("transformer.wte", "Embedding", {
    params: [{ name: "weight", shape: [config.vocabSize, C] }],
    call: { kind: "embedding", in: config.vocabSize, out: C },
  });
  builder.module("transformer.wpe", "Embedding", {
    params: [{ name: "weight", shape: [config.nPositions, C] }],
    call: { kind: "embedding", in: config.nPositions, out: C },
  });
  builder.site("transformer.wte", "input", BT, { dtype: "int32", same: ids });
  builder.site("transformer.wte", "output", hidden);
  builder.site("transformer.wpe", "input", BT, { dtype: "int32" });
  builder.site("transformer.wpe", "output", hidden);
  builder.module("transformer.drop", "Dropout", { call: { kind: "rowwise" } });
  const sum = builder.site("transformer.drop", "input", hidden);
  let stream = builder.site("transformer.drop", "output", hidden, { same: sum });

  for (let layer = 0; layer < config.nLayer; layer++) {
    stream = addBlock(builder, config, `transformer.h.${layer}`, stream, { C, heads, headDim });
  }

  const lnF = addLayerNorm(builder, "transformer.ln_f", stream, C);
  builder.site("transformer", "output.last_hidden_state", hidden, { same: lnF });
  builder.module("lm_head", "Linear", {
    params: [{ name: "weight", shape: [config.vocabSize, C] }],
    call: { kind: "rowwise", in: C, out: config.vocabSize },
  });
  // One tensor with the norm's output in a trace; in a generation, its last position.
  builder.site("lm_head", "input", ["rows", "predicted", C], { same: lnF });
  const logits = builder.site("lm_head", "output", ["rows", "predicted", config.vocabSize]);
  builder.site("", "output.logits", ["rows", "predicted", config.vocabSize], { same: logits });
  builder.module("generator", "Generator");
  builder.site("generator", "output", ["rows", "generated"], { dtype: "int32", readonly: true, afterwards: true });

  return {
    architecture: "gpt2",
    fingerprint: fingerprintOf(config),
    maxTokens: config.nPositions,
    vocabSize: config.vocabSize,
    padId: config.padTokenId,
    modules: builder.modules,
    sites: builder.sites,
  };
}

/** Hooks of TransformerLens and the attention and block names of insitu, per block. */
function addBlock(
  builder: SpecBuilder,
  config: Gpt2Config,
  path: string,
  before: string,
  { C, heads, headDim }: { C: number; heads: number; headDim: number },
): string {
  const hidden: Dim[] = ["rows", "tokens", C];
  const perHead: Dim[] = ["rows", heads, "tokens", headDim];
  const pairs: Dim[] = ["rows", heads, "tokens", "keys"];
  const attn = `${path}.attn`;
  const mlp = `${path}.mlp`;
  const conv = (name: string, from: number, to: number) =>
    builder.module(name, "Conv1D", {
      params: [
        { name: "weight", shape: [from, to] },
        { name: "bias", shape: [to] },
      ],
      call: { kind: "rowwise", in: from, out: to },
    });

  builder.module(path, "GPT2Block", { sources: ["residMid"], call: { kind: "sequence", in: C, out: C } });
  const input = builder.site(path, "input", hidden, { same: before });
  const ln1 = addLayerNorm(builder, `${path}.ln_1`, input, C);

  builder.module(attn, "GPT2Attention", {
    returns: ["0", "1"],
    sources: ["query", "key", "value", "scores", "pattern", "z"],
    call: { kind: "sequence", in: C, out: C },
  });
  const attnIn = builder.site(attn, "input", hidden, { same: ln1 });
  conv(`${attn}.c_attn`, C, 3 * C);
  builder.site(`${attn}.c_attn`, "input", hidden, { same: attnIn });
  builder.site(`${attn}.c_attn`, "output", ["rows", "tokens", 3 * C]);
  builder.together(() => {
    builder.site(attn, "source.query", perHead);
    builder.site(attn, "source.key", ["rows", heads, "keys", headDim]);
    builder.site(attn, "source.value", ["rows", heads, "keys", headDim]);
  });
  builder.site(attn, "source.scores", pairs);
  const pattern = builder.site(attn, "source.pattern", pairs);
  builder.module(`${attn}.attn_dropout`, "Dropout", { dormant: true, call: { kind: "rowwise" } });
  builder.site(attn, "source.z", ["rows", "tokens", heads, headDim]);
  conv(`${attn}.c_proj`, C, C);
  builder.site(`${attn}.c_proj`, "input", hidden);
  const projected = builder.site(`${attn}.c_proj`, "output", hidden);
  builder.module(`${attn}.resid_dropout`, "Dropout", { call: { kind: "rowwise" } });
  builder.site(`${attn}.resid_dropout`, "input", hidden, { same: projected });
  const dropped = builder.site(`${attn}.resid_dropout`, "output", hidden, { same: projected });
  builder.together(() => {
    builder.site(attn, "output.0", hidden, { same: dropped });
    // Nothing downstream reads the returned pattern.
    builder.site(attn, "output.1", pairs, { same: pattern, readonly: true });
  });

  const mid = builder.site(path, "source.residMid", hidden);
  const ln2 = addLayerNorm(builder, `${path}.ln_2`, mid, C);
  builder.module(mlp, "GPT2MLP", { call: { kind: "rowwise", in: C, out: C } });
  const mlpIn = builder.site(mlp, "input", hidden, { same: ln2 });
  const inner: Dim[] = ["rows", "tokens", config.nInner];
  conv(`${mlp}.c_fc`, C, config.nInner);
  builder.site(`${mlp}.c_fc`, "input", hidden, { same: mlpIn });
  const fc = builder.site(`${mlp}.c_fc`, "output", inner);
  builder.module(`${mlp}.act`, config.activation === "gelu_new" ? "NewGELUActivation" : "Activation", {
    call: { kind: "rowwise" },
  });
  builder.site(`${mlp}.act`, "input", inner, { same: fc });
  const act = builder.site(`${mlp}.act`, "output", inner);
  conv(`${mlp}.c_proj`, config.nInner, C);
  builder.site(`${mlp}.c_proj`, "input", inner, { same: act });
  const down = builder.site(`${mlp}.c_proj`, "output", hidden);
  builder.module(`${mlp}.dropout`, "Dropout", { call: { kind: "rowwise" } });
  builder.site(`${mlp}.dropout`, "input", hidden, { same: down });
  const out = builder.site(`${mlp}.dropout`, "output", hidden, { same: down });
  builder.site(mlp, "output", hidden, { same: out });

  return builder.site(path, "output", hidden);
}

function addLayerNorm(builder: SpecBuilder, path: string, before: string, width: number): string {
  builder.module(path, "LayerNorm", {
    params: [
      { name: "weight", shape: [width] },
      { name: "bias", shape: [width] },
    ],
    sources: ["scale", "normalized"],
    call: { kind: "rowwise", in: width, out: width },
  });
  const hidden: Dim[] = ["rows", "tokens", width];
  builder.site(path, "input", hidden, { same: before });
  builder.site(path, "source.scale", ["rows", "tokens", 1]);
  builder.site(path, "source.normalized", hidden);
  return builder.site(path, "output", hidden);
}

/** Every key that changes shapes or arithmetic, so that a program cannot meet the wrong model. */
function fingerprintOf(config: Gpt2Config): string {
  const sizes = [
    config.nLayer,
    config.nHead,
    config.nEmbd,
    config.nInner,
    config.nPositions,
    config.vocabSize,
    config.activation,
  ];
  // What GPT-2's own checkpoints have is not said.
  const unusual = [
    config.layerNormEpsilon !== 1e-5 && `epsilon${config.layerNormEpsilon}`,
    !config.scaleAttnWeights && "unscaled",
    config.scaleAttnByInverseLayerIdx && "scaledByLayer",
    !config.tieWordEmbeddings && "untied",
  ].filter((word) => word !== false);
  return `gpt2/${[...sizes, ...unusual].join("-")}`;
}

class SpecBuilder {
  readonly modules: ModuleSpec[] = [];
  readonly sites: SiteSpec[] = [];
  private stage = 0;
  private grouped = false;

  module(
    path: string,
    type: string,
    rest: {
      params?: ParamSpec[];
      returns?: readonly string[];
      sources?: string[];
      call?: CallSpec;
      dormant?: boolean;
    } = {},
  ): void {
    this.modules.push({
      path,
      type,
      params: rest.params ?? [],
      returns: rest.returns ?? "tensor",
      sources: rest.sources ?? [],
      ...(rest.call ? { call: rest.call } : {}),
      ...(rest.dormant ? { dormant: true } : {}),
    });
  }

  /** Adds a site one stage later (or in the current group) and returns its key. */
  site(
    module: string,
    port: string,
    shape: Dim[],
    rest: Pick<Partial<SiteSpec>, "dtype" | "same" | "readonly" | "afterwards"> = {},
  ): string {
    if (!this.grouped) this.stage++;
    const dtype = rest.dtype ?? "float32";
    this.sites.push({ module, port, shape, stage: this.stage, ...rest, dtype });
    return `${module}:${port}`;
  }

  /** Sites that exist at the same moment share a stage: each may be edited with the others' values. */
  together<T>(add: () => T): T {
    this.stage++;
    this.grouped = true;
    const result = add();
    this.grouped = false;
    return result;
  }
}
