export {
  type AblateEachOptions,
  type AblateOptions,
  type Ablation,
  type AblationSweep,
  ablate,
  ablateEach,
} from "./ablation/ablation.ts";
export { meanAblation, type Replacement, resampleAblation, zeroAblation } from "./ablation/replacement.ts";
export { attn, head, layer, mlp, neuron, position, type Unit, type Units } from "./ablation/units.ts";
export type { HeadKind } from "./heads/attentionTargets.ts";
export { type CopyingScores, type CopyingScoresOptions, copyingScores } from "./heads/copyingScores.ts";
export { type HeadScores, type HeadScoresOptions, headScores } from "./heads/headScores.ts";
export type { RepeatedTokens } from "./heads/repeatedTokens.ts";
export type { Baseline } from "./inputs/baselines.ts";
export {
  type AttributionMethod,
  type InputAttribution,
  type InputAttributionOptions,
  inputAttribution,
} from "./inputs/inputAttribution.ts";
export type { QuadratureRule } from "./inputs/quadrature.ts";
export type { LensPlace, LensSite } from "./lens/lensPlaces.ts";
export type { LensToken, LogitLens } from "./lens/lensResult.ts";
export { type LogitLensOptions, logitLens } from "./lens/logitLens.ts";
export type { LensFunction, Unembedding } from "./lens/unembedding.ts";
export { type MeasureOptions, measure } from "./metrics/measure.ts";
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
} from "./metrics/metrics.ts";
export { lossPerToken, type TopToken, type TopTokensOptions, topTokens } from "./metrics/topTokens.ts";
export { activationPatching } from "./patching/activationPatching.ts";
export {
  type AttributionPatching,
  type AttributionPatchingOptions,
  attributionPatching,
} from "./patching/attributionPatching.ts";
export type { CellOptions, SweepAxis } from "./patching/cells.ts";
export { correlation } from "./patching/correlation.ts";
export type { Patching, PatchingOptions } from "./patching/patching.ts";
export { type AccumulatedResidualOptions, accumulatedResidual } from "./residual/accumulatedResidual.ts";
export { type ApplyLayerNormOptions, applyLayerNorm } from "./residual/applyLayerNorm.ts";
export { type LogitAttribution, type LogitAttributionOptions, logitAttribution } from "./residual/logitAttribution.ts";
export { type ResidualDecompositionOptions, residualDecomposition } from "./residual/residualDecomposition.ts";
export type { PartsBy } from "./residual/residualParts.ts";
export type { ResidualStack } from "./residual/residualStack.ts";
export { type Axis, type Entry, Labelled, labelled } from "./shared/labelled.ts";
export type { Prompts } from "./shared/prompts.ts";
export type { RunOptions } from "./shared/request.ts";
export type { Site } from "./shared/sites.ts";
export type { Token } from "./shared/tokens.ts";
export type { ActivationPosition, PlaceOptions } from "./steering/activations.ts";
export { type ProbeOptions, probe } from "./steering/probe.ts";
export type { Prediction, Probe, ProbeAccuracy } from "./steering/probeResult.ts";
export {
  type Continuation,
  type Steered,
  type SteeredContinuation,
  type SteerOptions,
  steer,
} from "./steering/steer.ts";
export { type SteeredSteps, type SteeringOptions, steering } from "./steering/steering.ts";
export {
  SteeringVector,
  type SteeringVectorJSON,
  type SteeringVectorOptions,
  steeringVector,
} from "./steering/steeringVector.ts";
