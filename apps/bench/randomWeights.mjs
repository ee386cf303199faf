/**
 * GPT-2 checkpoints of any shape with random weights, made as they are asked for: config.json and
 * model.safetensors of `<layers>x<width>x<heads>x<vocabulary>`. No tensor is ever held whole, so that 124M
 * parameters cost a server nothing.
 */
import { Readable } from "node:stream";

/** Shapes that have a name. */
const NAMED = { gpt2: "12x768x12x50257", tiny: "4x256x8x3072" };

const POSITIONS = 1024;
/** GPT-2's own initialisation. */
const DEVIATION = 0.02;
const CHUNK = 1 << 16;

/** A shape as text, names resolved. @throws Error */
export function canonicalShape(text) {
  const shape = NAMED[text] ?? text;
  const { nLayer, nEmbd, nHead, vocabSize } = parse(shape);
  if (![nLayer, nEmbd, nHead, vocabSize].every((n) => n > 0) || nEmbd % nHead !== 0) {
    throw new Error(
      `${text} is no model's shape: give LAYERSxWIDTHxHEADSxVOCABULARY, such as 4x256x8x4096, its width a ` +
        `multiple of its heads, or one of ${Object.keys(NAMED).join(", ")}.`,
    );
  }
  return shape;
}

/** A Vite plugin that serves these checkpoints under a path: `<path>/4x256x8x4096/config.json`. */
export function serveRandomWeights(path) {
  return {
    name: "insitu:serve-random-weights",
    configureServer(server) {
      server.middlewares.use(path, (request, response) => {
        const [, shape, file] = new URL(request.url, "http://localhost").pathname.split("/");
        const made = /^\d+x\d+x\d+x\d+$/.test(shape) ? makeFile(shape, file) : undefined;
        if (!made) {
          response.statusCode = 404;
          response.end();
          return;
        }
        response.setHeader("Content-Type", made.type);
        response.setHeader("Content-Length", made.length);
        made.body.pipe(response);
      });
    },
  };
}

function makeFile(shape, file) {
  if (file === "config.json") {
    const json = Buffer.from(JSON.stringify(configOf(shape)));
    return { type: "application/json", length: json.length, body: Readable.from([json]) };
  }
  if (file !== "model.safetensors") return undefined;
  const tensors = tensorsOf(shape);
  const header = headerOf(tensors);
  const length = header.length + tensors.reduce((n, { size }) => n + 4 * size, 0);
  return { type: "application/octet-stream", length, body: Readable.from(bytesOf(header, tensors)) };
}

function parse(shape) {
  const [nLayer, nEmbd, nHead, vocabSize] = shape.split("x").map(Number);
  return { nLayer, nEmbd, nHead, vocabSize };
}

function configOf(shape) {
  const { nLayer, nEmbd, nHead, vocabSize } = parse(shape);
  return {
    model_type: "gpt2",
    activation_function: "gelu_new",
    layer_norm_epsilon: 1e-5,
    n_layer: nLayer,
    n_embd: nEmbd,
    n_head: nHead,
    n_positions: POSITIONS,
    vocab_size: vocabSize,
    bos_token_id: vocabSize - 1,
    eos_token_id: vocabSize - 1,
  };
}

/** Every tensor of the checkpoint, in the file's order. */
function tensorsOf(text) {
  const { nLayer, nEmbd: d, vocabSize } = parse(text);
  const norm = (path) => [
    { name: `${path}.weight`, shape: [d], mean: 1 },
    { name: `${path}.bias`, shape: [d] },
  ];
  const linear = (path, from, to) => [
    { name: `${path}.weight`, shape: [from, to] },
    { name: `${path}.bias`, shape: [to] },
  ];
  const tensors = [
    { name: "wte.weight", shape: [vocabSize, d] },
    { name: "wpe.weight", shape: [POSITIONS, d] },
    ...Array.from({ length: nLayer }, (_, i) => [
      ...norm(`h.${i}.ln_1`),
      ...linear(`h.${i}.attn.c_attn`, d, 3 * d),
      ...linear(`h.${i}.attn.c_proj`, d, d),
      ...norm(`h.${i}.ln_2`),
      ...linear(`h.${i}.mlp.c_fc`, d, 4 * d),
      ...linear(`h.${i}.mlp.c_proj`, 4 * d, d),
    ]).flat(),
    ...norm("ln_f"),
  ];
  return tensors.map(({ name, shape, mean = 0 }) => ({
    name: `transformer.${name}`,
    shape,
    mean,
    size: shape.reduce((n, s) => n * s, 1),
  }));
}

function headerOf(tensors) {
  let at = 0;
  const entries = tensors.map(({ name, shape, size }) => {
    const start = at;
    at += 4 * size;
    return [name, { dtype: "F32", shape, data_offsets: [start, at] }];
  });
  const json = JSON.stringify(Object.fromEntries(entries));
  // Padded so that the tensors' bytes begin at a multiple of eight, as the format's own writer does.
  const text = json.padEnd(Math.ceil(json.length / 8) * 8);
  const header = Buffer.alloc(8 + text.length);
  header.writeBigUInt64LE(BigInt(text.length));
  header.write(text, 8);
  return header;
}

function* bytesOf(header, tensors) {
  yield header;
  for (const { name, size, mean } of tensors) {
    // By its name, so that models of different depths share their first layers.
    const normal = normals(hash(name));
    for (let at = 0; at < size; at += CHUNK) {
      const floats = new Float32Array(Math.min(CHUNK, size - at));
      for (let i = 0; i < floats.length; i++) floats[i] = mean + DEVIATION * normal();
      yield new Uint8Array(floats.buffer);
    }
  }
}

/** Standard normals by Box and Muller, from a small seeded generator (mulberry32). */
function normals(seed) {
  let state = seed;
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  let spare;
  return () => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}

/** FNV-1a. */
function hash(text) {
  let h = 0x811c9dc5;
  for (const c of text) h = Math.imul(h ^ c.codePointAt(0), 0x01000193);
  return h >>> 0;
}
