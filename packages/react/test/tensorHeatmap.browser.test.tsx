/** `<TensorHeatmap>` in a page: its dots are the numbers' colours, and keys and pointers lead through it. */
import { labelled } from "@insitu/analysis";
import { Tensor } from "insitu";
import { useState } from "react";
import { afterEach, expect, test, vi } from "vitest";
import { userEvent } from "vitest/browser";
import { cleanup, render } from "vitest-browser-react";
import { type HeatmapCell, TensorHeatmap } from "../src/index.ts";
import { colorScale } from "../src/shared/colorScale.ts";

const DATA = [
  [1, -2, 0],
  [0.5, 3, Number.NaN],
];

afterEach(() => cleanup());

/** The colour in the middle of a cell, told in the words of the scale. */
function painted(canvas: HTMLCanvasElement, row: number, column: number, rows: number, columns: number): string {
  const x = Math.floor(((column + 0.5) * canvas.width) / columns);
  const y = Math.floor(((row + 0.5) * canvas.height) / rows);
  const [r, g, b] = canvas.getContext("2d")!.getImageData(x, y, 1, 1).data;
  return `rgb(${r},${g},${b})`;
}

const canvasOf = (container: Element) => container.querySelector("canvas") as HTMLCanvasElement;
const statusOf = (container: Element) => container.querySelector(".insitu-status") as HTMLElement;

test("each cell has its number's colour, at as many dots as the screen has", async () => {
  const { container } = await render(<TensorHeatmap data={DATA} numbers={false} />);
  const canvas = canvasOf(container);
  const scale = colorScale("diverging", [-3, 3]);
  await expect.poll(() => painted(canvas, 0, 0, 2, 3)).toBe(scale.color(1));
  for (const [row, column] of [
    [0, 1],
    [0, 2],
    [1, 0],
    [1, 1],
  ] as const) {
    expect(painted(canvas, row, column, 2, 3)).toBe(scale.color(DATA[row]![column]!));
  }
  // Stripes: two greys, and none of the scale's.
  const { data } = canvas.getContext("2d")!.getImageData(canvas.width * 0.75, canvas.height * 0.6, 20, 10);
  const greys = new Set(Array.from({ length: 200 }, (_, i) => data.slice(4 * i, 4 * i + 3).join()));
  expect([...greys].sort()).toEqual(["138,138,138", "212,212,212"]);
  expect(canvas.width).toBe(Math.round(canvas.getBoundingClientRect().width * devicePixelRatio));
  await expect.element(container.querySelector(".insitu-legend") as HTMLElement).toHaveTextContent("1 not finite−33");
});

test("keys lead through the cells, the status tells each, and Enter picks", async () => {
  const onSelect = vi.fn<(cell: HeatmapCell | null) => void>();
  const data = labelled(
    "effect",
    [
      { name: "layer", labels: ["L0", "L1"] },
      { name: "position", labels: [" a", " b", " a"] },
    ],
    [1, -2, 0, 0.5, 3, Number.NaN],
  );
  const { container } = await render(<TensorHeatmap data={data} onSelect={onSelect} />);
  const status = statusOf(container);
  await expect
    .element(container.querySelector(".insitu-label") as HTMLElement)
    .toHaveTextContent("effect [2, 3] float32");
  await userEvent.tab();
  expect(status.textContent).toBe("layer L0, position ·a (0): 1");
  await userEvent.keyboard("{ArrowRight}{ArrowDown}");
  expect(status.textContent).toBe("layer L1, position ·b: 3");
  const grid = container.querySelector('[role="grid"]') as HTMLElement;
  const active = container.querySelector(`[id="${grid.getAttribute("aria-activedescendant")}"]`);
  expect(active?.textContent).toBe("layer L1, position ·b: 3");
  expect(active?.getAttribute("aria-colindex")).toBe("2");
  await userEvent.keyboard("{End}");
  expect(status.textContent).toBe("layer L1, position ·a (2): NaN");
  await userEvent.keyboard("{Home}{Enter}");
  expect(onSelect).toHaveBeenLastCalledWith({ row: 1, column: 0, value: 0.5, index: [1, 0], labels: ["L1", " a"] });
  await userEvent.keyboard(" ");
  expect(onSelect).toHaveBeenLastCalledWith(null);
  await userEvent.keyboard("{Escape}");
  expect(status.textContent).toBe("");
});

