/** What a GPT-2 checkpoint holds: every tensor's name, shape and spread. */

/**
 * @typedef {object} CheckpointTensor
 * @property {string} name In the file.
 * @property {number[]} shape
 * @property {number} size Its numbers.
 * @property {{ seed: string, mean: number, deviation: number } | "causal"} values Normal, or the causal mask.
 */

/**
 * In the order in which safetensors' own writer puts them: by name.
 *
 * @param {Record<string, any>} config Whole.
 * @param {{ prefix: boolean, buffers: boolean, spread: "initial" | "trained" }} options
 * @returns {CheckpointTensor[]}
 */
export function tensorsOf(config, { prefix, buffers, spread }) {
  const { n_layer, n_embd: d, n_positions, vocab_size, tie_word_embeddings } = config;
  const inner = config.n_inner ?? 4 * d;
  const spreads = SPREADS[spread];
  const normal = (name, shape, deviation, mean = 0) => {
    const full = name.startsWith("lm_head.") ? name : `transformer.${name}`;
    // By its whole name, so that models of different depths share their first layers.
    return { name: prefix ? full : name, shape, values: { seed: full, mean, deviation } };
  };
  const norm = (path) => [normal(`${path}.weight`, [d], spreads.norm, 1), normal(`${path}.bias`, [d], spreads.bias)];
  const linear = (path, from, to, gain) => [
    normal(`${path}.weight`, [from, to], gain(from)),
    normal(`${path}.bias`, [to], spreads.bias),
  ];
  const mask = (name, shape) => ({ name: prefix ? `transformer.${name}` : name, shape, values: "causal" });
  const tensors = [
    normal("wte.weight", [vocab_size, d], spreads.embedding(d)),
    normal("wpe.weight", [n_positions, d], spreads.embedding(d)),
    ...Array.from({ length: n_layer }, (_, i) => [
      ...norm(`h.${i}.ln_1`),
      ...(buffers ? [mask(`h.${i}.attn.bias`, [1, 1, n_positions, n_positions])] : []),
      ...linear(`h.${i}.attn.c_attn`, d, 3 * d, spreads.linear),
      ...linear(`h.${i}.attn.c_proj`, d, d, spreads.linear),
      ...norm(`h.${i}.ln_2`),
      ...linear(`h.${i}.mlp.c_fc`, d, inner, spreads.linear),
      ...linear(`h.${i}.mlp.c_proj`, inner, d, spreads.linear),
    ]).flat(),
    ...norm("ln_f"),
    ...(tie_word_embeddings === false ? [normal("lm_head.weight", [vocab_size, d], spreads.embedding(d))] : []),
  ];
  return tensors
    .map((tensor) => ({ ...tensor, size: tensor.shape.reduce((n, s) => n * s, 1) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * `initial` is GPT-2's own initialisation, at which every activation is near zero and a wrong result passes as
 * rounding. `trained` has activations as large as a trained model's, at any width: queries and keys around 1.5,
 * so that attention chooses, and logits around 4, so that the first of 50257 stands clear of the second.
 */
const SPREADS = {
  initial: { norm: 0.02, bias: 0.02, embedding: () => 0.02, linear: () => 0.02 },
  trained: {
    norm: 0.2,
    bias: 0.1,
    embedding: (width) => 4 / Math.sqrt(width),
    linear: (from) => 1.5 / Math.sqrt(from),
  },
};
