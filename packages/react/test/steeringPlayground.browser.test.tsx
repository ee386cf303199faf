/** `<SteeringPlayground>`: it writes what `steer` writes. */
import "./workers.ts";
import { steer, steeringVector } from "@insitu/analysis";
import { afterEach, expect, test } from "vitest";
import { cleanup, render } from "vitest-browser-react";
import { InsituProvider, SteeringPlayground } from "../src/index.ts";
import { lm } from "./workers.ts";

afterEach(() => cleanup());

const positive = ["The Colosseum is in the city of", "The Pantheon is in the city of"];
const negative = ["The Eiffel Tower is in the city of", "The Louvre is in the city of"];
const prompt = "Last summer, Alice traveled to";

test("both continuations are those of steer, and nothing is left on the device", async () => {
  const model = await lm();
  const vector = await steeringVector(model, { positive, negative, position: "mean" });
  const expected = await steer(model, prompt, { vector, layers: [2], coefficient: [2, 0], maxNewTokens: 6 });
  const { numTensors } = await model.memory();
  const screen = await render(
    <InsituProvider model={model}>
      <SteeringPlayground defaultPositive={positive} defaultNegative={negative} maxNewTokens={6} />
    </InsituProvider>,
  );
  const written = () => [...screen.container.querySelectorAll("p.insitu-hidden")].map(({ textContent }) => textContent);
  await expect.poll(written, { timeout: 20_000 }).toEqual([expected.plain.text, expected.steered[0]!.text]);
  expect(expected.steered[0]!.text).not.toBe(expected.plain.text);
  expect(screen.container.querySelectorAll("mark").length).toBeGreaterThan(0);
  await screen.getByRole("slider").fill("0");
  await expect.poll(written, { timeout: 20_000 }).toEqual([expected.plain.text, expected.plain.text]);
  await screen.getByRole("textbox", { name: "Towards, a prompt a line" }).fill("");
  await expect.element(screen.getByRole("alert")).toBeVisible();
  await screen.unmount();
  await expect.poll(async () => (await model.memory()).numTensors).toBe(numTensors);
  await model.dispose();
});