test("a pointer tells the cell beneath it, and picks it", async () => {
  const onSelect = vi.fn<(cell: HeatmapCell | null) => void>();
  const { container } = await render(<TensorHeatmap data={DATA} onSelect={onSelect} />);
  const grid = container.querySelector('[role="grid"]') as HTMLElement;
  const { width, height } = grid.getBoundingClientRect();
  await userEvent.click(grid, { position: { x: width * 0.5, y: height * 0.75 } });
  expect(statusOf(container).textContent).toBe("[1, 1]: 3");
  expect(onSelect).toHaveBeenLastCalledWith(expect.objectContaining({ row: 1, column: 1, value: 3 }));
});

test("a selection that the page keeps changes only when the page does", async () => {
  const { container, getByRole } = await render(<Page />);
  expect(statusOf(container).textContent).toBe("[0, 1]: −2");
  const grid = container.querySelector('[role="grid"]') as HTMLElement;
  await userEvent.click(grid, { position: { x: 3, y: 3 } });
  await userEvent.unhover(grid);
  await userEvent.click(getByRole("button"));
  expect(statusOf(container).textContent).toBe("[1, 0]: 0.5");
});

test("of more than two dimensions two are drawn, and the reader chooses which", async () => {
  const tensor = new Tensor(
    [1, 3, 4, 5],
    "float32",
    Float32Array.from({ length: 60 }, (_, i) => i),
  );
  const { container } = await render(<TensorHeatmap data={tensor} />);
  const [rows, columns, other] = container.querySelectorAll("select") as unknown as HTMLSelectElement[];
  const grid = container.querySelector('[role="grid"]') as HTMLElement;
  expect([grid.ariaRowCount, grid.ariaColCount]).toEqual(["4", "5"]);
  await userEvent.selectOptions(other!, "2");
  grid.focus();
  await userEvent.keyboard("{Home}");
  expect(statusOf(container).textContent).toBe("[0, 2, 0, 0]: 40");
  await userEvent.selectOptions(rows!, "axis 1");
  expect([grid.ariaRowCount, grid.ariaColCount]).toEqual(["3", "5"]);
  await userEvent.selectOptions(columns!, "axis 1");
  expect([grid.ariaRowCount, grid.ariaColCount]).toEqual(["5", "3"]);
});

test("768 x 3072 numbers are drawn without a long task, and one that stands out is seen", { retry: 2 }, async () => {
  // Again where others were at work on the machine: the time counted is that of the clock.
  const data = new Float32Array(768 * 3072).map((_, i) => Math.sin(i) / 10);
  data[500 * 3072 + 1500] = -4;
  const tensor = new Tensor([768, 3072], "float32", data);
  // Making the numbers is no part of it.
  await new Promise((resolve) => setTimeout(resolve, 50));
  const tasks: number[] = [];
  const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration)));
  observer.observe({ type: "longtask" });
  const { container } = await render(<TensorHeatmap data={tensor} />);
  const canvas = canvasOf(container);
  const red = colorScale("diverging", [-4, 4]).color(-4);
  const seen = () => {
    const x = Math.floor((1500.5 * canvas.width) / 3072);
    const y = Math.floor((500.5 * canvas.height) / 768);
    const { data } = canvas.getContext("2d")!.getImageData(x - 1, y - 1, 3, 3);
    return Array.from({ length: 9 }, (_, i) => `rgb(${data.slice(4 * i, 4 * i + 3).join()})`);
  };
  await expect.poll(seen).toContain(red);
  expect(container.textContent).toContain("the one furthest from 0");
  await new Promise((resolve) => setTimeout(resolve, 100));
  observer.disconnect();
  expect(Math.max(0, ...tasks)).toBeLessThan(100);
});

test("what cannot be drawn is said in its place", async () => {
  const { container, rerender } = await render(<TensorHeatmap data={[[1, 2], [3]]} />);
  await expect.element(container.querySelector('[role="alert"]') as HTMLElement).toHaveTextContent("list of 1");
  await rerender(<TensorHeatmap data={[1, 2]} xLabels={["a"]} />);
  await expect.element(container.querySelector('[role="alert"]') as HTMLElement).toHaveTextContent("xLabels has 1");
  await rerender(<TensorHeatmap data={new Tensor([0, 8], "float32", new Float32Array())} />);
  expect(container.textContent).toContain("No numbers.");
});

function Page() {
  const [cell, setCell] = useState({ row: 0, column: 1 });
  return (
    <>
      <button type="button" onClick={() => setCell({ row: 1, column: 0 })}>
        Move
      </button>
      <TensorHeatmap data={DATA} selected={cell} />
    </>
  );
}
