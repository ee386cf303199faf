/** Cells in their sandbox: what they share, how they fail, how they are stopped, and what they cannot reach. */
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import page from "../../../docs/notebook.md?raw";
import type { ErrorOutput, NumbersOutput, StreamOutput, TabsOutput, TopTokensOutput } from "../src/outputs/output.ts";
import { Lab, textOf } from "./lab.ts";

const EIFFEL = "The Eiffel Tower is in the city of";

const lab = new Lab();

beforeAll(async () => {
  await lab.host.load("/weights/tiny", { backend: "cpu" });
});
afterAll(async () => {
  await lab.session.close();
  expect(document.querySelectorAll("iframe[sandbox]")).toHaveLength(0);
});

const errorOf = async (code: string) => (await lab.run(code)).outputs.at(-1) as ErrorOutput;

test("names of one cell are those of the next: live, typed, awaited, made anew", async () => {
  await lab.run(
    "const x: number = 3;\nlet y = 1;\nfunction f() { return y; }\nclass A { z = await_; }\nconst await_ = 7;",
  );
  expect(await lab.text("y += x; f()")).toBe("4");
  expect(await lab.text("new A().z + (await Promise.resolve(1))")).toBe("8");
  const { a, rest } = { a: 1, rest: 2 };
  expect(a + rest).toBe(3);
  await lab.run("const { a, b: [c = 5, ...d] } = { a: 1, b: [undefined, 2, 3] };");
  expect(await lab.text("[a, c, ...d]")).toBe("[1, 5, 2, 3]");
  expect((await errorOf("x = 4")).message).toMatch(/constant/);
  await lab.run("const x = 'again';");
  expect(await lab.text("x")).toBe('"again"');
  await lab.run("const late = (() => { throw new Error('before') })();");
  expect((await errorOf("late")).message).toBe("late is not defined");
});

test("a last expression is shown, and what stands in scope of every cell", async () => {
  expect((await lab.run("const q = 1;")).outputs).toEqual([]);
  expect(await lab.text("typeof topTokens + typeof tensor + typeof display")).toBe('"functionfunctionfunction"');
  const tabs = (await lab.run(`(await model.trace("${EIFFEL}", () => model.lm_head.output.save()))`)).outputs[0];
  const [top, plain] = (tabs as TabsOutput).tabs.map(({ output }) => output) as [TopTokensOutput, NumbersOutput];
  expect(top.tokens[0]).toMatchObject({ token: " Paris", id: 798 });
  // As `probabilities` of docs/tracing.md are asserted against torch.
  expect(top.tokens[0]?.probability).toBeCloseTo(0.99998, 4);
  expect(plain).toMatchObject({ shape: [1, 8, 3072], dtype: "float32" });
  expect(plain.data).toBeInstanceOf(Float32Array);
  expect(await lab.text('(await LanguageModel.load("/weights/tiny")) === model')).toBe("true");
  const stream = (
    await lab.run(`await model.generate("${EIFFEL}", { maxNewTokens: 2, onTokens: stream("${EIFFEL}") })`)
  ).outputs[0] as StreamOutput;
  expect(stream).toMatchObject({ kind: "stream", prompt: EIFFEL, done: true });
  expect(stream.tokens[0]).toBe(" Paris");
  expect(await lab.text("tf.tensor([1, 2]).add(1).arraySync()")).toBe("[2, 3]");
  expect((await lab.run("Plot.barY([1, 2]).plot()")).outputs[0]).toMatchObject({ kind: "svg" });
});

test("a sweep knows the code of each of its places, and that code runs", async () => {
  const { outputs } = await lab.run(
    `(await activationPatching(model, { clean: "When Mary and John went to the store, John gave a drink to", corrupt: "When John and Mary went to the store, Mary gave a drink to", metric: logitDifference(" Mary", " John"), site: "z" })).recovered`,
  );
  const sweep = outputs[0] as NumbersOutput;
  expect(sweep.axes?.map(({ name }) => name)).toEqual(["layer", "head"]);
  const code = sweep
    .code!.replaceAll("«i0»", "1")
    .replaceAll("«i1»", "0")
    .replaceAll("«l0»", '"L1"')
    .replaceAll("«l1»", '"H0"');
  const there = (await lab.run(code)).outputs[0] as TopTokensOutput;
  expect(there.tokens).toHaveLength(5);
});

