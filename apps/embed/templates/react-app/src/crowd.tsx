/** Twenty components of one page, of every kind: they share a model, and the page stays responsive. */
import {
  AttentionPattern,
  InsituProvider,
  LoadingProgress,
  LogitLens,
  ModelTree,
  PatchingExplorer,
  SteeringPlayground,
  TokenStrip,
  TopTokens,
  TracePlayground,
} from "@insitu/react";
import type { ReactNode } from "react";
import { createRoot } from "react-dom/client";

const SUBJECTS = ["The Eiffel Tower", "The Colosseum", "Big Ben", "The Kremlin"];
const PROMPTS = SUBJECTS.map((subject) => `${subject} is in the city of`);

const components: ReactNode[] = [
  <LoadingProgress key="progress" />,
  ...PROMPTS.map((prompt) => <TopTokens key={`top ${prompt}`} prompt={prompt} k={5} />),
  ...PROMPTS.map((prompt) => <TokenStrip key={`strip ${prompt}`} prompt={prompt} />),
  ...PROMPTS.map((prompt, layer) => (
    <AttentionPattern key={`pattern ${prompt}`} prompt={prompt} defaultLayer={layer} />
  )),
  ...PROMPTS.slice(0, 2).map((prompt) => <LogitLens key={`lens ${prompt}`} prompt={prompt} />),
  <PatchingExplorer key="patching" />,
  <SteeringPlayground key="steering" />,
  <ModelTree key="tree" />,
  <TracePlayground
    key="code 1"
    autoRun
    defaultCode={`await topTokens(model, ${JSON.stringify(PROMPTS[1])}, { k: 3 })`}
  />,
  <TracePlayground key="code 2" autoRun defaultCode="model.device.backend" />,
];

createRoot(document.getElementById("root") as HTMLElement).render(
  <>
    <h1>{components.length} components</h1>
    {components.map((component, i) => (
      // A provider each, as an article's embeds are: written apart, and apart on the page.
      // biome-ignore lint/suspicious/noArrayIndexKey: they never move
      <InsituProvider key={i} model="/weights/tiny" backend="webgpu">
        {component}
      </InsituProvider>
    ))}
  </>,
);
