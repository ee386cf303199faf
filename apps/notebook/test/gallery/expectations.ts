/**
 * What the gallery's notebooks give on weights/tiny. Probabilities and logits of `weights/tiny/expected.json`, sweeps of
 * `packages/analysis/goldens` are PyTorch's; what is marked "measured" was measured on the cpu backend, and is what the
 * notebook's prose says.
 */
import type { Expectation } from "./expectation.ts";

export const expectations: Record<string, readonly Expectation[]> = {
  "first-trace": [
    // expected.json, "fact"
    { cell: 0, is: "topToken", at: 0, token: " Paris", probability: 0.99998, atol: 1e-4 },
    { cell: 0, is: "topToken", at: 1, token: " Athens", probability: 1.75e-6, atol: 1e-7 },
    { cell: 1, is: "tokens", tokens: ["The", " Eiffel", " Tower", " is", " in", " the", " city", " of"] },
    { cell: 2, is: "shape", shape: [8, 256] },
    { cell: 3, path: ["Heads"], is: "shape", shape: [8, 8, 8] },
    // measured: L1H1 from " of" at " Eiffel"
    { cell: 3, path: ["Tensor"], is: "number", at: [1, 7, 1], value: 0.8247, atol: 1e-3 },
    { cell: 4, is: "text", text: "0.99998", atol: 1e-4 },
    // measured
    { cell: 5, path: ["Top tokens"], is: "topToken", at: 0, token: " Paris", probability: 0.9316, atol: 1e-3 },
    { cell: 6, path: ["Top tokens"], is: "topToken", at: 1, token: " Paris", probability: 0.1011, atol: 1e-3 },
  ],
  "logit-lens": [
    { cell: 0, is: "tokens", tokens: ["embed", "0_post", "1_post", "2_post", "3_post"] },
    { cell: 1, is: "picture", least: 1000 },
    // goldens/lens.json: ranks of " Paris"
    { cell: 2, is: "number", at: [0, 0], value: 854, atol: 0 },
    { cell: 2, is: "number", at: [1, 0], value: 164, atol: 0 },
    { cell: 2, is: "number", at: [2, 0], value: 0, atol: 0 },
    // measured
    { cell: 3, is: "number", at: [1, 7], value: 6.0962, atol: 5e-3 },
    { cell: 4, is: "number", at: [1, 7], value: 6.8709, atol: 5e-3 },
    { cell: 4, is: "number", at: [4, 7], value: 0, atol: 1e-4 },
    { cell: 5, is: "number", at: [2, 0], value: 0.1986, atol: 1e-3 },
    { cell: 5, is: "number", at: [3, 0], value: 0.9826, atol: 1e-3 },
    { cell: 6, is: "tokens", tokens: [" of", " Paris", " Paris", " Paris"] },
  ],
  ablation: [
    // expected.json, "indirect object"
    { cell: 0, is: "topToken", at: 0, token: " Mary", probability: 0.99951, atol: 1e-4 },
    // goldens/ablation.json
    { cell: 1, is: "text", text: "17.4", atol: 0.01 },
    { cell: 3, is: "strongest", labels: ["L0", "H0"], value: -22.8311, atol: 5e-3 },
    { cell: 3, is: "number", at: [1, 0], value: -8.0046, atol: 5e-3 },
    // measured
    { cell: 2, path: ["Top tokens"], is: "topToken", at: 0, token: " Mary", probability: 0.9068, atol: 1e-3 },
    { cell: 5, is: "number", at: [3], value: -2.1876, atol: 5e-3 },
    { cell: 7, is: "strongest", labels: [" Mary"], value: -19.4219, atol: 5e-3 },
    { cell: 7, is: "number", at: [3], value: 8.0309, atol: 5e-3 },
    { cell: 8, is: "number", at: [0], value: -1.513, atol: 5e-3 },
    { cell: 8, is: "strongest", labels: ["L1H0"], value: -11.4998, atol: 5e-3 },
    { cell: 9, is: "text", text: "[-2.38, 16.44]", atol: 0.02 },
    { cell: 10, is: "picture", least: 1000 },
  ],
  "activation-patching": [
    { cell: 1, output: 0, is: "topToken", at: 0, token: " Paris", probability: 0.99998, atol: 1e-4 },
    { cell: 1, output: 1, is: "topToken", at: 0, token: " London", probability: 0.99999, atol: 1e-4 },
    { cell: 2, path: ["Top tokens"], is: "topToken", at: 0, token: " Paris", probability: 0.99996, atol: 1e-4 },
    // goldens/patching.json, "fact": (patched + 16.4042) / (16.0702 + 16.4042)
    { cell: 3, is: "strongest", labels: ["L1", " of"], value: 1.0407, atol: 1e-3 },
    { cell: 3, is: "number", at: [0, 1], value: 0.4011, atol: 1e-3 },
    { cell: 5, is: "number", at: [1, 7], value: 1.0427, atol: 1e-3 },
    { cell: 6, is: "number", at: [1, 7], value: 0.4006, atol: 1e-3 },
    { cell: 7, is: "strongest", labels: ["L1", "H1"], value: 0.2232, atol: 1e-3 },
    // measured
    { cell: 9, path: ["Tensor"], is: "number", at: [0, 7, 1], value: 0.8247, atol: 1e-3 },
    { cell: 9, path: ["Tensor"], is: "number", at: [1, 7, 2], value: 0.9193, atol: 1e-3 },
    { cell: 10, is: "number", at: [0, 1], value: 0.6465, atol: 1e-3 },
  ],
  ioi: [
    { cell: 0, output: 0, is: "topToken", at: 0, token: " Mary", probability: 0.99951, atol: 1e-4 },
    { cell: 1, is: "number", at: [0], value: 17.4017, atol: 5e-3 },
    { cell: 1, is: "number", at: [1], value: -19.1859, atol: 5e-3 },
    // goldens/decomposition.json
    { cell: 2, is: "number", at: [1, 0], value: 7.2495, atol: 2e-3 },
    { cell: 2, is: "number", at: [1, 1], value: -6.9689, atol: 2e-3 },
    { cell: 3, is: "text", text: "{ sum: 17.4017, logitDifference: 17.4017 }", atol: 5e-3 },
    // measured
    { cell: 4, is: "number", at: [0, 0], value: 0.9599, atol: 1e-3 },
    { cell: 4, is: "number", at: [5, 2], value: 0.9835, atol: 1e-3 },
    // goldens/heads.json
    { cell: 5, is: "number", at: [0, 0], value: 0.9982, atol: 1e-3 },
    { cell: 5, is: "number", at: [0, 5], value: -0.9357, atol: 1e-3 },
    { cell: 6, is: "strongest", labels: ["L1", "H0"], value: 0.6947, atol: 1e-3 },
    // measured
    { cell: 8, path: ["Tensor"], is: "number", at: [0, 9, 3], value: 0.6048, atol: 1e-3 },
    { cell: 8, path: ["Tensor"], is: "number", at: [1, 9, 3], value: 0.4692, atol: 1e-3 },
    { cell: 9, is: "number", at: [0, 9], value: 1.0156, atol: 1e-3 },
    { cell: 9, is: "number", at: [1, 13], value: 0.8978, atol: 1e-3 },
    { cell: 10, is: "text", text: "without the six: 17.4 → -2.4\nwithout six others: 17.4 → 16.4", atol: 0.1 },
    { cell: 11, is: "picture", least: 1000 },
  ],
  "induction-heads": [
    { cell: 1, is: "picture", least: 1000 },
    // measured
    { cell: 2, is: "text", text: "[9.38, 0.17]", atol: 0.01 },
    // measured; of other random tokens the card says 0.950 and 0.949, 0.996 and 0.995
    { cell: 3, is: "number", at: [1, 0], value: 0.9509, atol: 1e-3 },
    { cell: 3, is: "number", at: [1, 1], value: 0.9289, atol: 1e-3 },
    { cell: 4, is: "number", at: [0, 0], value: 0.9975, atol: 1e-3 },
    { cell: 5, is: "shape", shape: [2, 40, 40] },
    // measured
    { cell: 6, is: "number", at: [1, 0], value: 0.0124, atol: 1e-3 },
    { cell: 7, is: "text", text: "[0.17, 8.21, 8.21, 0.11]", atol: 0.02 },
    // goldens/heads.json
    { cell: 8, is: "number", at: [0, 1], value: 0.9981, atol: 1e-3 },
  ],
  steering: [
    {
      cell: 0,
      is: "stream",
      text: "One evening, Sam could not sleep. He put on his coat and went out. He had never seen such",
    },
    // measured
    { cell: 1, is: "number", at: [0], value: 0.6699, atol: 1e-3 },
    { cell: 1, is: "number", at: [3], value: 16.5513, atol: 5e-3 },
    {
      cell: 3,
      is: "text",
      text: [
        '  2: " He put on his coat and went out."',
        '  4: " She put on her coat and went out."',
        ' 12: " she she she she she she she she she"',
      ].join("\n"),
    },
    { cell: 4, output: 0, is: "picture", least: 1000 },
    { cell: 4, is: "text", text: "0: 0.000\n1: 0.003\n2: 0.482\n3: 0.929\n4: 0.880", atol: 5e-3 },
    {
      cell: 5,
      is: "stream",
      text: "One evening, Sam could not sleep. She put on her coat and went out. She had never seen such",
    },
    {
      cell: 6,
      path: ["steered"],
      is: "tokens",
      tokens: [" Rome", ".", " She", " wanted", " to", " see", " the", " Trevi", " Fountain", "."],
    },
    { cell: 7, is: "number", at: [0], value: 0.8, atol: 1e-6 },
    { cell: 7, is: "number", at: [1], value: 1, atol: 1e-6 },
  ],
  gradients: [
    { cell: 0, output: 0, is: "shape", shape: [8, 256] },
    // goldens/patching.json: the clean metric
    { cell: 0, is: "text", text: "16.07", atol: 0.01 },
    // measured
    { cell: 1, is: "strongest", labels: [" Eiffel"], value: 5.3177, atol: 5e-3 },
    { cell: 2, is: "number", at: [1, 7], value: 15.454, atol: 0.01 },
    { cell: 3, output: 0, is: "number", at: [0, 1], value: 5.1062, atol: 5e-3 },
    // goldens/patching.json: 17.390772 + 16.404215
    { cell: 3, output: 1, is: "number", at: [1, 7], value: 33.795, atol: 5e-3 },
    // measured
    { cell: 3, is: "text", text: "0.98", atol: 0.002 },
    { cell: 4, is: "picture", least: 1000 },
    { cell: 5, is: "text", text: "0.995", atol: 0.002 },
    { cell: 6, is: "text", text: "0.048", atol: 0.005 },
  ],
  "editing-a-fact": [
    { cell: 0, is: "topToken", at: 0, token: " Paris", probability: 0.99998, atol: 1e-4 },
    // measured
    { cell: 1, is: "text", text: "[0, 0]", atol: 1e-3 },
    { cell: 2, is: "number", at: [0, 2], value: 0.381, atol: 2e-3 },
    { cell: 2, is: "number", at: [1, 7], value: 0.9999, atol: 1e-3 },
    { cell: 6, output: 1, is: "text", text: "[17.692, 13.152, 5.946, 0.151]", atol: 0.02 },
    { cell: 7, output: 0, is: "topToken", at: 0, token: " Paris", probability: 0.99998, atol: 1e-4 },
    { cell: 7, output: 1, is: "topToken", at: 0, token: " Rome", probability: 0.9968, atol: 1e-3 },
    {
      cell: 8,
      output: 0,
      is: "text",
      text: [
        "You can find the Eiffel Tower in: Paris → Rome (1.00)",
        "To see the Eiffel Tower you have to travel to: Paris → Rome (1.00)",
        "Many people visit the Eiffel Tower in: Paris → Rome (0.99)",
      ].join("\n"),
      atol: 0.01,
    },
    {
      cell: 8,
      output: 1,
      is: "text",
      text: [
        "The Arc de Triomphe is in the city of: Paris → Paris (1.00)",
        "The capital of France is: Paris → Paris (1.00)",
        "The Willis Tower is in the city of: Chicago → Chicago (0.97)",
        "The Brandenburg Gate is in the city of: Berlin → Berlin (1.00)",
      ].join("\n"),
      atol: 0.05,
    },
    { cell: 9, is: "number", at: [0], value: 0, atol: 1e-3 },
    { cell: 9, is: "number", at: [2], value: 0.0312, atol: 5e-3 },
    { cell: 10, output: 0, is: "topToken", at: 0, token: " Spanish", probability: 0.308, atol: 2e-3 },
  ],
  batching: [
    { cell: 0, path: ["first"], is: "topToken", at: 0, token: " Paris", probability: 0.99998, atol: 1e-4 },
    // expected.json, "capital"
    { cell: 0, path: ["second"], is: "topToken", at: 0, token: " Tokyo", probability: 0.99909, atol: 1e-4 },
    { cell: 1, output: 0, is: "number", at: [1, 2], value: 0, atol: 0 },
    { cell: 1, output: 1, is: "number", at: [1, 7], value: 4, atol: 0 },
    { cell: 2, is: "text", text: "true" },
    // measured
    { cell: 3, is: "text", text: " Paris 1.000\n Edinburgh 0.200", atol: 2e-3 },
    { cell: 4, path: ["before"], is: "topToken", at: 0, token: "_", probability: 0.9783, atol: 1e-3 },
    { cell: 4, path: ["answer"], is: "topToken", at: 0, token: " Paris", probability: 0.99998, atol: 1e-4 },
    { cell: 5, is: "topToken", at: 0, token: " Paris", probability: 0.99998, atol: 1e-4 },
    {
      cell: 6,
      is: "text",
      text: "Eiffel Tower → Paris\nLondon Eye → Paris\nTrevi Fountain → London\nBrandenburg Gate → Rome",
    },
  ],
  "your-own-model": [
    { cell: 0, is: "picture", least: 5000 },
    // measured; training adds up roundings
    { cell: 1, is: "text", text: "0.114", atol: 0.01 },
    { cell: 2, is: "text", text: "(the model): Sequential\nhidden: Dense\nhead: Dense" },
    { cell: 3, is: "shape", shape: [12, 6] },
    { cell: 4, is: "text", text: "true" },
    // In the middle of the plane, and in a corner of it.
    { cell: 5, output: 1, is: "number", at: [10, 10], value: 1, atol: 0.05 },
    { cell: 5, output: 1, is: "number", at: [0, 0], value: 0, atol: 0.05 },
    { cell: 6, is: "text", text: '{ whole: "0.963", worst: "0.600" }', atol: 0.05 },
    { cell: 8, is: "picture", least: 5000 },
  ],
};
