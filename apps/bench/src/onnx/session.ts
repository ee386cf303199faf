/** onnxruntime-web on the same checkpoint: a forward pass, and a generation with keys and values cached. */
import type { InferenceSession, Tensor } from "onnxruntime-web/webgpu";
import { type Checkpoint, readCheckpoint } from "../checkpoint.ts";
import { gpt2Graph, WEIGHTS_FILE } from "./gpt2Graph.ts";

export type Provider = "webgpu" | "wasm";
type Ort = typeof import("onnxruntime-web/webgpu");

/** Where the server has onnxruntime-web's own files. */
export const ORT_FILES = "/onnxruntime-web";

export class OnnxGpt2 {
  private constructor(
    private readonly ort: Ort,
    private readonly session: InferenceSession,
    private readonly checkpoint: Checkpoint,
    private readonly cached: boolean,
  ) {}

  /** Reads the checkpoint and frees it again: the session holds its own copy. */
  static async load(url: string, provider: Provider, { cached }: { cached: boolean }): Promise<OnnxGpt2> {
    const ort = await runtime(new URL(ORT_FILES, url).href);
    const checkpoint = await readCheckpoint(url);
    const session = await ort.InferenceSession.create(gpt2Graph(checkpoint, { cached }), {
      executionProviders: [provider],
      graphOptimizationLevel: "all",
      externalData: [{ path: WEIGHTS_FILE, data: checkpoint.bytes }],
      // Keys and values stay on the device, as they would in anybody's generation.
      ...(cached && provider === "webgpu" ? { preferredOutputLocation: locations(checkpoint.config.n_layer) } : {}),
    });
    return new OnnxGpt2(ort, session, { ...checkpoint, bytes: new Uint8Array() }, cached);
  }

  /** Logits of one row of ids at all positions, read back. For a model that is not cached. */
  async logits(ids: readonly number[]): Promise<Float32Array> {
    const { logits } = await this.session.run({ input_ids: this.idsTensor(ids) });
    return (logits as Tensor).data as Float32Array;
  }

  /** Greedy ids after a prompt. `onToken` is called as each is known. */
  async generate(prompt: readonly number[], count: number, onToken: (id: number) => void): Promise<void> {
    if (!this.cached) throw new Error("Loaded without a cache.");
    const { vocab_size: vocabulary } = this.checkpoint.config;
    let past = this.noPast();
    let ids: readonly number[] = prompt;
    for (let step = 0; step < count; step++) {
      const { logits, ...present } = await this.session.run({ input_ids: this.idsTensor(ids), ...past });
      dispose(past);
      past = Object.fromEntries(
        Object.entries(present).map(([name, tensor]) => [name.replace("present", "past"), tensor as Tensor]),
      );
      const id = argMax((logits as Tensor).data as Float32Array, vocabulary);
      onToken(id);
      ids = [id];
    }
    dispose(past);
  }

  async release(): Promise<void> {
    await this.session.release();
  }

  private idsTensor(ids: readonly number[]): Tensor {
    return new this.ort.Tensor("int64", BigInt64Array.from(ids, BigInt), [1, ids.length]);
  }

  private noPast(): Record<string, Tensor> {
    const { n_layer: layers, n_head: heads, n_embd: width } = this.checkpoint.config;
    const empty = () => new this.ort.Tensor("float32", new Float32Array(), [1, heads, 0, width / heads]);
    return Object.fromEntries(
      Array.from({ length: layers }, (_, i) => [
        [`past.${i}.key`, empty()],
        [`past.${i}.value`, empty()],
      ]).flat(),
    );
  }
}

/** From its own files, as a page would load it, rather than bundled: it finds its wasm beside them. */
async function runtime(files: string): Promise<Ort> {
  const ort = (await import(/* @vite-ignore */ `${files}/ort.webgpu.min.mjs`)) as Ort;
  ort.env.wasm.wasmPaths = `${files}/`;
  ort.env.wasm.numThreads = crossOriginIsolated ? navigator.hardwareConcurrency : 1;
  // Its optimiser says at every load which shapes it left to the cpu.
  ort.env.logLevel = "error";
  return ort;
}

function locations(layers: number): Record<string, "gpu-buffer" | "cpu"> {
  const present = Array.from({ length: layers }, (_, i) => [`present.${i}.key`, `present.${i}.value`]).flat();
  return { logits: "cpu", ...Object.fromEntries(present.map((name) => [name, "gpu-buffer" as const])) };
}

/** Of the last position. */
function argMax(logits: Float32Array, vocabulary: number): number {
  const last = logits.subarray(logits.length - vocabulary);
  let best = 0;
  for (let i = 1; i < vocabulary; i++) if ((last[i] as number) > (last[best] as number)) best = i;
  return best;
}

function dispose(tensors: Record<string, Tensor>): void {
  for (const tensor of Object.values(tensors)) tensor.dispose();
}
