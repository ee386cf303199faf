/** An engine for a model that a cell made itself: it comes as data, and nothing is fetched for it. */
import * as Comlink from "comlink";
import { ArgumentError, type EngineProtocol, type LoadedModel, WorkerError } from "insitu";
import { startEngine } from "../model/engineWorker.ts";
import { type GatedEngine, WiredError } from "./engineGate.ts";

export interface OwnEngine {
  /** For `EngineGate`. @throws ArgumentError for anything but artifacts */
  load(request: unknown): Promise<{ engine: GatedEngine; loaded: LoadedModel }>;
  close(): void;
}

export function ownEngine(): OwnEngine {
  let worker: Worker | undefined;
  return {
    async load(request) {
      const { kind, artifacts } = (request ?? {}) as { kind?: unknown; artifacts?: unknown };
      if (kind !== "layers" || artifacts === undefined) {
        throw new ArgumentError(
          "Cells load no models by name or address.",
          "`model` is the one of the model bar: pick another there. One that a cell made comes as LayersModel.load(artifacts).",
        );
      }
      if (worker)
        throw new ArgumentError("This engine has its model.", "Load another with LayersModel.load(artifacts).");
      const started = startEngine();
      worker = started.worker;
      const remote = Comlink.wrap<EngineProtocol>(worker as unknown as Comlink.Endpoint);
      const died = started.gone.then((): never => {
        throw new WorkerError("The engine's worker is gone.", "Load the model again.");
      });
      died.catch(() => {});
      const call = async (method: keyof EngineProtocol, ...args: unknown[]) => {
        const sent = args.map((arg) => (typeof arg === "function" ? Comlink.proxy(arg) : arg));
        const ask = remote[method] as unknown as (
          ...args: unknown[]
        ) => Promise<Awaited<ReturnType<EngineProtocol["load"]>>>;
        const outcome = await Promise.race([ask(...sent), died]);
        if (!outcome.ok) throw new WiredError(outcome.error);
        return outcome.value;
      };
      const loaded = (await call("load", {
        kind,
        artifacts,
        backend: backendOf(request),
        settings: {},
      })) as LoadedModel;
      return { engine: { call, died }, loaded };
    },
    close() {
      worker?.terminate();
    },
  };
}

function backendOf(request: unknown): string {
  const { backend } = request as { backend?: unknown };
  return ["webgpu", "wasm", "cpu"].includes(String(backend)) ? String(backend) : "auto";
}
