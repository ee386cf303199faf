import { type TestInfo, test } from "@playwright/test";
import type { Comparison } from "../matchers/compare.ts";
import type { Numbers } from "../matchers/numbers.ts";
import { indexOf, shapeText } from "../matchers/text.ts";
import { heatmap } from "./heatmap.ts";
import { planeAround } from "./plane.ts";

/** Pictures that one test may attach: a matcher that is tried again and again would fill the report. */
const MOST = 10;

const attached = new WeakMap<TestInfo, number>();

/**
 * Attaches a failed comparison to the test's report: what was expected, what came and the difference as heat maps, under
 * the names that Playwright shows side by side, and the numbers behind them.
 */
export async function attachPictures(
  name: string,
  received: Numbers & { shape: readonly number[] },
  expected: Numbers,
  comparison: Comparison,
): Promise<void> {
  const info = currentTest();
  const count = (info && attached.get(info)) ?? 0;
  if (!info || count >= MOST || received.data.length === 0) return;
  attached.set(info, count + 1);
  const unique = count === 0 ? name : `${name}-${count + 1}`;
  const { shape } = received;
  const plane = planeAround(comparison.worst?.at ?? 0, shape);
  const difference = Float64Array.from(received.data, (x, i) => minus(x, expected.data[i] as number));
  const end = plane.broken ? received.data.length : plane.from + plane.rows * plane.columns;
  const extent = Math.max(extentOf(received.data, plane.from, end), extentOf(expected.data, plane.from, end));
  const where = `${plane.label} of ${shapeText(shape)}`;
  const worst = comparison.worst ? `, worst at ${shapeText(indexOf(comparison.worst.at, shape))}` : "";
  const pictures = {
    expected: { title: `expected ${where}`, data: expected.data, extent },
    actual: { title: `received ${where}`, data: received.data, extent },
    diff: {
      title: `received - expected${worst}`,
      data: difference,
      extent: extentOf(difference, plane.from, end),
    },
  };
  // Pictures of one size can be laid over each other.
  const longest = Math.max(...Object.values(pictures).map(({ title }) => title.length));
  for (const [kind, { title, ...picture }] of Object.entries(pictures)) {
    const body = heatmap({ ...picture, title: title.padEnd(longest), plane, mark: comparison.worst?.at });
    await info.attach(`${unique}-${kind}.png`, { body, contentType: "image/png" });
  }
  const numbers = { shape, ...comparison, ...(comparison.worst ? { worst: withIndex(comparison.worst, shape) } : {}) };
  await info.attach(`${unique}-errors.json`, {
    body: JSON.stringify(numbers, text, 2),
    contentType: "application/json",
  });
}

/** Undefined outside of a test. */
function currentTest(): TestInfo | undefined {
  try {
    return test.info();
  } catch {
    return undefined;
  }
}

const withIndex = ({ at, ...rest }: NonNullable<Comparison["worst"]>, shape: readonly number[]) => ({
  index: indexOf(at, shape),
  ...rest,
});

/** What is the same is no difference, infinities too. */
const minus = (a: number, b: number) => (a === b ? 0 : a - b);

/** The furthest from zero that is finite. */
function extentOf(data: ArrayLike<number>, from: number, end: number): number {
  let extent = 0;
  for (let i = from; i < end; i++) {
    const size = Math.abs(data[i] as number);
    if (size > extent && size !== Number.POSITIVE_INFINITY) extent = size;
  }
  return extent;
}

/** JSON has no NaN and no infinity. */
const text = (_: string, value: unknown) =>
  typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
