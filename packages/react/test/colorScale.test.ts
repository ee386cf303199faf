/** The scales of all components: white where it should be, even, and told apart without seeing hues. */
import { expect, test } from "vitest";
import { colorScale, HATCHED, hasColor, masked, scaleFor } from "../src/shared/colorScale.ts";

const rgb = (color: string) => color.match(/\d+/g)!.map(Number) as [number, number, number];

/** As OKLab counts it, 0 to 1. */
function lightness(color: string): number {
  const [r, g, b] = rgb(color).map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
  const l = Math.cbrt(0.4122214708 * r! + 0.5363325363 * g! + 0.0514459929 * b!);
  const m = Math.cbrt(0.2119034982 * r! + 0.6806995451 * g! + 0.1073969566 * b!);
  const s = Math.cbrt(0.0883024619 * r! + 0.2817188376 * g! + 0.6299787005 * b!);
  return 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s;
}

test("0 is white on a diverging scale, whatever its ends, and red and blue lie on its sides", () => {
  const scale = colorScale("diverging", [-1, 7]);
  expect(scale.domain).toEqual([-7, 7]);
  expect(scale.color(0)).toBe("rgb(255,255,255)");
  const [red, , blue] = rgb(scale.color(-4));
  expect(red).toBeGreaterThan(blue);
  expect(rgb(scale.color(4))[2]).toBeGreaterThan(rgb(scale.color(4))[0]);
});

test("both scales grow darker evenly: 2 % of the way is never more than 3 % of the lightness", () => {
  for (const [kind, from] of [
    ["sequential", 0],
    ["diverging", 0],
    ["diverging", -1],
  ] as const) {
    const scale = colorScale(kind, [kind === "diverging" ? -1 : 0, 1]);
    const steps = Array.from({ length: 51 }, (_, i) => lightness(scale.color(from === 0 ? i / 50 : -i / 50)));
    for (let i = 1; i < steps.length; i++) {
      const step = steps[i - 1]! - steps[i]!;
      expect(step, `${kind} ${i}`).toBeGreaterThan(0.004);
      expect(step, `${kind} ${i}`).toBeLessThan(0.03);
    }
  }
});

test("people who do not see red and green apart tell the two sides", () => {
  const scale = colorScale("diverging", [-1, 1]);
  // What a deuteranope sees of a colour (Viénot et al. 1999), in linear light.
  const seen = (color: string) => {
    const [r, g, b] = rgb(color).map((c) => (c / 255) ** 2.2) as [number, number, number];
    return [0.29275 * r + 0.70725 * g, -0.02234 * r + 1.02234 * b];
  };
  for (const x of [0.25, 0.5, 0.75]) {
    const [minus, plus] = [seen(scale.color(-x)), seen(scale.color(x))];
    expect(Math.hypot(minus[0]! - plus[0]!, minus[1]! - plus[1]!), String(x)).toBeGreaterThan(0.12);
  }
});

test("what is written on a colour can be read: 4.5 to 1", () => {
  for (const kind of ["diverging", "sequential"] as const) {
    const scale = colorScale(kind, [-1, 1]);
    for (let x = -1; x <= 1; x += 0.02) {
      const [r, g, b] = rgb(scale.color(x)).map((c) =>
        c / 255 <= 0.03928 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4,
      ) as [number, number, number];
      const light = 0.2126 * r + 0.7152 * g + 0.0722 * b;
      const ratio = scale.ink(x) === "#fff" ? 1.05 / (light + 0.05) : (light + 0.05) / 0.05;
      expect(ratio, `${kind} ${x}`).toBeGreaterThan(4.5);
    }
  }
});

test("pixels are the colours, and there is none for what is no number", () => {
  const scale = colorScale("sequential", [0, 2]);
  for (const x of [-1, 0, 0.3, 1, 2, 9]) {
    expect([...new Uint8Array(Uint32Array.of(scale.pixel(x)).buffer)]).toEqual([...rgb(scale.color(x)), 255]);
  }
  for (const x of [Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(hasColor(x)).toBe(false);
    expect(scale.pixel(x)).toBe(HATCHED);
  }
  expect(hasColor(-1e30)).toBe(false);
  expect(scale.pixel(-1e30)).toBe(0);
  expect([masked(-1e30), masked(Number.NaN), masked(3)]).toEqual([true, false, false]);
});

test("the scale that suits the numbers", () => {
  expect(scaleFor({ min: -1, max: 3 })).toMatchObject({ kind: "diverging", domain: [-3, 3] });
  expect(scaleFor({ min: 1, max: 3 })).toMatchObject({ kind: "sequential", domain: [1, 3] });
  expect(scaleFor({ min: 1, max: 3 }, "diverging")).toMatchObject({ kind: "diverging", domain: [-3, 3] });
  expect(scaleFor({ min: 1, max: 3 }, "auto", [0, 1])).toMatchObject({ kind: "sequential", domain: [0, 1] });
  expect(scaleFor({ min: 0, max: 0 }).color(0)).toBe("rgb(255,255,255)");
  expect(scaleFor({ min: 5, max: 5 }).domain).toEqual([0, 5]);
});
