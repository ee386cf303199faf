/** Writes a random checkpoint to disk, from the command line: see USAGE. */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { cachedCheckpoint } from "./cachedCheckpoint.mjs";
import { canonicalShape, configOfShape } from "./checkpoint/shape.mjs";
import { MODELS, modelOptions } from "./models.mjs";

const USAGE = `node apps/hub/randomCheckpoint.mjs (--shape SHAPE | --model NAME) [--out DIR] [options]

  --shape SHAPE     gpt2, or LAYERSxWIDTHxHEADSxVOCABULARY
  --model NAME      ${Object.keys(MODELS).join(", ")}
  --out DIR         where to; node_modules/.cache/insitu/<name> unless given
  --config JSON     more keys of config.json, such as {"n_inner": 50}
  --dtype DTYPE     F32 (default), F16, BF16
  --shards N        in so many files, with an index
  --prefix          names begin with transformer.
  --no-buffers      without the causal masks h.N.attn.bias
  --spread SPREAD   trained (default), or initial: a deviation of 0.02 everywhere
  --tokenizer DIR   with the tokenizer of a folder of this repository, such as weights/tiny`;

try {
  const { name, options, folder } = read(process.argv.slice(2));
  const { folder: made, files } = await cachedCheckpoint(name, { options, ...(folder ? { folder } : {}) });
  for (const [file, { size, sha256 }] of Object.entries(files)) console.log(`${sha256}  ${size}  ${file}`);
  console.log(made);
} catch (error) {
  console.error(`${error.message}\n\n${USAGE}`);
  process.exitCode = 2;
}

function read(args) {
  const { values } = parseArgs({
    args,
    options: {
      shape: { type: "string" },
      model: { type: "string" },
      out: { type: "string" },
      config: { type: "string", default: "{}" },
      dtype: { type: "string" },
      shards: { type: "string" },
      prefix: { type: "boolean" },
      "no-buffers": { type: "boolean" },
      spread: { type: "string" },
      tokenizer: { type: "string" },
    },
  });
  const { shape, model, out, dtype, spread, tokenizer, prefix } = values;
  if ((shape === undefined) === (model === undefined)) throw new Error("Give --shape or --model.");
  if (dtype && !["F32", "F16", "BF16"].includes(dtype)) throw new Error("--dtype must be F32, F16 or BF16.");
  if (spread && !["initial", "trained"].includes(spread)) throw new Error("--spread must be initial or trained.");
  const shards = Number(values.shards ?? 1);
  if (!Number.isInteger(shards) || shards < 1) throw new Error("--shards must be a positive integer.");
  const base = model ? modelOptions(model) : { config: configOfShape(canonicalShape(shape)) };
  const options = {
    ...base,
    config: { ...base.config, ...JSON.parse(values.config) },
    ...(dtype ? { dtype } : {}),
    ...(spread ? { spread } : {}),
    ...(tokenizer ? { tokenizer } : {}),
    ...(prefix ? { prefix } : {}),
    ...(values["no-buffers"] ? { buffers: false } : {}),
    ...(shards > 1 ? { shards } : {}),
  };
  const plain = args.every(
    (arg, i) => ["--model", "--out"].includes(arg) || ["--model", "--out"].includes(args[i - 1]),
  );
  // A named model alone is the very one that tests use; anything else gets a folder of its own.
  if (model && plain) return { name: model, options: modelOptions(model), folder: out && resolve(out) };
  const name = [model ?? shape, ...Object.entries(values).filter(([key]) => !["shape", "model", "out"].includes(key))]
    .flat()
    .join("-")
    .replace(/[^\w.-]+/g, "_");
  return { name, options, folder: out && resolve(out) };
}
