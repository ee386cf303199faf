/** Providers, the models they share, and what is asked of them. */

import { StrictMode, useState } from "react";
import { afterEach, expect, test, vi } from "vitest";
import { cleanup, render } from "vitest-browser-react";
import { InsituProvider, TopTokens, useModel, useTrace } from "../src/index.ts";
import { lm, workers } from "./workers.ts";

const PROMPT = "The Eiffel Tower is in the city of";

afterEach(async () => {
  await cleanup();
  await expect.poll(() => workers.alive).toBe(0);
});

test("a prompt's next token, in strict mode, of one load", async () => {
  const started = workers.started;
  const screen = await render(
    <StrictMode>
      <InsituProvider model="/weights/tiny" backend="cpu">
        <TopTokens prompt={PROMPT} k={3} />
      </InsituProvider>
    </StrictMode>,
  );
  await expect.element(screen.getByRole("row", { name: /" Paris"/ })).toBeVisible();
  expect(workers.started - started).toBe(1);
});

test("providers of the same model share its worker, and others have their own", async () => {
  const started = workers.started;
  const screen = await render(
    <>
      <InsituProvider model="/weights/tiny" backend="cpu" options={{ rename: { "transformer.h": "layers" } }}>
        <Status />
      </InsituProvider>
      {[1, 2].map((i) => (
        <InsituProvider key={i} model="/weights/tiny/" backend="cpu">
          <Status />
        </InsituProvider>
      ))}
    </>,
  );
  await expect
    .poll(() => screen.getByText("ready cpu: ", { exact: false }).elements().length, { timeout: 10_000 })
    .toBe(3);
  expect(workers.started - started).toBe(2);
});

test("never a stale result: what was asked before is not given for what is asked now", async () => {
  const screen = await render(
    <InsituProvider model="/weights/tiny" backend="cpu">
      <Probe />
    </InsituProvider>,
  );
  await expect.element(screen.getByText("done one")).toBeVisible();
  for (const prompt of ["two", "three", "four"]) probe.ask(prompt);
  await expect.element(screen.getByText("done four")).toBeVisible();
  for (const [asked, given] of probe.seen) expect(given === undefined || given === asked).toBe(true);
});

test("nothing is loaded or traced for what is out of view, until it is in view", async () => {
  const started = workers.started;
  const screen = await render(
    <InsituProvider model="/weights/tiny" backend="cpu">
      <div style={{ height: 5000 }}>above</div>
      <TopTokens prompt={PROMPT} k={2} />
    </InsituProvider>,
  );
  await expect.element(screen.getByText("The model is not loaded yet.")).toBeInTheDocument();
  // Long enough for an effect that would begin it.
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(workers.started).toBe(started);
  screen.container.querySelector(".insitu")?.scrollIntoView();
  await expect.element(screen.getByRole("row", { name: /" Paris"/ })).toBeVisible();
  expect(workers.started).toBe(started + 1);
});

test("a model that cannot be loaded says so, and can be asked for again", async () => {
  const screen = await render(
    <InsituProvider model="/weights/none" backend="cpu">
      <TopTokens prompt={PROMPT} />
    </InsituProvider>,
  );
  await expect.element(screen.getByRole("alert")).toHaveTextContent("config.json");
  const started = workers.started;
  await screen.getByRole("button", { name: "Try again" }).click();
  await expect.poll(() => workers.started - started).toBe(1);
});

test("outside of a provider a hook says what to do", async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  await expect(render(<Status />)).rejects.toThrow("Put the component into <InsituProvider");
});

test("nothing is left behind", async () => {
  const model = await lm();
  const { numTensors } = await model.memory();
  const screen = await render(
    <InsituProvider model={model}>
      <TopTokens prompt={PROMPT} k={2} />
    </InsituProvider>,
  );
  await expect.element(screen.getByRole("row", { name: /" Paris"/ })).toBeVisible();
  await screen.unmount();
  expect((await model.memory()).numTensors).toBe(numTensors);
  await model.dispose();
});

/** What a component was given, at every render, and how it is asked for more. */
const probe = { seen: [] as [string, string | undefined][], ask: (_: string): void => {} };

function Probe() {
  const [prompt, setPrompt] = useState("one");
  probe.ask = setPrompt;
  const { result } = useTrace(prompt, ({ lm_head }) => ({ prompt, logits: lm_head.output.at(0, -1).save() }), []);
  probe.seen.push([prompt, result?.prompt]);
  return <p>{result ? `done ${result.prompt}` : "…"}</p>;
}

function Status() {
  const { status, adapter } = useModel();
  return (
    <p>
      {status} {adapter}
    </p>
  );
}
