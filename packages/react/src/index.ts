export type { TopToken } from "@insitu/analysis";
export { AttentionHeads, type AttentionHeadsProps } from "./attentionPattern/attentionHeads.tsx";
export { AttentionPattern, type AttentionPatternProps } from "./attentionPattern/attentionPattern.tsx";
export {
  type AttentionPatternHookOptions,
  type AttentionPatternState,
  useAttentionPattern,
} from "./attentionPattern/useAttentionPattern.ts";
export {
  LoadingProgress,
  type LoadingProgressProps,
  type LoadingText,
  useLoadingProgress,
} from "./loadingProgress/loadingProgress.tsx";
export { LogitLens, type LogitLensProps } from "./logitLens/logitLens.tsx";
export {
  type LensFigure,
  type LensReading,
  type LogitLensHookOptions,
  type LogitLensState,
  useLogitLens,
} from "./logitLens/useLogitLens.ts";
export type { ModelState } from "./model/modelPool.ts";
export { InsituProvider, type InsituProviderProps } from "./model/provider.tsx";
export { type ModelInUse, useModel } from "./model/useModel.ts";
export { ModelTree, type ModelTreeProps } from "./modelTree/modelTree.tsx";
export type { ModelTreeItem, ShapePart } from "./modelTree/modelTreeItem.ts";
export { type ModelTreeHookOptions, type ModelTreeState, useModelTree } from "./modelTree/useModelTree.ts";
export type { ModelTreeRow } from "./modelTree/visibleRows.ts";
export {
  type PatchingExperiment,
  PatchingExplorer,
  type PatchingExplorerProps,
} from "./patchingExplorer/patchingExplorer.tsx";
export {
  type PatchingHookOptions,
  type PatchingState,
  type PatchingSweep,
  usePatching,
} from "./patchingExplorer/usePatching.ts";
export { type Generated, type GenerateHookOptions, type Generating, useGenerate } from "./run/useGenerate.ts";
export { type Run, type RunControls, type RunHookOptions, useRun } from "./run/useRun.ts";
export { useSweep } from "./run/useSweep.ts";
export { type TraceBody, useTrace } from "./run/useTrace.ts";
export { type ColorScale, colorScale, type ScaleKind, scaleFor } from "./shared/colorScale.ts";
export type { FrameProps } from "./shared/frame.tsx";
export { HoverGroup, useLinkedHover } from "./shared/linkedHover.tsx";
export { Problem, type ProblemProps } from "./shared/problem.tsx";
export { useVisible } from "./shared/useVisible.ts";
export { SteeringPlayground, type SteeringPlaygroundProps } from "./steeringPlayground/steeringPlayground.tsx";
export { type Steering, type SteeringHookOptions, useSteering } from "./steeringPlayground/useSteering.ts";
export type { CellPlace } from "./tensorHeatmap/cellPlace.ts";
export type { HeatmapData, Numbers } from "./tensorHeatmap/heatmapTensor.ts";
export { TensorHeatmap, type TensorHeatmapProps } from "./tensorHeatmap/tensorHeatmap.tsx";
export {
  type HeatmapAxes,
  type HeatmapCell,
  type TensorHeatmapHookOptions,
  type TensorHeatmapState,
  useTensorHeatmap,
} from "./tensorHeatmap/useTensorHeatmap.ts";
export { TokenStrip, type TokenStripProps } from "./tokenStrip/tokenStrip.tsx";
export { type TokenStripHookOptions, type TokenStripState, useTokenStrip } from "./tokenStrip/useTokenStrip.ts";
export {
  TopTokens,
  type TopTokensProps,
  TopTokensTable,
  type TopTokensTableProps,
} from "./topTokens/topTokens.tsx";
export { type TopTokensHookOptions, useTopTokens } from "./topTokens/useTopTokens.ts";
export type { LogLine } from "./tracePlayground/codeConsole.ts";
export { CodeError } from "./tracePlayground/codeError.ts";
export {
  TracePlayground,
  type TracePlaygroundControls,
  type TracePlaygroundProps,
} from "./tracePlayground/tracePlayground.tsx";
export {
  type TracePlaygroundHookOptions,
  type TracePlaygroundState,
  useTracePlayground,
} from "./tracePlayground/useTracePlayground.ts";
