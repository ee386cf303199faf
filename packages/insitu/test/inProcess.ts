/** The engine in this very process, on the cpu backend: for tests in Node. Files come from disk. */
import { readFile } from "node:fs/promises";
import { MessageChannel } from "node:worker_threads";
import { exposeEngine } from "@insitu/engine";
import { type GPT2LanguageModel, LanguageModel, type LoadOptions } from "../src/index.ts";

export const ROOT = new URL("../../../", import.meta.url);

/** A model of the repository by its path from the root, `apps/conformance/oracle/model`. */
export async function loadInProcess(path: string, options: LoadOptions = {}): Promise<GPT2LanguageModel> {
  serveFiles();
  return LanguageModel.load(new URL(path, ROOT).href, { backend: "cpu", engine: engineInProcess(), ...options });
}

/** A port to an engine of its own. */
export function engineInProcess(): MessagePort {
  const { port1, port2 } = new MessageChannel();
  exposeEngine(port1 as never);
  port1.unref();
  port2.unref();
  return port2 as never;
}

let serving = false;

/** Node's fetch does not read file: addresses. */
export function serveFiles(): void {
  if (serving) return;
  serving = true;
  const network = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const url = String(input);
    if (!url.startsWith("file:")) return network(input, init);
    try {
      const bytes = await readFile(new URL(url));
      return new Response(bytes, { headers: { "content-length": String(bytes.length) } });
    } catch {
      return new Response("no such file", { status: 404, statusText: "Not Found" });
    }
  };
}
