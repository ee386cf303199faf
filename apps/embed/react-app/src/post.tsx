/** A post with a model in it: one import, one provider, one component. */
import { InsituProvider, TopTokens, useTrace } from "@insitu/react";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

const PROMPT = "The Eiffel Tower is in the city of";

createRoot(document.getElementById("root") as HTMLElement).render(
  <StrictMode>
    <h1>Where is the Eiffel Tower?</h1>
    <InsituProvider model="/weights/tiny" backend="webgpu">
      <TopTokens prompt={PROMPT} k={3} />
      <WithoutLayer layer={2} />
    </InsituProvider>
  </StrictMode>,
);

/** What the same prompt gives without a layer's output: a trace of the author's own. */
function WithoutLayer({ layer }: { layer: number }) {
  const { result, status, error } = useTrace(
    PROMPT,
    (model) => {
      model.transformer.h.at(layer).output.at(":, -1").set(0);
      return model.lm_head.output.at(0, -1).argMax().save();
    },
    [layer],
  );
  return (
    <p>
      Without layer {layer}: {error ? error.message : result ? `token ${result.item()}` : status}
    </p>
  );
}
