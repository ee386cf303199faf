import { Tensor } from "insitu";
import type { Case } from "../case.ts";
import { layersOf } from "../layers.ts";

/** Every layer and position of a clean run patched into a corrupt one. */
export const activationPatchingSweep: Case = async (model, X) => {
  const layers = layersOf(model);
  const clean = await model.trace(X["A"]!, () => layers.map((block) => block.output.save()));
  const differences: number[] = [];
  for (const [layer, block] of layers.entries()) {
    for (let position = 0; position < 7; position++) {
      const { difference } = await model.trace(X["C"]!, () => {
        block.output.at(":", position).set(clean[layer]!.at(":", position));
        const last = model.lm_head.output.at(0, -1);
        return { difference: last.at(7).sub(last.at(9)).save() };
      });
      differences.push(difference.item());
    }
  }
  return { diff: new Tensor([layers.length, 7], "float32", Float32Array.from(differences)) };
};
