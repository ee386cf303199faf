/** In Node, as a server renders them: the pictures, before anything is measured or loaded. */
import { renderToString } from "react-dom/server";
import { expect, test } from "vitest";
import { TensorHeatmap } from "../src/index.ts";

test("a heat map: its labels and its shape, for a canvas that a browser fills", () => {
  const html = renderToString(
    <TensorHeatmap
      data={[
        [1, 2],
        [3, -4],
      ]}
      xLabels={["a", " b"]}
    />,
  ).replaceAll("<!-- -->", "");
  expect(html).toContain("Tensor [2, 2] float32");
  expect(html).toContain('aria-rowcount="2"');
  expect(html).toContain("·b");
});
