/** How far a load has got, told as often as is worth showing. */
import type { LoadProgress } from "@insitu/program";

type Phase = LoadProgress["phase"];

/** One file's part of it. */
export interface FileReport {
  size(bytes: number): void;
  /** Bytes that have come, from the network or from this machine. */
  add(bytes: number, from: "network" | "disk"): void;
  /** The file is read anew. */
  restart(): void;
  /** Where only a part of 1 is told. */
  fraction(loaded: number): void;
}

/** Milliseconds between two events of the same phase. */
const INTERVAL = 50;

/** The span, in milliseconds, that the rate is of. */
const SPAN = 3000;

export class LoadReport {
  private readonly files = new Map<string, { loaded: number; size: number }>();
  /** Of the network: when, and how many bytes in all by then. */
  private readonly arrivals: { time: number; bytes: number }[] = [];
  private arrived = 0;
  private last = { time: 0, key: "" };

  private telling: Promise<unknown> = Promise.resolve();

  constructor(private readonly emit: (progress: LoadProgress) => void | Promise<void>) {}

  /** Once the last event has been heard. */
  async told(): Promise<void> {
    await this.telling;
  }

  /** A phase without a file. */
  phase(phase: Phase): void {
    const { loadedBytes, totalBytes } = this.all();
    this.tell({ phase, loadedBytes, totalBytes });
  }

  /** Sizes known ahead. */
  expect(name: string, size: number): void {
    this.entry(name).size = size;
  }

  file(name: string): FileReport {
    const entry = this.entry(name);
    return {
      size: (bytes) => {
        entry.size = bytes;
      },
      restart: () => {
        entry.loaded = 0;
      },
      fraction: (loaded) => {
        this.tell({ phase: "download", file: name, loadedBytes: loaded, totalBytes: 1 }, loaded === 1);
      },
      add: (bytes, from) => {
        entry.loaded += bytes;
        if (from === "network") this.arrive(bytes);
        const phase = phaseOf(name, from);
        this.tell(
          { phase, file: name, loadedBytes: entry.loaded, totalBytes: entry.size },
          entry.loaded === entry.size,
        );
      },
    };
  }

  private entry(name: string): { loaded: number; size: number } {
    const found = this.files.get(name) ?? { loaded: 0, size: 0 };
    this.files.set(name, found);
    return found;
  }

  private all(): LoadProgress["all"] {
    let [loadedBytes, totalBytes] = [0, 0];
    for (const { loaded, size } of this.files.values()) {
      loadedBytes += loaded;
      totalBytes += Math.max(size, loaded);
    }
    return { loadedBytes, totalBytes };
  }

  private arrive(bytes: number): void {
    const time = performance.now();
    this.arrived += bytes;
    this.arrivals.push({ time, bytes: this.arrived });
    while ((this.arrivals[0]?.time ?? time) < time - SPAN) this.arrivals.shift();
  }

  private rate(now: number): number {
    const first = this.arrivals[0];
    if (!first || first.time < now - 2 * SPAN) return 0;
    return Math.round((1000 * (this.arrived - first.bytes)) / Math.max(now - first.time, 1));
  }

  private tell(part: Omit<LoadProgress, "all" | "bytesPerSecond">, always = part.file === undefined): void {
    const time = performance.now();
    const key = `${part.phase} ${part.file ?? ""}`;
    if (!always && key === this.last.key && time - this.last.time < INTERVAL) return;
    this.last = { time, key };
    // Who listens deals with what goes wrong there.
    this.telling = Promise.resolve(this.emit({ ...part, all: this.all(), bytesPerSecond: this.rate(time) })).catch(
      () => {},
    );
  }
}

function phaseOf(name: string, from: "network" | "disk"): Phase {
  if (name === "config.json") return "config";
  if (/\.safetensors$/.test(name)) return from === "network" ? "download" : "verify";
  return name.endsWith(".index.json") ? "config" : "tokenizer";
}
