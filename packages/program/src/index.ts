export { inferCall } from "./callShape.ts";
export { arrayOf, decodeData, encodeData, type TensorData } from "./constants.ts";
export { BYTES, DTYPES, type DType, promote, type TensorType } from "./dtype.ts";
export * from "./errors.ts";
export { type Activation, type Gpt2Config, parseGpt2Config } from "./gpt2Config.ts";
export { gpt2Spec } from "./gpt2Spec.ts";
export {
  type CallSpec,
  type Dim,
  dimsAtStep,
  type InputSpec,
  type ModelSpec,
  type ModuleSpec,
  type ParamSpec,
  type PromptDims,
  type SiteSpec,
  SpecIndex,
  siteType,
} from "./modelSpec.ts";
export { elementwise } from "./ops/elementwise.ts";
export { reductions } from "./ops/reductions.ts";
export type { Attrs, AttrValue, OpRule } from "./ops/rule.ts";
export { inferOp, OPS } from "./ops/table.ts";
export * from "./program.ts";
export { batchDims, checkGeneration, rowCount, rowRanges } from "./prompt.ts";
export type * from "./protocol.ts";
export { broadcastsTo, formatShape, MAX_RANK, type Shape, sameShape, sizeOf, tryBroadcast } from "./shape.ts";
export { type AxisPick, type ResolvedIndex, resolveIndex } from "./slices.ts";
export { formatIndex, type IndexTerm, parseSliceText, type SliceTerm } from "./sliceText.ts";
export { type HeldTypes, LIMITS, type ValidProgram, validateProgram } from "./validate.ts";
