/** Runs the figures that are asked for, one after another, in this thread. */
import * as tf from "@tensorflow/tfjs";
import { Bench } from "./bench.ts";
import type { Figure } from "./figure.ts";
import { startCounting } from "./gpuCounters.ts";
import type { BenchOptions } from "./options.ts";
import { failed, type Row, skipped } from "./row.ts";
import { FIGURES } from "./rows/index.ts";

export interface Report {
  adapter: string;
  flags: Record<string, string | number | boolean>;
  rows: Row[];
}

export async function runBench(options: BenchOptions, origin: string, onRow: (row: Row) => void): Promise<Report> {
  startCounting();
  const bench = new Bench(options, origin);
  const rows: Row[] = [];
  for (const figure of FIGURES.filter((figure) => isAsked(figure, options))) {
    for (const row of await rowsOf(figure, bench)) {
      rows.push(row);
      onRow(row);
    }
  }
  await bench.release();
  return { adapter: await adapterName(), flags: flagsOf(options), rows };
}

function isAsked({ name, also = [], full }: Figure, options: BenchOptions): boolean {
  if (full && !options.full) return false;
  return options.only.length === 0 || options.only.some((part) => [name, ...also].some((name) => name.includes(part)));
}

/** One that breaks fails its own row, and the next still runs. */
async function rowsOf(figure: Figure, bench: Bench): Promise<Row[]> {
  if (figure.browserOnly && bench.options.runtime === "node") {
    return [skipped(figure.name, `cannot run here: ${figure.browserOnly}`)];
  }
  try {
    return await figure.measure(bench);
  } catch (error) {
    return [failed(figure.name, "", null, error instanceof Error ? error.message : String(error))];
  }
}

/** As insitu names the adapter that it runs on. */
async function adapterName(): Promise<string> {
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter) return "none";
  const { vendor, architecture, device, description } = adapter.info;
  return [vendor, architecture, device, description].filter(Boolean).join(" ") || "unnamed";
}

function flagsOf({ runtime, tokens, rounds, model, full }: BenchOptions): Report["flags"] {
  return {
    WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE: tf.env().getNumber("WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE"),
    WEBGPU_CPU_FORWARD: tf.env().getBool("WEBGPU_CPU_FORWARD"),
    runtime,
    userAgent: navigator.userAgent ?? "",
    tokens,
    rounds,
    model: model ?? "",
    full,
  };
}
