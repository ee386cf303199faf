/** Reads an oracle folder: its inputs, and the golden outputs of each case. */
import { type DType, type GPT2LanguageModel, LanguageModel, type LoadOptions, Tensor } from "insitu";
import type { Case, Inputs, Outputs } from "./case.ts";

/** Loads a model; the tests in Node load it in their own process. */
export type Load = (source: string, options: LoadOptions) => Promise<GPT2LanguageModel>;

export interface Oracle {
  inputs: Inputs;
  /** `<case>/<output>`. */
  golden: Record<string, Tensor>;
  manifest: Manifest;
}

/** What the oracle says of its cases beside tensors. */
export interface Manifest {
  pad_token_id: number;
  cases: { name: string; attn_implementation: "eager" | "sdpa"; values: Record<string, unknown> }[];
}

export async function readOracle(folder: string): Promise<Oracle> {
  const [inputs, golden, manifest] = await Promise.all([
    readTensors(`${folder}/inputs.safetensors`),
    readTensors(`${folder}/golden.safetensors`),
    fetch(`${folder}/manifest.json`).then((response) => response.json() as Promise<Manifest>),
  ]);
  return { inputs, golden, manifest };
}

/** The oracle's model as nnsight ran it: its padding token, and each attention that a case asks for. */
export class OracleModels {
  private readonly loaded = new Map<string, Promise<GPT2LanguageModel>>();

  constructor(
    private readonly folder: string,
    private readonly oracle: Oracle,
    private readonly options: LoadOptions,
    private readonly load: Load = LanguageModel.load,
  ) {}

  for(name: string): Promise<GPT2LanguageModel> {
    const { manifest } = this.oracle;
    const attnImplementation = manifest.cases.find((c) => c.name === name)?.attn_implementation ?? "eager";
    const model =
      this.loaded.get(attnImplementation) ??
      this.load(`${this.folder}/model`, { ...this.options, padTokenId: manifest.pad_token_id, attnImplementation });
    this.loaded.set(attnImplementation, model);
    return model;
  }

  /** Runs a case on its model, and disposes what it loaded beside. */
  async run(name: string, experiment: Case): Promise<Record<string, Outputs>> {
    const extra: GPT2LanguageModel[] = [];
    const load = async (options: LoadOptions) => {
      const { pad_token_id } = this.oracle.manifest;
      const model = await this.load(`${this.folder}/model`, { ...this.options, padTokenId: pad_token_id, ...options });
      extra.push(model);
      return model;
    };
    try {
      return await experiment(await this.for(name), this.oracle.inputs, { load });
    } finally {
      for (const model of extra) await model.dispose();
    }
  }

  async dispose(): Promise<void> {
    for (const model of this.loaded.values()) await (await model).dispose();
  }
}

async function readTensors(url: string): Promise<Record<string, Tensor>> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  const buffer = await response.arrayBuffer();
  const length = Number(new DataView(buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(buffer.slice(8, 8 + length)));
  const tensors: Record<string, Tensor> = {};
  for (const [name, entry] of Object.entries<{ dtype: string; shape: number[]; data_offsets: [number, number] }>(
    header,
  )) {
    if (name === "__metadata__") continue;
    const [start, end] = entry.data_offsets;
    const bytes = buffer.slice(8 + length + start, 8 + length + end);
    tensors[name] = toTensor(name, entry.dtype, entry.shape, bytes);
  }
  return tensors;
}

function toTensor(name: string, dtype: string, shape: number[], bytes: ArrayBuffer): Tensor {
  const types: Record<string, [DType, () => Tensor["data"]]> = {
    F32: ["float32", () => new Float32Array(bytes)],
    I32: ["int32", () => new Int32Array(bytes)],
    BOOL: ["bool", () => new Uint8Array(bytes)],
  };
  const type = types[dtype];
  if (!type) throw new Error(`${name} has dtype ${dtype}`);
  return new Tensor(shape, type[0], type[1]());
}
