/** The contestants compute the same, on the cpu backend: what the bench compares is GPT-2 each time. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { canonicalShape } from "../../hub/checkpoint/shape.mjs";
import { serveRandomWeights } from "../serveRandomWeights.mjs";
import { disagreement } from "../src/agreement.ts";
import { bareForward } from "../src/bare.ts";
import { promptOf } from "../src/bench.ts";
import { floatsOf, readCheckpoint } from "../src/checkpoint.ts";
import { type EngineHere, loadHere } from "../src/engineHere.ts";
import { PlainGpt2 } from "../src/plainTfjs.ts";

const SHAPE = "2x16x2x40";
const IDS = promptOf(7, { vocabulary: 40 });

let server: Server;
let here: EngineHere;

const urlOf = (shape: string) => `http://localhost:${(server.address() as AddressInfo).port}/${shape}/`;

beforeAll(async () => {
  serveRandomWeights("/").configureServer({
    middlewares: {
      use(_path: string, serve: Parameters<typeof createServer>[1]) {
        server = createServer(serve);
      },
    },
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  here = await loadHere(urlOf(SHAPE), "cpu");
});

afterAll(async () => {
  await here.dispose();
  server.close();
});

test("the bare forward, a trace and plain tfjs give the same logits", async () => {
  const { numTensors } = await here.model.memory();
  const plain = new PlainGpt2(await readCheckpoint(urlOf(SHAPE)));
  const wanted = await plain.logits(IDS);
  plain.dispose();
  const { logits } = await here.model.trace(IDS, () => ({ logits: here.model.lm_head.output.save() }));
  expect(disagreement("bare", await bareForward(here, IDS), wanted, 1e-5)).toBeUndefined();
  expect(disagreement("trace", logits.data as Float32Array, wanted, 1e-5)).toBeUndefined();
  expect((await here.model.memory()).numTensors).toBe(numTensors);
});

test("random weights are normal, the same each time, and those of a deeper model's first layers", async () => {
  const [once, again, deeper] = await Promise.all([SHAPE, SHAPE, "3x16x2x40"].map((s) => readCheckpoint(urlOf(s))));
  expect(again!.bytes).toEqual(once!.bytes);
  const name = "transformer.h.1.mlp.c_fc.weight";
  const weights = floatsOf(once!, name);
  expect(floatsOf(deeper!, name)).toEqual(weights);
  const mean = weights.reduce((n, x) => n + x, 0) / weights.length;
  const deviation = Math.sqrt(weights.reduce((n, x) => n + (x - mean) ** 2, 0) / weights.length);
  expect(Math.abs(mean)).toBeLessThan(0.003);
  expect(deviation).toBeGreaterThan(0.018);
  expect(deviation).toBeLessThan(0.022);
  const norm = floatsOf(once!, "transformer.ln_f.weight");
  expect(norm.reduce((n, x) => n + x, 0) / norm.length).toBeCloseTo(1, 1);
});

test("shapes have names, and what is none is an error", () => {
  expect(canonicalShape("gpt2")).toBe("12x768x12x50257");
  expect(canonicalShape("2x8x2x10")).toBe("2x8x2x10");
  for (const wrong of ["2x9x2x10", "2x8x2", "big", "0x8x2x10"])
    expect(() => canonicalShape(wrong)).toThrow("no model's shape");
});
