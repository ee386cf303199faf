/**
 * What the sandbox reaches of an engine: trace programs go in, saved values come out. The other side is anybody's code, so a
 * message is not handed on as it came: comlink, which both sides speak, follows any path through an object and sets what
 * it finds there. Here a message is one call of one of these methods, or nothing.
 */
import * as Comlink from "comlink";
import {
  ArgumentError,
  CancelledError,
  type EngineProtocol,
  InsituError,
  type LoadedModel,
  type TraceProgram,
  type WireError,
  WorkerError,
} from "insitu";
import { Flood } from "./flood.ts";

type Callback = (value: unknown) => unknown;
type Outcome = { ok: true; value: unknown } | { ok: false; error: WireError };

/** An engine, as the gate uses it. */
export interface GatedEngine {
  call(method: keyof EngineProtocol, ...args: unknown[]): Promise<unknown>;
  /** Rejects once it is no more. */
  readonly died: Promise<never>;
}

export interface GateOptions {
  /** More comes than the page can read. */
  onFlood(): void;
  /** What a load gives: the page's model, which is loaded already, or one of the reader's own. */
  load(request: unknown): Promise<{ engine: GatedEngine; loaded: LoadedModel }>;
}

/** An engine's own error, as it came over the wire. */
export class WiredError extends Error {
  constructor(readonly wire: WireError) {
    super(wire.problem);
  }
}

/** Calls that may be made; what each takes is checked by the engine, which trusts nothing. */
const METHODS = ["load", "run", "runAll", "cancel", "readHeld", "release", "memory", "dispose"] as const;
type Method = (typeof METHODS)[number];

/** Programs at once, and bytes of one request as far as they are counted. */
const PROGRAMS = 20_000;

export class EngineGate {
  private engine: GatedEngine | undefined;
  /** What the sandbox holds in the engine, and runs that go on: given back when it ends. */
  private readonly held = new Set<string>();
  private readonly runs = new Set<string>();
  private end!: (error: Error) => void;
  private readonly ended = new Promise<never>((_, reject) => {
    this.end = reject;
  });
  private closed = false;

  constructor(
    private readonly port: MessagePort,
    private readonly options: GateOptions,
  ) {
    this.ended.catch(() => {});
    const calls = Object.fromEntries(
      METHODS.map((method) => [method, (...args: unknown[]) => this.answer(method, args)]),
    );
    Comlink.expose(calls, checkedEndpoint(port, options));
  }

  /** Ends what it runs between two passes; the sandbox is told that it was cancelled. */
  cancelAll(): void {
    for (const id of this.runs) void this.engine?.call("cancel", id).catch(() => {});
    for (const stop of this.stops) stop();
  }

  /** The sandbox is gone: nothing of it stays in the engine. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.cancelAll();
    this.end(new CancelledError("The sandbox was closed.", "Run the cell again."));
    for (const prefix of this.held) void this.engine?.call("release", prefix).catch(() => {});
    this.port.close();
  }

  private readonly stops = new Set<() => void>();

  private async answer(method: Method, args: unknown[]): Promise<unknown> {
    try {
      const value = await this.perform(method, args);
      const outcome: Outcome = { ok: true, value };
      return Comlink.transfer(outcome, method === "run" || method === "runAll" ? buffersOf(value) : []);
    } catch (error) {
      return { ok: false, error: wired(error) } satisfies Outcome;
    }
  }

  private async perform(method: Method, args: unknown[]): Promise<unknown> {
    if (method === "load") {
      const { engine, loaded } = await this.options.load(args[0]);
      this.engine = engine;
      return loaded;
    }
    // The page's: it is freed by the page.
    if (method === "dispose") return undefined;
    const { engine } = this;
    // Asked before the load: whether anybody is there.
    if (!engine) return undefined;
    if (method === "run") return this.run(engine, args);
    if (method === "runAll") return this.runAll(engine, args);
    const plain = args.slice(0, 1).map((arg) => (typeof arg === "string" ? arg.slice(0, 200) : undefined));
    return this.orEnd(engine, engine.call(method, ...plain));
  }

  private async run(engine: GatedEngine, [program, onTokens]: unknown[]): Promise<unknown> {
    this.note([program]);
    let stopped = false;
    const stop = () => {
      stopped = true;
    };
    this.stops.add(stop);
    // Asked of whoever is on the other side, who may never answer: the engine does not wait for that.
    const tell = typeof onTokens === "function" ? safely(onTokens as Callback, this.ended) : undefined;
    const told = (tokens: unknown) => (stopped ? "stop" : (tell?.(tokens) ?? undefined));
    try {
      const result = await this.orEnd(engine, engine.call("run", program, generates(program) ? told : undefined));
      if (stopped) throw new CancelledError("The cell was interrupted.", "Run it again.");
      return result;
    } finally {
      this.stops.delete(stop);
    }
  }

  private async runAll(engine: GatedEngine, [programs, request, onProgress]: unknown[]): Promise<unknown> {
    if (!Array.isArray(programs) || programs.length > PROGRAMS)
      throw new ArgumentError(`A request of more than ${PROGRAMS} programs.`, "Make several of it.");
    this.note(programs);
    const { id, ...rest } = (request ?? {}) as { id?: unknown };
    const name = String(id).slice(0, 100);
    this.runs.add(name);
    const tell = typeof onProgress === "function" ? safely(onProgress as Callback, this.ended) : undefined;
    try {
      return await this.orEnd(engine, engine.call("runAll", programs, { ...rest, id: name }, tell));
    } finally {
      this.runs.delete(name);
    }
  }

  private orEnd<T>(engine: GatedEngine, work: Promise<T>): Promise<T> {
    return Promise.race([work, engine.died, this.ended]);
  }

  /** Remembers under which names these hold values. */
  private note(programs: readonly unknown[]): void {
    for (const program of programs) {
      const { holds } = (program ?? {}) as Partial<TraceProgram>;
      if (!Array.isArray(holds)) continue;
      for (const hold of holds) {
        const id = (hold as { id?: unknown } | null)?.id;
        if (typeof id === "string" && this.held.size < 1000) this.held.add(id.replace(/[^/]*$/, ""));
      }
    }
  }
}

