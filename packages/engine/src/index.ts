export { Engine } from "./engine.ts";
export { exposeEngine } from "./expose.ts";
export { KERNELS, runOp } from "./ops/table.ts";
