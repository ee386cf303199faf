import type { Figure } from "../figure.ts";
import { decodeReads, longDecode } from "./decode.ts";
import { dispatchesOfDecode, dispatchesOfForward, dispatchesOfTap } from "./dispatches.ts";
import { float16Weights } from "./float16.ts";
import { everyLength, manyTraces } from "./memory.ts";
import { onnxWasmDecode, onnxWasmForward, onnxWebgpuDecode, onnxWebgpuForward } from "./onnxruntime.ts";
import { overhead } from "./overhead.ts";
import { patching } from "./patching.ts";
import { plain } from "./plain.ts";
import { earlyStop, lastPosition } from "./planning.ts";
import { sweep } from "./sweep.ts";

/** In the order in which they run: memory first, before tfjs's pool has buffers of earlier figures to give. */
export const FIGURES: readonly Figure[] = [
  float16Weights,
  manyTraces,
  everyLength,
  dispatchesOfForward,
  dispatchesOfDecode,
  dispatchesOfTap,
  decodeReads,
  longDecode,
  earlyStop,
  sweep,
  patching,
  overhead,
  plain,
  lastPosition,
  onnxWebgpuForward,
  onnxWebgpuDecode,
  onnxWasmForward,
  onnxWasmDecode,
];
