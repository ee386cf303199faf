/**
 * Runs cells, one at a time, in a sandbox on the page's model. A sandbox that does not stop when it is asked to, or fails, is
 * replaced: its variables go, the model stays, since that is another worker's.
 */
import type { Engine, ModelHost } from "../model/modelHost.ts";
import type { ErrorOutput, Output } from "../outputs/output.ts";
import type { FromSandbox } from "../sandbox/protocol.ts";
import { EngineGate } from "./engineGate.ts";
import { FLOODED } from "./flood.ts";
import { ownEngine } from "./ownEngine.ts";
import { Sandbox } from "./sandbox.ts";

export interface Ended {
  readonly how: "done" | "error" | "interrupted";
  readonly error?: ErrorOutput | undefined;
  readonly defines: readonly string[];
  readonly uses: readonly string[];
}

export interface KernelOptions {
  host: ModelHost;
  /** The text of one of the sandbox's scripts. */
  scripts: (name: string) => Promise<string>;
  hosts: readonly string[];
  onOutputs: (run: number, from: number, outputs: readonly Output[], dropped: number) => void;
  onState: (state: KernelState) => void;
  /** All variables are gone, and why, where the reader did not ask for it. */
  onFresh: (why: string | undefined) => void;
}

export type KernelState = "starting" | "idle" | "busy" | "dead";

/** How long a cell may take to stop by itself, in milliseconds. */
const PATIENCE = 1000;
/** Models of a cell's own at once. */
const OWN_ENGINES = 4;

export class Kernel {
  private sandbox!: Sandbox;
  private gates: EngineGate[] = [];
  private own: { close(): void }[] = [];
  private engine: Engine | undefined;
  private going: { run: number; sent: boolean; end: (ended: Ended) => void } | undefined;
  /** Scripts that this sandbox has by now. */
  private handed = new Set<string>();
  private patience: ReturnType<typeof setTimeout> | undefined;
  private hosts: readonly string[];
  private runs = 0;
  private readonly unsubscribe: () => void;

  private readonly onFlood = () => this.sandbox.fail(FLOODED);

  constructor(private readonly options: KernelOptions) {
    this.hosts = options.hosts;
    this.unsubscribe = options.host.subscribe(() => this.followModel());
    this.begin();
  }

  /** The number that its outputs will come under, and how it ends. One at a time: the caller waits. */
  run(cell: string, code: string): { run: number; ended: Promise<Ended> } {
    const run = ++this.runs;
    return { run, ended: this.perform(run, cell, code) };
  }

  /** Ends the run that goes on; if it does not end by itself, with all variables. */
  interrupt(): void {
    if (!this.going || this.patience !== undefined) return;
    // It still waits for its model.
    if (!this.going.sent) {
      this.finish(INTERRUPTED);
      return;
    }
    for (const gate of this.gates) gate.cancelAll();
    this.sandbox.send({ type: "interrupt" });
    this.patience = setTimeout(() => {
      this.patience = undefined;
      this.renew("The cell did not stop by itself, so it was stopped: variables are gone, the model is still there.");
    }, PATIENCE);
  }

  /** A new sandbox, which may fetch from these hosts. */
  restart(hosts: readonly string[] = this.hosts): void {
    this.hosts = hosts;
    this.renew(undefined);
  }

  close(): void {
    this.unsubscribe();
    this.end();
    this.finish(INTERRUPTED);
  }

  private async perform(run: number, cell: string, code: string): Promise<Ended> {
    const ended = new Promise<Ended>((resolve) => {
      this.going = { run, sent: false, end: resolve };
    });
    this.options.onState("busy");
    try {
      const { sandbox } = this;
      await Promise.race([Promise.all([sandbox.ready, this.modelSettled()]), ended]);
      // It may have been interrupted, or the sandbox replaced, while it waited.
      if (this.going?.run !== run) return ended;
      this.going.sent = true;
      this.sandbox.send({ type: "run", run, cell, code });
    } catch (error) {
      this.options.onState("dead");
      this.finish({
        how: "error",
        error: {
          kind: "error",
          name: "SandboxError",
          message: (error as Error).message,
          remedy: "Restart the sandbox.",
        },
        defines: [],
        uses: [],
      });
    }
    return ended;
  }

