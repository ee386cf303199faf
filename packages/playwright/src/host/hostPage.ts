/** The page that a model of Node's runs in: nothing but the engine's worker, and the link to it. */
export const HOST_KEY = "host";

export const HOST_PAGE = `<!doctype html>
<meta charset="utf-8">
<title>insitu</title>
<link rel="icon" href="data:,">
<script src="/comlink.js"></script>
<script type="module">
const worker = new Worker("/engine/worker.js", { type: "module", name: "insitu" });
const died = new Promise((_, reject) => {
  const fail = (why) => reject(Object.assign(new Error(why), {
    name: "WorkerError",
    problem: "The worker stopped: " + why + ".",
    remedy: "Load the model again; the console of the page may say more.",
  }));
  worker.addEventListener("error", (event) => fail(event.message || "it could not be started"));
  worker.addEventListener("messageerror", () => fail("a message could not be read"));
});
died.catch(() => {});
const engine = Comlink.wrap(worker);
const call = (method, args) => Promise.race([
  engine[method](...args.map((arg) => (typeof arg === "function" ? Comlink.proxy(arg) : arg))),
  died,
]);
globalThis[Symbol.for("insitu.playwright")] = new Map([["${HOST_KEY}", { call, waiting: new Map() }]]);
</script>
`;
