/** Token embedding plus position embedding: one dispatch. */
import * as tf from "../tf.ts";
import { runGpuProgram } from "./gpuProgram.ts";
import { isHalf } from "./halfWeights.ts";
import { fusedKernel } from "./register.ts";

/** int32 ids and positions of one shape to float32 [..., width]. Ids outside the tables are held at their ends. */
export function embed(ids: tf.Tensor, positions: tf.Tensor, tokens: tf.Tensor, places: tf.Tensor): tf.Tensor {
  const width = tokens.shape[1] as number;
  const inputs = { ids: ids.flatten(), positions: positions.flatten(), tokens, places };
  return runEmbed(inputs, {}).reshape([...ids.shape, isHalf(tokens) ? 2 * width : width]);
}

/** Rows of one table; as `embed`. */
export function lookUp(table: tf.Tensor, ids: tf.Tensor): tf.Tensor {
  const safe = ids.clipByValue(0, (table.shape[0] as number) - 1).toInt();
  return isHalf(table) ? lookUpHalf(table, safe) : tf.gather(table, safe);
}

/** tfjs's gather takes ints through floats, which halves of pairs do not survive. */
function lookUpHalf(table: tf.Tensor, ids: tf.Tensor): tf.Tensor {
  const pairs = table.shape[1] as number;
  const size = ids.size * pairs;
  const info = runGpuProgram({
    key: "lookUpHalf",
    inputs: { ids: { tensor: ids }, table: { tensor: table } },
    output: { shape: [...ids.shape, 2 * pairs] },
    uniforms: { size, pairs },
    workgroupSize: 64,
    threads: size,
    main: `
  if (index >= u.size) { return; }
  let pair = unpack2x16float(bitcast<u32>(table[ids[index / u.pairs] * u.pairs + index % u.pairs]));
  result[2 * index] = pair.x;
  result[2 * index + 1] = pair.y;`,
  });
  return tf.engine().makeTensorFromTensorInfo(info);
}

type EmbedInputs = { ids: tf.Tensor; positions: tf.Tensor; tokens: tf.Tensor; places: tf.Tensor };

const runEmbed = fusedKernel<EmbedInputs, object>({
  name: "InsituEmbed",
  gpu({ ids, positions, tokens, places }) {
    const half = isHalf(tokens);
    if (half !== isHalf(places)) return undefined;
    const [count, stored] = tokens.shape as [number, number];
    const width = half ? 2 * stored : stored;
    const rows = ids.size;
    const read = (table: string, row: string) =>
      half
        ? `unpack2x16float(bitcast<u32>(${table}[${row} * (u.width / 2) + column / 2]))[column % 2]`
        : `${table}[${row} * u.width + column]`;
    return runGpuProgram({
      key: `embed_${half}`,
      inputs: {
        ids: { tensor: ids },
        positions: { tensor: positions },
        tokens: { tensor: tokens },
        places: { tensor: places },
      },
      output: { shape: [rows, width] },
      uniforms: { size: rows * width, width, count, longest: places.shape[0] as number },
      workgroupSize: 64,
      threads: rows * width,
      main: `
  if (index >= u.size) { return; }
  let row = index / u.width;
  let column = index % u.width;
  let id = clamp(ids[row], 0, u.count - 1);
  let position = clamp(positions[row], 0, u.longest - 1);
  result[index] = ${read("tokens", "id")} + ${read("places", "position")};`,
    });
  },
  composition: ({ ids, positions, tokens, places }) => lookUp(tokens, ids).add(lookUp(places, positions)),
  saves: [],
  // Of the tables' gradients nobody asks: parameters are read, not edited.
  gradient: () => ({}),
});
