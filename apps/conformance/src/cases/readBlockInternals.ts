import type { Case } from "../case.ts";

/** Everything inside one block. */
export const readBlockInternals: Case = (model, X) =>
  model.trace(X["A"]!, () => {
    const b = model.transformer.h[1]!;
    const [attn0, attn1_weights] = b.attn.output.save();
    return {
      input: b.input.save(),
      ln_1: b.ln_1.output.save(),
      attn_in: b.attn.input.save(),
      c_attn: b.attn.c_attn.output.save(),
      c_proj_in: b.attn.c_proj.input.save(),
      c_proj: b.attn.c_proj.output.save(),
      attn0,
      attn1_weights,
      ln_2_in: b.ln_2.input.save(),
      ln_2: b.ln_2.output.save(),
      c_fc: b.mlp.c_fc.output.save(),
      act: b.mlp.act.output.save(),
      mlp_c_proj: b.mlp.c_proj.output.save(),
      mlp: b.mlp.output.save(),
      output: b.output.save(),
    };
  });
