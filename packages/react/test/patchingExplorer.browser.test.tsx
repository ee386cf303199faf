/** `<PatchingExplorer>`: its numbers are those of one sweep, and the code of a cell does what it says. */
import "./workers.ts";
import * as analysis from "@insitu/analysis";
import { afterEach, expect, test } from "vitest";
import { cleanup, render } from "vitest-browser-react";
import { InsituProvider, PatchingExplorer, type PatchingState, usePatching } from "../src/index.ts";
import { codeOfCell } from "../src/patchingExplorer/patchedCell.ts";
import { lm } from "./workers.ts";

afterEach(() => cleanup());

const clean = "The Eiffel Tower is in the city of";
const corrupt = "The Trevi Fountain is in the city of";
const metric = analysis.logitDifference(" Paris", " Rome");

test.each(["resid_pre", "z"] as const)(
  "a sweep of %s, layer by layer, is that of one call; so is a cell's code",
  async (site) => {
    const model = await lm();
    const whole = await analysis.activationPatching(model, { clean, corrupt, metric, site });
    let state: PatchingState | undefined;
    await render(
      <InsituProvider model={model}>
        <Probe
          site={site}
          tell={(now) => {
            state = now;
          }}
        />
      </InsituProvider>,
    );
    await expect.poll(() => state?.sweep.status, { timeout: 20_000 }).toBe("done");
    const { recovered } = state!.sweep.result!;
    expect(recovered.shape).toEqual(whole.recovered.shape);
    for (const [i, x] of whole.recovered.data.entries()) expect(Math.abs(recovered.data[i]! - x)).toBeLessThan(1e-4);

    const code = codeOfCell({ clean, corrupt, site, layer: 1, place: 2, tokens: [" Paris", " Rome"] }, "/weights/tiny");
    const printed: unknown[] = [];
    const names = {
      ...analysis,
      LanguageModel: { load: async () => model },
      console: { log: (x: unknown) => printed.push(x) },
    };
    const run = new Function(
      ...Object.keys(names),
      `return (async () => {\n${code.replace(/^import .*$/gm, "")}\n})();`,
    );
    await run(...Object.values(names));
    expect(Math.abs((printed[0] as number) - whole.patched.at(1, 2))).toBeLessThan(1e-4);
    await model.dispose();
  },
);

test("a bad prompt is told while what was there stays, and a cell shows its code", async () => {
  const screen = await render(
    <InsituProvider model="/weights/tiny" backend="cpu">
      <PatchingExplorer defaultSelected={{ row: 1, column: 7 }} />
    </InsituProvider>,
  );
  await expect.element(screen.getByText("4 layers done", { exact: false })).toBeVisible();
  await expect.element(screen.getByText("model.transformer.h[1].input", { exact: false })).toBeVisible();
  await expect.element(screen.getByRole("row", { name: /" Paris"|" Rome"/ }).first()).toBeVisible();
  await screen.getByRole("textbox", { name: "Corrupt prompt" }).fill("The Louvre");
  await expect.element(screen.getByRole("alert")).toHaveTextContent("The clean prompt has 8 tokens");
  await expect.element(screen.getByRole("grid")).toBeVisible();
  await screen.getByRole("textbox", { name: "Corrupt prompt" }).fill(corrupt);
  await screen.getByRole("textbox", { name: "Wrong answer", exact: true }).fill(" Rome and");
  await expect.element(screen.getByRole("alert")).toHaveTextContent("tokens");
});

function Probe({ site, tell }: { site: analysis.Site; tell: (state: PatchingState) => void }) {
  tell(usePatching({ clean, corrupt, answer: " Paris", wrong: " Rome", site }));
  return null;
}
