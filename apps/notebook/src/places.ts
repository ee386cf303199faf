import type { GPT2LanguageModel, Value } from "insitu";
import type { Settings } from "./settings.ts";

/** A place in the model, twice: as the reader would write it, and as the value itself (within a trace). */
export interface Place {
  code: string;
  value(model: GPT2LanguageModel): Value;
}

/** The whole activation that the layer and site pickers name: [rows, tokens, width]. */
export function activation({ layer, site }: Settings): Place {
  if (layer === "embedding")
    return { code: "model.transformer.h[0].input", value: (model) => model.transformer.h[0]!.input };
  const code = `model.transformer.h[${layer}]`;
  switch (site) {
    case "block":
      return { code: `${code}.output`, value: (model) => model.transformer.h[layer]!.output };
    case "attention":
      return { code: `${code}.attn.output[0]`, value: (model) => model.transformer.h[layer]!.attn.output[0] };
    case "mlp":
      return { code: `${code}.mlp.output`, value: (model) => model.transformer.h[layer]!.mlp.output };
  }
}

/** What the edit writes to: the activation, or one head's part of it, at the position picked. */
export function target(settings: Settings): Place {
  const { position, edit } = settings;
  if (edit === "head") return headPart(settings);
  const whole = activation(settings);
  return position === "all" ? whole : slice(whole, `:, ${position}`);
}

/** `z` is [rows, tokens, heads, head width]: what each head adds, before the heads are mixed. */
function headPart({ layer, position, head }: Settings): Place {
  const block = layer === "embedding" ? 0 : layer;
  const z: Place = {
    code: `model.transformer.h[${block}].attn.source.z`,
    value: (model) => model.transformer.h[block]!.attn.source.z,
  };
  return slice(z, `:, ${position === "all" ? ":" : position}, ${head}`);
}

function slice(place: Place, index: string): Place {
  return { code: `${place.code}.at("${index}")`, value: (model) => place.value(model).at(index) };
}
