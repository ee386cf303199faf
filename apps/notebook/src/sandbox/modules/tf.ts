/** tfjs on the CPU, to make a model of one's own with; it is the page's engine that runs it. */
import "@tensorflow/tfjs-backend-cpu";
// `tensor.add(…)`: operations as methods.
import "@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js";
import * as core from "@tensorflow/tfjs-core";
import * as layers from "@tensorflow/tfjs-layers";

(globalThis as { [name: symbol]: unknown })[Symbol.for("insitu.module")] = { ...core, ...layers };
