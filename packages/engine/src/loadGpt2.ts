/** Loads a GPT-2 checkpoint: room on the device first, then the shaders while the weights arrive. */
import {
  type BackendError,
  CheckpointError,
  type DeviceInfo,
  type FileSettings,
  type Gpt2Config,
  type LoadedModel as Loaded,
  type ModelSettings,
  type ModelSource,
  PROGRAM_VERSION,
  parseGpt2Config,
  type RemoteFetch,
  type TraceProgram,
} from "@insitu/program";
import { readWeights } from "./checkpoint.ts";
import type { LoadReport } from "./files/loadReport.ts";
import { type ModelFiles, readJson } from "./files/modelFiles.ts";
import { openSource } from "./files/source.ts";
import { readTokenizer } from "./files/tokenizerFiles.ts";
import { Gpt2Runnable } from "./gpt2Runnable.ts";
import { reportingGpuErrors } from "./gpuErrors.ts";
import { LoadedModel } from "./loadedModel.ts";
import { assertRoom, noRoom } from "./room.ts";
import { uploaded } from "./weightBuffer.ts";
import { parameterShapes, Weights } from "./weights.ts";

/** The tokens of the prompt that shaders are compiled with: as many as the kernels for prompts want. */
const COMPILED_TOKENS = 17;

export interface Gpt2Request {
  source: ModelSource;
  files: FileSettings;
  settings: ModelSettings;
  fetch: RemoteFetch | undefined;
  report: LoadReport;
  /** Starts the backend. */
  start(): Promise<DeviceInfo>;
}

/** @throws CheckpointError, BackendError, ArgumentError. Nothing is left on the device. */
export async function loadGpt2(request: Gpt2Request): Promise<{ model: LoadedModel } & Omit<Loaded, "spec">> {
  const { source, settings, report } = request;
  const notices = new Set<string>();
  report.phase("backend");
  const starting = request.start();
  // A config that is wrong needs no GPU to say so.
  starting.catch(() => {});
  const files = await openSource({ source, settings: request.files, fetch: request.fetch, report, notices });
  const config = await readConfig(files, settings);
  const device = await starting;
  const shapes = parameterShapes(config);
  assertRoom(shapes, device);
  const runnable = await makeRoom(config, shapes, device, settings);
  const model = new LoadedModel(runnable.runnable);
  const compiling = device.backend === "webgpu" ? compile(model) : Promise.resolve();
  compiling.catch(() => {});
  try {
    const reading = readTokenizer(files);
    await readWeights(runnable.weights, files);
    report.phase("upload");
    await uploaded();
    const tokenizer = await reading;
    if (device.backend === "webgpu") report.phase("compile");
    await compiling;
    const notice = [device.notice, ...notices].filter(Boolean).join(" ");
    return { model, device: notice ? { ...device, notice } : device, tokenizer };
  } catch (error) {
    // What runs on the weights ends before they are freed.
    await compiling.catch(() => {});
    model.dispose();
    throw error;
  }
}

async function readConfig(files: ModelFiles, { padTokenId }: ModelSettings): Promise<Gpt2Config> {
  const config = await readJson(files, "config.json");
  if (!config) {
    throw new CheckpointError(
      `${files.label} has no config.json.`,
      "Check the name or the address, and the revision; a folder is one with config.json, model.safetensors and tokenizer.json.",
      { file: "config.json" },
    );
  }
  return parseGpt2Config(padTokenId === undefined ? config : { ...config, pad_token_id: padTokenId });
}

async function makeRoom(
  config: Gpt2Config,
  shapes: ReadonlyMap<string, readonly number[]>,
  device: DeviceInfo,
  settings: ModelSettings,
): Promise<{ runnable: Gpt2Runnable; weights: Weights }> {
  let made: Weights | undefined;
  try {
    const weights = await reportingGpuErrors(
      async () => {
        made = new Weights(shapes, device.weights);
        return made;
      },
      async (weights) => weights,
    );
    return { runnable: new Gpt2Runnable(config, weights, settings.attnImplementation ?? "eager"), weights };
  } catch (error) {
    made?.dispose();
    const noMemory = error instanceof RangeError || (error as BackendError).details?.["kind"] === "out-of-memory";
    throw noMemory ? noRoom(shapes, device, (error as Error).message) : error;
  }
}

/** Runs a short generation, on whatever the weights are so far, so that the first trace finds its shaders. */
async function compile(model: LoadedModel): Promise<void> {
  const { fingerprint, maxTokens } = model.spec;
  const tokens = Math.min(COMPILED_TOKENS, maxTokens - 1);
  if (tokens < 1) return;
  const program: TraceProgram = {
    version: PROGRAM_VERSION,
    model: fingerprint,
    mode: "generate",
    generation: { maxNewTokens: 2 },
    invokes: [{ ids: [new Array(tokens).fill(0)] }],
    nodes: [],
    saves: [],
  };
  await model.run(program, () => {});
}
