export {
  type AblateEachOptions,
  type AblateOptions,
  type Ablation,
  type AblationSweep,
  ablate,
  ablateEach,
} from "./ablation.ts";
export { type AccumulatedResidualOptions, accumulatedResidual } from "./accumulatedResidual.ts";
export { activationPatching } from "./activationPatching.ts";
export type { ActivationPosition, PlaceOptions } from "./activations.ts";
export { type ApplyLayerNormOptions, applyLayerNorm } from "./applyLayerNorm.ts";
export type { HeadKind } from "./attentionTargets.ts";
export {
  type AttributionPatching,
  type AttributionPatchingOptions,
  attributionPatching,
} from "./attributionPatching.ts";
export type { Baseline } from "./baselines.ts";
export type { CellOptions, SweepAxis } from "./cells.ts";
export { type CopyingScores, type CopyingScoresOptions, copyingScores } from "./copyingScores.ts";
export { correlation } from "./correlation.ts";
export { type HeadScores, type HeadScoresOptions, headScores } from "./headScores.ts";
export {
  type AttributionMethod,
  type InputAttribution,
  type InputAttributionOptions,
  inputAttribution,
} from "./inputAttribution.ts";
export { type Axis, type Entry, Labelled, labelled } from "./labelled.ts";
export type { LensPlace, LensSite } from "./lensPlaces.ts";
export type { LensToken, LogitLens } from "./lensResult.ts";
export { type LogitAttribution, type LogitAttributionOptions, logitAttribution } from "./logitAttribution.ts";
export { type LogitLensOptions, logitLens } from "./logitLens.ts";
export { type MeasureOptions, measure } from "./measure.ts";
export {
  type At,
  entropy,
  klDivergence,
  logit,
  logitDifference,
  logProbability,
  loss,
  type Metric,
  type MetricFunction,
  type MetricLike,
  type MetricRun,
  probability,
  rank,
} from "./metrics.ts";
export type { Patching, PatchingOptions } from "./patching.ts";
export { type ProbeOptions, probe } from "./probe.ts";
export type { Prediction, Probe, ProbeAccuracy } from "./probeResult.ts";
export type { Prompts } from "./prompts.ts";
export type { QuadratureRule } from "./quadrature.ts";
export type { RepeatedTokens } from "./repeatedTokens.ts";
export { meanAblation, type Replacement, resampleAblation, zeroAblation } from "./replacement.ts";
export type { RunOptions } from "./request.ts";
export { type ResidualDecompositionOptions, residualDecomposition } from "./residualDecomposition.ts";
export type { PartsBy } from "./residualParts.ts";
export type { ResidualStack } from "./residualStack.ts";
export type { Site } from "./sites.ts";
export { type Continuation, type Steered, type SteeredContinuation, type SteerOptions, steer } from "./steer.ts";
export { type SteeredSteps, type SteeringOptions, steering } from "./steering.ts";
export {
  SteeringVector,
  type SteeringVectorJSON,
  type SteeringVectorOptions,
  steeringVector,
} from "./steeringVector.ts";
export type { Token } from "./tokens.ts";
export { lossPerToken, type TopToken, type TopTokensOptions, topTokens } from "./topTokens.ts";
export type { LensFunction, Unembedding } from "./unembedding.ts";
export { attn, head, layer, mlp, neuron, position, type Unit, type Units } from "./units.ts";
