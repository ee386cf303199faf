/** `<AttentionPattern>`: its numbers are a trace's, layers are asked for once, and all is linked. */

import { type GPT2LanguageModel, LanguageModel } from "insitu";
import { afterEach, expect, test, vi } from "vitest";
import { userEvent } from "vitest/browser";
import { cleanup, render } from "vitest-browser-react";
import {
  AttentionPattern,
  type AttentionPatternState,
  InsituProvider,
  TokenStrip,
  useAttentionPattern,
} from "../src/index.ts";
import { colorScale } from "../src/shared/colorScale.ts";
import { workers } from "./workers.ts";

const PROMPT = "The Eiffel Tower is in the city of";

let model: GPT2LanguageModel;

// Others may be at work on the machine.
const SOON = { timeout: 15_000 };

afterEach(async () => {
  await cleanup();
  await model?.dispose();
  await expect.poll(() => workers.alive, SOON).toBe(0);
});

const load = async (backend: "cpu" | "webgpu" = "cpu") => {
  model = await LanguageModel.load("/weights/tiny", { backend });
  return model;
};

const patternOf = (lm: GPT2LanguageModel, layer: number, prompt = PROMPT) =>
  lm.trace(prompt, () => lm.transformer.h[layer]!.attn.source.pattern.save());

test.for(["cpu", "webgpu"] as const)(
  "its dots are a trace's numbers, and what is to come is left out: %s",
  async (backend) => {
    const lm = await load(backend);
    const { numTensors } = await lm.memory();
    const expected = await patternOf(lm, 1);
    const { container } = await render(
      <InsituProvider model={lm}>
        <AttentionPattern prompt={PROMPT} defaultLayer={1} defaultHead={3} />
      </InsituProvider>,
    );
    await expect.poll(() => container.querySelector('[role="grid"] canvas'), SOON).not.toBeNull();
    const canvas = container.querySelector('[role="grid"] canvas') as HTMLCanvasElement;
    const scale = colorScale("sequential", [0, 1]);
    const dot = (row: number, column: number) => [
      ...canvas
        .getContext("2d")!
        .getImageData(((column + 0.5) * canvas.width) / 8, ((row + 0.5) * canvas.height) / 8, 1, 1).data,
    ];
    await expect.poll(() => dot(0, 0)[3], SOON).toBe(255);
    for (let row = 0; row < 8; row++) {
      for (let column = 0; column < 8; column++) {
        if (column > row) expect(dot(row, column)[3]).toBe(0);
        else expect(`rgb(${dot(row, column).slice(0, 3)})`).toBe(scale.color(expected.at(0, 3, row, column).item()));
      }
    }
    expect((await lm.memory()).numTensors).toBe(numTensors);
  },
);

test("each layer is asked for once, and what is shown is never another layer's", async () => {
  const lm = await load();
  const trace = vi.spyOn(lm, "trace");
  await render(
    <InsituProvider model={lm}>
      <Probe />
    </InsituProvider>,
  );
  for (const layer of [0, 2, 0, 2, 3]) {
    probe.state?.setLayer(layer);
    await expect.poll(() => probe.state?.layer === layer && probe.state.status, SOON).toBe("done");
    const expected = await patternOf(lm, layer);
    expect([...probe.state!.result!.data]).toEqual([...expected.data]);
  }
  // Ours among them: five.
  expect(trace).toHaveBeenCalledTimes(3 + 5);
  for (const { layer, result } of probe.seen) if (result) expect(result.name).toBe(`attention of layer ${layer}`);
});

test("keys choose heads and lead through the pattern; the tokens elsewhere light up", async () => {
  const lm = await load();
  const expected = await patternOf(lm, 0);
  const onHeadChange = vi.fn();
  const { container, getByRole } = await render(
    <InsituProvider model={lm}>
      <TokenStrip prompt={PROMPT} />
      <AttentionPattern prompt={PROMPT} onHeadChange={onHeadChange} />
    </InsituProvider>,
  );
  await expect.element(getByRole("radio", { name: "Head 0" })).toHaveAttribute("aria-checked", "true");
  (getByRole("radio", { name: "Head 0" }).element() as HTMLElement).focus();
  await userEvent.keyboard("{ArrowRight}{ArrowRight}");
  expect(onHeadChange).toHaveBeenLastCalledWith(2);
  await userEvent.tab();
  await userEvent.keyboard("{PageDown}{ArrowRight}{ArrowRight}");
  const status = () => [...container.querySelectorAll(".insitu-status")].map(({ textContent }) => textContent);
  const value = expected.at(0, 2, 7, 2).item();
  await expect.poll(status, SOON).toContainEqual(expect.stringContaining("head H2, query ·of, key ·Tower: "));
  const told = status().find((text) => text?.startsWith("head H2"))!;
  expect(Math.abs(Number(told.split(": ")[1]) - value)).toBeLessThan(0.005 * Math.max(value, 1e-3));
  // The token that looks, in the strip of the page.
  const lit = container.querySelectorAll('.insitu-token-strip [data-hovered="true"]');
  expect([...lit].map(({ textContent }) => textContent)).toEqual(["·of"]);
  // And where it looks, in the strip beneath.
  const looks = container.querySelectorAll<HTMLElement>('.insitu-attention-pattern [role="option"]');
  expect(looks[2]!.ariaLabel).toBe(`" Tower", ${(100 * value).toFixed(1)} %`);
});

test("a layer that there is not is said, and the page may decide the layer", async () => {
  const lm = await load();
  const page = (layer: number) => (
    <InsituProvider model={lm}>
      <AttentionPattern prompt={PROMPT} layer={layer} />
    </InsituProvider>
  );
  const { container, rerender } = await render(page(9));
  await expect
    .poll(() => container.querySelector('[role="alert"]')?.textContent, SOON)
    .toContain("There is no layer 9.");
  await rerender(page(-1));
  await expect.poll(() => container.querySelectorAll('[role="radio"]').length, SOON).toBe(8);
  expect(container.querySelector("select")!.value).toBe("3");
});

const probe = { state: undefined as AttentionPatternState | undefined, seen: [] as AttentionPatternState[] };

function Probe() {
  probe.state = useAttentionPattern(PROMPT);
  probe.seen.push(probe.state);
  return null;
}
