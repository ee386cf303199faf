/**
 * GPT-2 as an ONNX model of standard operators, in the form that onnxruntime does best by: the stream in two
 * dimensions, so that each linear layer is one Gemm with its bias; the cast of LayerNorm and GELU that its
 * optimiser fuses; shapes computed once.
 */
import type { Checkpoint } from "../checkpoint.ts";
import { OnnxGraph, type Value } from "./graph.ts";

/** The name under which the session is given the safetensors file: the graph's weights are its bytes. */
export const WEIGHTS_FILE = "model.safetensors";

/** `cached` takes the keys and values of earlier positions and gives all of them. */
export function gpt2Graph(checkpoint: Checkpoint, { cached }: { cached: boolean }): Uint8Array {
  return new Gpt2Graph(checkpoint, cached).encode();
}

class Gpt2Graph {
  private readonly graph = new OnnxGraph(WEIGHTS_FILE);
  private readonly width: number;
  private readonly heads: number;

  constructor(
    private readonly checkpoint: Checkpoint,
    private readonly cached: boolean,
  ) {
    this.width = checkpoint.config.n_embd;
    this.heads = checkpoint.config.n_head;
  }

  encode(): Uint8Array {
    const { graph, width, heads, cached } = this;
    const { n_layer: layers, vocab_size: vocabulary } = this.checkpoint.config;
    const ids = graph.input("input_ids", "int64", ["batch", "tokens"]);
    const pasts = Array.from({ length: cached ? layers : 0 }, (_, i) =>
      ["key", "value"].map((kind) =>
        graph.input(`past.${i}.${kind}`, "float", ["batch", heads, "past", width / heads]),
      ),
    ) as [Value, Value][];
    const shape = graph.op("Shape", [ids]);
    const tokens = graph.op("Gather", [shape, graph.int64(1)]);
    const past = pasts[0] ? graph.op("Gather", [graph.op("Shape", [pasts[0][0]]), graph.int64(2)]) : graph.int64(0);
    const all = graph.op("Add", [past, tokens]);
    const positions = graph.op("Range", [past, all, graph.int64(1)]);
    const mask = this.mask(positions, all);
    const inHeads = graph.op("Concat", [shape, graph.int64s([heads, width / heads])], { axis: 0 });

    const table = this.weight("wte.weight");
    const embedded = graph.op("Add", [
      graph.op("Gather", [table, ids]),
      graph.op("Gather", [this.weight("wpe.weight"), positions]),
    ]);
    let x = this.reshape(embedded, [-1, width]);
    for (let i = 0; i < layers; i++) {
      const { hidden, key, value } = this.attention(`h.${i}`, this.norm(`h.${i}.ln_1`, x), inHeads, mask, pasts[i]);
      if (cached) {
        graph.output(`present.${i}.key`, key, "float", ["batch", heads, "all", width / heads]);
        graph.output(`present.${i}.value`, value, "float", ["batch", heads, "all", width / heads]);
      }
      const mid = graph.op("Add", [x, hidden]);
      const inner = this.gelu(this.linear(`h.${i}.mlp.c_fc`, this.norm(`h.${i}.ln_2`, mid)));
      x = graph.op("Add", [mid, this.linear(`h.${i}.mlp.c_proj`, inner)]);
    }
    const unembedding = graph.op("Transpose", [table], { perm: [1, 0] });
    const logits = graph.op("MatMul", [this.norm("ln_f", x), unembedding]);
    const outShape = graph.op("Concat", [shape, graph.int64s([vocabulary])], { axis: 0 });
    graph.output("logits", graph.op("Reshape", [logits, outShape]), "float", ["batch", "tokens", vocabulary]);
    return graph.encode();
  }

  /** [tokens, keys]: whether the key is not later than the query. */
  private mask(positions: Value, all: Value): Value {
    const { graph } = this;
    const int32 = (x: Value) => graph.op("Cast", [x], { to: 6 });
    const keys = graph.op("Range", [graph.int64(0), all, graph.int64(1)]);
    const queries = graph.op("Unsqueeze", [positions, graph.int64s([1])]);
    return graph.op("LessOrEqual", [int32(keys), int32(queries)]);
  }

  private attention(path: string, x: Value, inHeads: Value, mask: Value, past: [Value, Value] | undefined) {
    const { graph, width, heads } = this;
    const thirds = graph.int64s([width, width, width]);
    const [query, newKey, newValue] = graph
      .ops("Split", [this.linear(`${path}.attn.c_attn`, x), thirds], 3, { axis: -1 })
      .map((part) => graph.op("Transpose", [graph.op("Reshape", [part, inHeads])], { perm: [0, 2, 1, 3] })) as Three;
    const key = past ? graph.op("Concat", [past[0], newKey], { axis: 2 }) : newKey;
    const value = past ? graph.op("Concat", [past[1], newValue], { axis: 2 }) : newValue;
    const products = graph.op("MatMul", [query, graph.op("Transpose", [key], { perm: [0, 1, 3, 2] })]);
    const scores = graph.op("Mul", [products, graph.scalar(1 / Math.sqrt(width / heads))]);
    const masked = graph.op("Where", [mask, scores, graph.scalar(-1e9)]);
    const z = graph.op("MatMul", [graph.op("Softmax", [masked], { axis: -1 }), value]);
    const merged = this.reshape(graph.op("Transpose", [z], { perm: [0, 2, 1, 3] }), [-1, width]);
    return { hidden: this.linear(`${path}.attn.c_proj`, merged), key, value };
  }

  private linear(path: string, x: Value): Value {
    return this.graph.op("Gemm", [x, this.weight(`${path}.weight`), this.weight(`${path}.bias`)]);
  }

  private norm(path: string, x: Value): Value {
    const inputs = [x, this.weight(`${path}.weight`), this.weight(`${path}.bias`)];
    const epsilon = { float: this.checkpoint.config.layer_norm_epsilon };
    return this.graph.op("LayerNormalization", inputs, { axis: -1, epsilon });
  }

  /** Written as torch exports it, which onnxruntime's FastGelu fusion knows. */
  private gelu(x: Value): Value {
    const { graph } = this;
    const cubic = graph.op("Mul", [graph.op("Pow", [x, graph.scalar(3)]), graph.scalar(0.044715)]);
    const inner = graph.op("Mul", [graph.op("Add", [x, cubic]), graph.scalar(Math.sqrt(2 / Math.PI))]);
    const gate = graph.op("Add", [graph.op("Tanh", [inner]), graph.scalar(1)]);
    return graph.op("Mul", [graph.op("Mul", [x, graph.scalar(0.5)]), gate]);
  }

  private reshape(x: Value, shape: readonly number[]): Value {
    return this.graph.op("Reshape", [x, this.graph.int64s(shape)]);
  }

  private readonly declared = new Set<string>();

  private weight(short: string): Value {
    const name = `transformer.${short}`;
    const tensor = this.checkpoint.tensors.get(name);
    if (!tensor) throw new Error(`The checkpoint lacks ${name}.`);
    if (!this.declared.has(name)) this.graph.weight(name, tensor);
    this.declared.add(name);
    return name;
  }
}

type Three = [Value, Value, Value];
