/** One of every component, as it is used without further thought. */
import type { ReactNode } from "react";
import {
  AttentionPattern,
  InsituProvider,
  LoadingProgress,
  LogitLens,
  ModelTree,
  PatchingExplorer,
  SteeringPlayground,
  TensorHeatmap,
  TokenStrip,
  TopTokens,
  TracePlayground,
} from "../src/index.ts";

const PROMPT = "The Eiffel Tower is in the city of";
const NUMBERS = [
  [1, -2],
  [3, 0],
];

export function everything(): ReactNode {
  return (
    <InsituProvider model="/weights/tiny" backend="cpu">
      <LoadingProgress />
      <TopTokens prompt={PROMPT} k={3} />
      <TokenStrip prompt={PROMPT} />
      <TensorHeatmap data={NUMBERS} />
      <AttentionPattern prompt={PROMPT} />
      <LogitLens prompt={PROMPT} />
      <PatchingExplorer />
      <SteeringPlayground />
      <ModelTree />
      <TracePlayground defaultCode="model.device" />
    </InsituProvider>
  );
}