test("the cells of the documentation run, one after another, and show what they say", async () => {
  const cells = [...page.matchAll(/^```typescript\n([\s\S]*?)^```$/gm)].map(([, code]) => code!.trim());
  expect(cells.length).toBeGreaterThan(2);
  for (const code of cells) {
    const [, shown] = /\/\/ shows (.*)$/.exec(code) ?? [];
    expect(shown, code).toBeDefined();
    expect(await lab.text(code)).toBe(shown);
  }
});

test("errors name the cell's own line, whoever's function it was, and what to do", async () => {
  expect(await errorOf(`model.trace("Hi", () => {\n  model.transformer.h[1].output.at(":, 9").save();\n})`)).toEqual({
    kind: "error",
    name: "SliceError",
    message: "[:, 9] of a value of shape [1, 2, 256]: 9 is out of range for dimension 1, of size 2.",
    remedy: "Use -2 to 1.",
    line: 2,
    column: 33,
  });
  expect(await errorOf("nope + 1")).toMatchObject({ name: "ReferenceError", line: 1, column: 1 });
  expect(await errorOf("\nconst a = ;")).toMatchObject({ name: "SyntaxError", line: 2, column: 11 });
  const declaring = lab.cell("function thrower() {\n  throw new RangeError('mine');\n}");
  await lab.rerun(declaring);
  expect(await errorOf("thrower()")).toMatchObject({ name: "RangeError", message: "mine", line: 2, cell: declaring });
  expect(await errorOf('import x from "fs"')).toMatchObject({ message: '"fs" cannot be imported here.', line: 1 });
  expect(await errorOf('await LanguageModel.load("gpt2")')).toMatchObject({ name: "ArgumentError", line: 1 });
  expect(await errorOf("await model.dispose()")).toMatchObject({ name: "ArgumentError" });
});

test("stale: what was changed, and what hangs on it", async () => {
  const first = lab.cell("const base = 1;");
  const second = lab.cell("const doubled = base * 2;");
  const third = lab.cell("doubled + 1");
  for (const id of [first, second, third]) await lab.rerun(id);
  const stale = () => [first, second, third].map((id) => lab.of(id)?.stale);
  expect(stale()).toEqual([false, false, false]);
  lab.session.setSource(first, "const base = 2;");
  expect(stale()).toEqual([true, true, true]);
  await lab.rerun(first);
  expect(stale()).toEqual([false, true, true]);
  await lab.rerun(second);
  expect(textOf(await lab.rerun(third))).toBe("5");
  expect(stale()).toEqual([false, false, false]);
});

test("an interrupt ends a cell that waits, and keeps what there is; an endless loop costs the variables alone", async () => {
  const before = lab.host.getState().memory!.numTensors;
  const waiting = lab.cell("let kept = 5; await new Promise(() => {});");
  lab.session.run([waiting, lab.cell("'never'")]);
  await expect.poll(() => lab.of(waiting)?.state).toBe("running");
  lab.session.interrupt();
  expect((await lab.ended(waiting)).state).toBe("interrupted");
  expect(await lab.text("kept")).toBe("5");
  expect(lab.session.getState().notice).toBeUndefined();

  const generating = lab.cell(`const ids = await model.generate("${EIFFEL}", { maxNewTokens: 200 });`);
  lab.session.run([generating]);
  await expect.poll(() => lab.of(generating)?.state).toBe("running");
  await new Promise((resolve) => setTimeout(resolve, 100));
  lab.session.interrupt();
  expect((await lab.ended(generating)).state).toBe("interrupted");

  const endless = lab.cell("while (true) {}");
  lab.session.run([endless]);
  await expect.poll(() => lab.of(endless)?.state).toBe("running");
  lab.session.interrupt();
  expect((await lab.ended(endless)).state).toBe("interrupted");
  expect(lab.session.getState().notice?.text).toContain("variables are gone");
  expect((await errorOf("kept")).message).toBe("kept is not defined");
  expect(await lab.text(`(await model.trace("${EIFFEL}", () => model.lm_head.output.save())).shape`)).toBe(
    "[1, 8, 3072]",
  );
  expect(document.querySelectorAll("iframe[sandbox]")).toHaveLength(1);
  await lab.host.measure();
  expect(lab.host.getState().memory!.numTensors).toBe(before);
});

