/** Observable Plot, drawing into a document that is no page's: what it gives is SVG as text. */
import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";

const { document } = parseHTML("<!doctype html><html><body></body></html>");

/** Plot's functions, `plot` and every mark's with a document of their own. */
const withDocument = (options: object = {}) => ({ document, ...options });

const drawn = {
  ...Plot,
  plot: (options?: object) => Plot.plot(withDocument(options) as Plot.PlotOptions),
  legend: (options?: object) => Plot.legend(withDocument(options) as Plot.LegendOptions),
};

// A mark draws itself as well: `Plot.dot(…).plot()`.
const { Mark } = Plot as unknown as { Mark: { prototype: { plot(options?: object): unknown } } };
const { plot } = Mark.prototype;
Mark.prototype.plot = function (options) {
  return plot.call(this, withDocument(options));
};

(globalThis as { [name: symbol]: unknown })[Symbol.for("insitu.module")] = drawn;
