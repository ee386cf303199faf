/** `<insitu-progress>` in a page. */
import { expect, test } from "vitest";
import { LanguageModel, type LoadProgress } from "../src/index.ts";
import { defineProgressElement, ProgressElement } from "../src/progress.ts";

test("it follows a load, and never changes its height", async () => {
  defineProgressElement();
  // Again does nothing.
  defineProgressElement();
  const element = document.createElement("insitu-progress") as ProgressElement;
  expect(element).toBeInstanceOf(ProgressElement);
  document.body.append(element);
  const bar = element.shadowRoot?.querySelector("progress") as HTMLProgressElement;
  const text = bar.labels[0] as HTMLLabelElement;
  const heights = new Set([element.offsetHeight]);
  const states = new Map<LoadProgress["phase"], { text: string; position: number }>();
  const model = await LanguageModel.load("/weights/tiny", {
    backend: "webgpu",
    onProgress(progress) {
      element.show(progress);
      heights.add(element.offsetHeight);
      states.set(progress.phase, { text: text.textContent ?? "", position: bar.position });
    },
  });
  await model.dispose();
  expect(heights.size).toBe(1);
  expect([...heights][0]).toBeGreaterThan(15);
  // -1: something goes on, nobody knows how far it is.
  expect(states.get("backend")).toEqual({ text: "Starting the backend", position: -1 });
  const weights = states.get("download") ?? states.get("verify");
  expect(weights?.text).toMatch(/model\.safetensors: [\d.]+ of [\d.]+ MB/);
  expect(weights?.position).toBeGreaterThan(0.9);
  expect(states.get("compile")).toEqual({ text: "Compiling shaders", position: -1 });
  expect(states.get("ready")).toEqual({ text: "Ready", position: 1 });
  element.remove();
});