test("what a session held in the engine goes with the sandbox", async () => {
  const before = lab.host.getState().memory!.numTensors;
  const holding = lab.cell(
    `await model.session(async (session) => {\n  await model.trace("${EIFFEL}", () => model.transformer.h[1].output.hold?.() ?? model.transformer.h[1].output.save());\n  await new Promise(() => {});\n});`,
  );
  lab.session.run([holding]);
  await new Promise((resolve) => setTimeout(resolve, 300));
  lab.session.restart();
  await lab.ended(holding);
  await expect
    .poll(async () => {
      await lab.host.measure();
      return lab.host.getState().memory!.numTensors;
    })
    .toBe(before);
});

test("the sandbox reaches no network, no storage, no page, and nothing of another's", async () => {
  const tries = `
const tried = {};
for (const [name, attempt] of Object.entries({
  fetch: () => fetch(location.origin === "null" ? "${location.origin}/weights/tiny/config.json" : "/"),
  elsewhere: () => fetch("https://example.com/"),
  importScripts: () => importScripts("${location.origin}/packages/insitu/src/index.ts"),
  import: () => import("${location.origin}/packages/insitu/src/index.ts"),
  socket: () => new Promise((resolve, reject) => { const s = new WebSocket("wss://example.com/"); s.onopen = resolve; s.onerror = () => reject(new Error("refused")); }),
  events: () => new Promise((resolve, reject) => { const s = new EventSource("https://example.com/"); s.onopen = resolve; s.onerror = () => reject(new Error("refused")); }),
  xhr: () => new Promise((resolve, reject) => { const x = new XMLHttpRequest(); x.onload = resolve; x.onerror = () => reject(new Error("refused")); x.open("GET", "https://example.com/"); x.send(); }),
  worker: () => new Promise((resolve, reject) => { const w = new Worker("${location.origin}/weights/tiny/config.json"); w.onmessage = resolve; w.onerror = () => reject(new Error("refused")); }),
  storage: () => localStorage.length,
  database: () => new Promise((resolve, reject) => { const o = indexedDB.open("insitu"); o.onsuccess = resolve; o.onerror = () => reject(new Error("refused")); }),
  caches: () => caches.keys(),
  page: () => parent.document,
  top: () => top.location.href,
  frames: () => window.frames,
  channel: () => new Promise((resolve, reject) => { const c = new BroadcastChannel("insitu"); c.onmessage = resolve; c.postMessage("x"); setTimeout(() => reject(new Error("nobody")), 200); }),
})) {
  try { tried[name] = ["reached", String(await attempt())]; } catch (error) { tried[name] = "refused"; }
}
JSON.stringify(tried)`;
  const heard: unknown[] = [];
  const channel = new BroadcastChannel("insitu");
  channel.onmessage = ({ data }) => heard.push(data);
  const tried = JSON.parse(JSON.parse(await lab.text(tries)) as string) as Record<string, unknown>;
  expect(Object.entries(tried).filter(([, how]) => how !== "refused")).toEqual([]);
  expect(Object.keys(tried)).toHaveLength(15);
  expect(heard).toEqual([]);
  channel.close();
  expect(await lab.text("origin")).toBe('"null"');
});

test("a host that the reader allows can be asked, and no other", async () => {
  const open = new Lab(undefined, [new URL(inject("hub")).host]);
  const status = (address: string) =>
    `await fetch(${JSON.stringify(address)}).then(({ status }) => status, () => "refused")`;
  expect(await open.text(status(`${inject("hub")}/api/models/insitu/tiny-random`))).toMatch(/^\d{3}$/);
  expect(await open.text(status("https://example.com/"))).toBe('"refused"');
  await open.session.close();
  expect(await lab.text(status(`${inject("hub")}/api/models/insitu/tiny-random`))).toBe('"refused"');
});

test("a cell that waits for its model is interrupted at once, and nothing is lost", async () => {
  await lab.run("const still = 1;");
  const loading = lab.host.reload();
  const waiting = lab.cell("model.path");
  lab.session.run([waiting]);
  await expect.poll(() => lab.of(waiting)?.state).toBe("running");
  lab.session.interrupt();
  expect((await lab.ended(waiting)).state).toBe("interrupted");
  await loading;
  expect(await lab.text("still")).toBe("1");
});