  /** While a model loads, what wants to run waits for it. */
  private modelSettled(): Promise<void> {
    const { host } = this.options;
    return new Promise((resolve) => {
      let stop: (() => void) | undefined;
      const look = () => {
        if (host.getState().status === "loading") return;
        stop?.();
        resolve();
      };
      stop = host.subscribe(look);
      look();
    });
  }

  private begin(): void {
    this.options.onState("starting");
    const sandbox: Sandbox = new Sandbox({
      scripts: this.options.scripts,
      hosts: this.hosts,
      onMessage: (message) => sandbox === this.sandbox && this.receive(message),
      onFailure: (why) => sandbox === this.sandbox && this.renew(`The sandbox stopped: ${why}. Variables are gone.`),
    });
    this.sandbox = sandbox;
    this.engine = undefined;
    this.followModel();
    sandbox.ready.then(
      () => sandbox === this.sandbox && !this.going && this.options.onState("idle"),
      () => sandbox === this.sandbox && this.options.onState("dead"),
    );
  }

  private renew(why: string | undefined): void {
    this.end();
    this.options.onFresh(why);
    this.finish(INTERRUPTED);
    this.begin();
  }

  private end(): void {
    this.sandbox.close();
    for (const gate of this.gates) gate.close();
    for (const engine of this.own) engine.close();
    this.gates = [];
    this.own = [];
    this.handed = new Set();
  }

  /** Gives the sandbox a way to the model there is now. */
  private followModel(): void {
    const { engine } = this.options.host;
    if (engine === this.engine) return;
    this.engine = engine;
    if (!engine) {
      this.sandbox.send({ type: "model" });
      return;
    }
    const { port1, port2 } = new MessageChannel();
    const gated = { call: engine.client.call.bind(engine.client), died: engine.died };
    const load = async () => ({ engine: gated, loaded: engine.loaded });
    this.gates.push(new EngineGate(port1, { load, onFlood: this.onFlood }));
    this.sandbox.send({ type: "model", port: port2, name: this.options.host.getState().name }, [port2]);
  }

  private receive(message: FromSandbox): void {
    switch (message.type) {
      case "outputs":
        if (message.run === this.going?.run)
          this.options.onOutputs(message.run, message.from, message.outputs, message.dropped);
        break;
      case "ended":
        if (message.run === this.going?.run) this.finish(message);
        break;
      case "need": {
        const { sandbox } = this;
        const { name } = message;
        if (this.handed.has(name)) break;
        this.handed.add(name);
        this.options.scripts(name).then(
          (script) => sandbox.send({ type: "module", name, script }),
          (error: Error) => {
            // Another time, perhaps.
            this.handed.delete(name);
            sandbox.send({ type: "noModule", name, why: error.message });
          },
        );
        break;
      }
      case "engine": {
        const own = ownEngine();
        this.own.push(own);
        const load: typeof own.load =
          this.own.length > OWN_ENGINES
            ? async () => {
                throw new Error(`There are ${OWN_ENGINES} models of this notebook's already: restart the sandbox`);
              }
            : own.load;
        this.gates.push(new EngineGate(message.port, { load, onFlood: this.onFlood }));
        break;
      }
    }
  }

  private finish(ended: Ended): void {
    clearTimeout(this.patience);
    this.patience = undefined;
    const { going } = this;
    this.going = undefined;
    if (!going) return;
    this.options.onState("idle");
    going.end(ended);
    void this.options.host.measure();
  }
}

const INTERRUPTED: Ended = { how: "interrupted", defines: [], uses: [] };
