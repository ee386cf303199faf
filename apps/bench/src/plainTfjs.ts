/**
 * The baseline: GPT-2 as anybody would compose it from tfjs's own operations, with none of insitu's kernels,
 * modules or weights on the device.
 */
import * as tf from "@tensorflow/tfjs";
import { type Checkpoint, floatsOf, type Gpt2Json } from "./checkpoint.ts";

export class PlainGpt2 {
  private readonly weights = new Map<string, tf.Tensor>();
  private readonly config: Gpt2Json;

  /** On the backend in use. */
  constructor(checkpoint: Checkpoint) {
    this.config = checkpoint.config;
    for (const [name, { shape }] of checkpoint.tensors) {
      this.weights.set(name.replace("transformer.", ""), tf.tensor(floatsOf(checkpoint, name), shape, "float32"));
    }
  }

  /** Logits of one row of ids at all positions, read back. */
  async logits(ids: readonly number[]): Promise<Float32Array> {
    const logits = tf.tidy(() => this.forward(ids));
    try {
      return (await logits.data()) as Float32Array;
    } finally {
      logits.dispose();
    }
  }

  dispose(): void {
    tf.dispose([...this.weights.values()]);
  }

  private forward(ids: readonly number[]): tf.Tensor {
    const tokens = ids.length;
    // Added to the scores: `where` would take two dispatches more a block, to make its inputs of one shape.
    const causal = tf.sub(1, tf.linalg.bandPart(tf.ones([tokens, tokens]), -1, 0)).mul(-1e9);
    let x = tf
      .gather(this.weight("wte.weight"), tf.tensor1d([...ids], "int32"))
      .add(tf.slice(this.weight("wpe.weight"), [0, 0], [tokens, -1]));
    for (let i = 0; i < this.config.n_layer; i++) x = this.block(`h.${i}`, x, causal);
    return tf.matMul(this.norm("ln_f", x), this.weight("wte.weight"), false, true);
  }

  private block(path: string, x: tf.Tensor, causal: tf.Tensor): tf.Tensor {
    const mid = x.add(this.attention(`${path}.attn`, this.norm(`${path}.ln_1`, x), causal));
    const hidden = gelu(this.linear(`${path}.mlp.c_fc`, this.norm(`${path}.ln_2`, mid)));
    return mid.add(this.linear(`${path}.mlp.c_proj`, hidden));
  }

  private attention(path: string, x: tf.Tensor, causal: tf.Tensor): tf.Tensor {
    const { n_head: heads, n_embd: width } = this.config;
    const tokens = x.shape[0] as number;
    const [query, key, value] = tf
      .split(this.linear(`${path}.c_attn`, x), 3, -1)
      .map((part) => part.reshape([tokens, heads, width / heads]).transpose([1, 0, 2])) as Three;
    const scores = tf.matMul(query, key, false, true).mul(1 / Math.sqrt(width / heads));
    const pattern = scores.add(causal).softmax(-1);
    const z = tf.matMul(pattern, value).transpose([1, 0, 2]).reshape([tokens, width]);
    return this.linear(`${path}.c_proj`, z);
  }

  private linear(path: string, x: tf.Tensor): tf.Tensor {
    return tf.matMul(x, this.weight(`${path}.weight`)).add(this.weight(`${path}.bias`));
  }

  private norm(path: string, x: tf.Tensor): tf.Tensor {
    const centred = x.sub(x.mean(-1, true));
    const deviation = centred.square().mean(-1, true).add(this.config.layer_norm_epsilon).sqrt();
    return centred
      .div(deviation)
      .mul(this.weight(`${path}.weight`))
      .add(this.weight(`${path}.bias`));
  }

  private weight(name: string): tf.Tensor {
    return this.weights.get(name) as tf.Tensor;
  }
}

function gelu(x: tf.Tensor): tf.Tensor {
  const inner = x.add(x.mul(x).mul(x).mul(0.044715)).mul(Math.sqrt(2 / Math.PI));
  return x.mul(0.5).mul(inner.tanh().add(1));
}

type Three = [tf.Tensor, tf.Tensor, tf.Tensor];
