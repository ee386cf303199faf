/** The hub look-alike, told what to do from a page. */
import { inject } from "vitest";
import { deleteCached } from "../../engine/src/files/modelCache.ts";
import { env, LanguageModel, type LoadOptions } from "../src/index.ts";
import { engineInWorker } from "./sharedWorker.ts";

export const HUB: string = inject("hub");
export const TINY = "insitu/tiny-random";
export const WEIGHTS = "model.safetensors";

export interface Requested {
  origin: "hub" | "cdn";
  method: string;
  path: string;
  file: string | null;
  range: [number, number | null] | null;
  authorization: boolean;
  status: number;
  bytesSent: number;
}

/** The look-alike as it is at first, nothing kept, and insitu's settings pointing to it. */
export async function startAfresh(): Promise<void> {
  Object.assign(env, DEFAULTS, { remoteHost: HUB });
  await healed();
  // As LanguageModel.cache.delete() does in a worker.
  await deleteCached();
}

const DEFAULTS = { ...env };

/** No fault any more, and an empty log. */
export async function healed(): Promise<void> {
  await control("DELETE", "faults");
  await control("DELETE", "requests");
}

/** What is to go wrong, as apps/hub/server/faults.mjs lists it. */
export const fault = (what: object): Promise<Response> => control("POST", "faults", JSON.stringify(what));

export async function requests(file?: string): Promise<Requested[]> {
  const all = (await (await control("GET", "requests")).json()) as Requested[];
  return file ? all.filter((request) => request.file === file) : all;
}

/** Requests that got bytes of the file itself, not a redirect to them. */
export const sending = async (file: string): Promise<Requested[]> =>
  (await requests(file)).filter(({ status, method }) => method === "GET" && (status === 200 || status === 206));

export async function replaceFile(repo: string, file: string, contents: BodyInit): Promise<void> {
  await control("PUT", `files?repo=${repo}&file=${file}`, contents);
}

const control = (method: string, what: string, body?: BodyInit): Promise<Response> =>
  fetch(`${HUB}/__control/${what}`, { method, ...(body ? { body } : {}) });

/** Loads on the cpu, in a worker that is there already unless `engine` is given, and gives the logits of a prompt. */
export async function logitsOf(
  source: Parameters<typeof LanguageModel.load>[0],
  options: LoadOptions = {},
): Promise<number[]> {
  const model = await LanguageModel.load(source, { backend: "cpu", engine: engineInWorker(), ...options });
  try {
    return Array.from((await model.trace([1, 2, 3], () => model.lm_head.output.save())).data);
  } finally {
    await model.dispose();
  }
}

/** The checkpoint's files as they are. */
export const fileOf = async (name: string, repo = TINY): Promise<ArrayBuffer> =>
  (await fetch(`${HUB}/${repo}/resolve/main/${name}`)).arrayBuffer();