test("messages made by hand change nothing of the page, and the notebook goes on", async () => {
  const hostile = `
// The ports, as code that takes the platform apart would get hold of them.
const ports = [];
const { postMessage } = MessagePort.prototype;
MessagePort.prototype.postMessage = function (...args) { if (!ports.includes(this)) ports.push(this); return postMessage.apply(this, args); };
await model.trace("Hi", () => model.lm_head.output.save());
await model.memory();
const forge = (message) => { for (const port of ports) try { postMessage.call(port, message); } catch {} };
for (const path of [["__proto__"], ["constructor"], ["constructor", "constructor"], ["__proto__", "polluted"], ["run", "constructor"], ["listCached"], ["deleteCached"], ["answer"], []])
  for (const type of ["GET", "SET", "APPLY", "CONSTRUCT", "ENDPOINT", "RELEASE"])
    forge({ id: "x" + Math.random(), type, path, argumentList: [{ type: "RAW", value: "globalThis.polluted = 1" }], value: { type: "RAW", value: { polluted: 1 } } });
forge({ id: "y", type: "APPLY", path: ["run"], argumentList: [{ type: "HANDLER", name: "throw", value: { isError: true, value: {} } }] });
forge({ id: "z", type: "APPLY", path: ["run"], argumentList: [{ type: "RAW", value: JSON.parse('{"__proto__": {"polluted": 1}}') }] });
forge(JSON.parse('{"type": "outputs", "run": 1, "from": 0, "dropped": 0, "outputs": [{"kind": "text", "text": "x", "__proto__": {"polluted": 1}}], "__proto__": {"polluted": 1}}'));
forge({ type: "outputs", run: 1e9, from: 0, dropped: 0, outputs: [{ kind: "nothing" }] });
forge({ type: "ended", run: 1, how: "done", defines: "all", uses: [] });
forge({ type: "need", name: "../../index" });
forge(null); forge("text"); forge(42); forge([]);
"forged " + ports.length`;
  expect(await lab.text(hostile)).toMatch(/forged [1-9]/);
  expect((globalThis as { polluted?: unknown }).polluted).toBeUndefined();
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  expect((Object as unknown as { polluted?: unknown }).polluted).toBeUndefined();
  lab.session.restart();
  expect(await lab.text(`(await model.trace("Hi", () => model.lm_head.output.save())).shape`)).toBe("[1, 2, 3072]");
});

test("a million outputs, and a flood of messages, leave a page that answers", async () => {
  const run = await lab.run(
    "for (let i = 0; i < 1e6; i++) display(i); for (let i = 0; i < 1e6; i++) console.log(i); 'through'",
  );
  expect(run.state).toBe("done");
  expect(run.outputs.length).toBeLessThanOrEqual(200);
  expect(run.dropped).toBeGreaterThan(1.9e6);
  const flood = await lab.run(`
const { postMessage } = MessagePort.prototype;
let port;
MessagePort.prototype.postMessage = function (...args) { port ??= this; return postMessage.apply(this, args); };
await model.memory();
for (let i = 0; i < 1e6; i++) postMessage.call(port, { id: "x" });`);
  expect(flood.state).toBe("interrupted");
  expect(lab.session.getState().notice?.text).toContain("more than the page can read");
  expect(await lab.text("1 + 1")).toBe("2");
});

test("the engine's worker dies under a cell: the cell says so, and after another load the notebook goes on", async () => {
  const running = lab.cell(`for (;;) await model.trace("${EIFFEL}", () => model.lm_head.output.save());`);
  const other = lab.cell(`(await model.trace("${EIFFEL}", () => model.lm_head.output.save())).shape`);
  await lab.rerun(other);
  lab.session.run([running]);
  await expect.poll(() => lab.of(running)?.state).toBe("running");
  await new Promise((resolve) => setTimeout(resolve, 200));
  const { endpoint } = lab.host.engine!.client as unknown as { endpoint: Worker };
  endpoint.terminate();
  const { state, outputs } = await lab.ended(running);
  expect(state).toBe("error");
  expect(outputs.at(-1)).toMatchObject({ name: "WorkerError", message: "The engine's worker is gone.", line: 1 });
  await expect.poll(() => lab.host.getState().status).toBe("error");
  await lab.host.reload();
  expect(lab.of(other)?.stale).toBe(true);
  expect(textOf(await lab.rerun(other))).toBe("[1, 8, 3072]");
});