/** Whether it makes tokens one after another, between which it can be stopped. */
const generates = (program: unknown): boolean => (program as TraceProgram | undefined)?.mode === "generate";

/** A function of the other side, whose answer is not waited for once that side is gone. */
const safely =
  (callback: Callback, ended: Promise<never>): Callback =>
  (value) =>
    Promise.race([callback(value), ended]).then(
      (answer) => (answer === "stop" ? "stop" : undefined),
      () => "stop",
    );

/** The port, letting through nothing but well-formed calls. */
function checkedEndpoint(port: MessagePort, { onFlood }: GateOptions): Comlink.Endpoint {
  const flood = new Flood();
  const listeners = new Map<unknown, (event: MessageEvent) => void>();
  return {
    postMessage: (message, transfer) => port.postMessage(message, transfer ?? []),
    start: () => port.start(),
    addEventListener: (type, listener) => {
      const checked = ({ data }: MessageEvent) => {
        const call = checkedCall(data);
        if (flood.counts(call !== undefined)) onFlood();
        else if (call) (listener as (event: unknown) => void)({ data: call, origin: "" });
      };
      listeners.set(listener, checked);
      port.addEventListener(type as "message", checked);
    },
    removeEventListener: (type, listener) => {
      const checked = listeners.get(listener);
      if (checked) port.removeEventListener(type as "message", checked);
    },
  };
}

/** A call of one of the methods, made anew of its parts; undefined for anything else. */
function checkedCall(data: unknown): object | undefined {
  if (typeof data !== "object" || data === null) return undefined;
  const { id, type, path, argumentList } = data as Record<string, unknown>;
  if (type !== "APPLY" || typeof id !== "string" || id.length > 100) return undefined;
  if (!Array.isArray(path) || path.length !== 1 || !METHODS.includes(path[0])) return undefined;
  if (!Array.isArray(argumentList) || argumentList.length > 3) return undefined;
  const args = argumentList.map(checkedArgument);
  if (args.includes(undefined)) return undefined;
  return { id, type, path: [path[0]], argumentList: args };
}

function checkedArgument(argument: unknown): object | undefined {
  const { type, name, value } = (argument ?? {}) as Record<string, unknown>;
  if (type === "RAW") return { type, value };
  if (type === "HANDLER" && name === "proxy" && value instanceof MessagePort) return { type, name, value };
  return undefined;
}

function wired(error: unknown): WireError {
  if (error instanceof WiredError) return error.wire;
  if (error instanceof InsituError) {
    const { name, problem, remedy, line, details } = error;
    return line ? { name, problem, remedy, line, details } : { name, problem, remedy, details };
  }
  const text = error instanceof Error ? error.message : String(error);
  const { name, problem, remedy, details } = new WorkerError(`The engine failed: ${text}.`, "Run the cell again.");
  return { name, problem, remedy, details };
}

/** The buffers of what was saved move instead of being copied. */
function buffersOf(result: unknown): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  const visit = (part: unknown): void => {
    if (ArrayBuffer.isView(part)) buffers.add(part.buffer as ArrayBuffer);
    else if (Array.isArray(part)) part.forEach(visit);
    else if (part && typeof part === "object" && "data" in part) visit(part.data);
  };
  visit((result as { saved?: unknown }).saved);
  return [...buffers];
}
