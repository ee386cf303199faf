/** TransformerLens's hook names, as places of this model. Shapes stay insitu's: heads before tokens. */
import { ArgumentError } from "@insitu/program";

/** Module and port, within a block. */
const BLOCK: Record<string, string> = {
  hook_resid_pre: ":input",
  hook_resid_mid: ":source.residMid",
  hook_resid_post: ":output",
  hook_attn_out: "attn:output.0",
  hook_mlp_in: "mlp:input",
  hook_mlp_out: "mlp:output",
  "ln1.hook_scale": "ln_1:source.scale",
  "ln1.hook_normalized": "ln_1:source.normalized",
  "ln2.hook_scale": "ln_2:source.scale",
  "ln2.hook_normalized": "ln_2:source.normalized",
  "attn.hook_q": "attn:source.query",
  "attn.hook_k": "attn:source.key",
  "attn.hook_v": "attn:source.value",
  "attn.hook_attn_scores": "attn:source.scores",
  "attn.hook_pattern": "attn:source.pattern",
  "attn.hook_z": "attn:source.z",
  "mlp.hook_pre": "mlp.c_fc:output",
  "mlp.hook_post": "mlp.act:output",
};

const MODEL: Record<string, string> = {
  hook_embed: "transformer.wte:output",
  hook_pos_embed: "transformer.wpe:output",
  "ln_final.hook_scale": "transformer.ln_f:source.scale",
  "ln_final.hook_normalized": "transformer.ln_f:source.normalized",
};

/** The place that a hook name means. @throws ArgumentError listing the names there are. */
export function placeOfHook(name: string): { module: string; port: string } {
  const inBlock = /^blocks\.(\d+)\.(.+)$/.exec(name);
  const found = inBlock ? BLOCK[inBlock[2] as string] : MODEL[name];
  if (!found) {
    throw new ArgumentError(
      `There is no hook ${JSON.stringify(name)}.`,
      `Hooks are ${Object.keys(MODEL).join(", ")}, and blocks.N. before ${Object.keys(BLOCK).join(", ")}.`,
      { name },
    );
  }
  const [module, port] = found.split(":") as [string, string];
  return { module: inBlock ? ["transformer.h", inBlock[1], module].filter(Boolean).join(".") : module, port };
}
