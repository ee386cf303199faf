import { Tensor } from "insitu";
import type { Case } from "../case.ts";
import { layersOf } from "../layers.ts";

/** Every layer and position of a clean run patched into a corrupt one. */
export const activationPatchingSweep: Case = async (model, X) => {
  const layers = layersOf(model);
  const clean = await model.trace(X["A"]!, () => layers.map((block) => block.output.save()));
  const cells = layers.flatMap((block, layer) =>
    [0, 1, 2, 3, 4, 5, 6].map((position) => () => {
      block.output.at(":", position).set(clean[layer]!.at(":", position));
      const last = model.lm_head.output.at(0, -1);
      return last.at(7).sub(last.at(9)).save();
    }),
  );
  const differences = (await model.traceAll(X["C"]!, cells)).map((difference) => difference.item());
  return { diff: new Tensor([layers.length, 7], "float32", Float32Array.from(differences)) };
};
