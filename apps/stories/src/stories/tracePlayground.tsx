import { TracePlayground } from "@insitu/react";
import { useState } from "react";
import type { Stories } from "../story.ts";
import { Asked, Missing, Tiny } from "../tiny.tsx";

const PROMPT = "The Eiffel Tower is in the city of";

const TRACE = `
  // What does the last block's attention look at?
  const { pattern, logits } = await model.trace("${PROMPT}", () => ({
    pattern: model.transformer.h.at(-1).attn.source.pattern.at(0).save(),
    logits: model.lm_head.output.at(0, -1).save(),
  }));
  ({ pattern, logits })
`;

const TABLE = `
  const k: number = 5;
  await topTokens(model, "${PROMPT}", { k });
`;

const MISTAKE = `
  const layer = 2;
  const hidden = await model.trace("${PROMPT}", () => {
    const block = model.transformer.h[layer];
    return block.output.at(0, 99).save();
  });
  hidden
`;

const LOGS = `
  for (const layer of [0, 1, 2, 3]) {
    const norm = await model.trace("${PROMPT}", () =>
      model.transformer.h[layer].output.at(0, -1).norm().save());
    console.log("layer", layer, norm.item());
  }
  console.warn("norms grow");
`;

const LONG = `
  const words = Array.from({ length: 1000 }, (_, i) => " word" + i);
  const table = Array.from({ length: 5000 }, (_, i) => ({ i, square: i * i }));
  ({ words, table, text: ["x".repeat(20_000)] })
`;

export default {
  component: "TracePlayground",
  stories: [
    {
      name: "before it is run",
      render: () => (
        <Tiny>
          <TracePlayground defaultCode={TABLE} label="Try it" />
        </Tiny>
      ),
    },
    {
      name: "tensors, run at once",
      render: () => (
        <Tiny>
          <TracePlayground defaultCode={TRACE} label="Attention of the last block" autoRun />
        </Tiny>
      ),
    },
    {
      name: "a table",
      render: () => (
        <Tiny>
          <TracePlayground defaultCode={TABLE} label="The next token" autoRun />
        </Tiny>
      ),
    },
    {
      name: "a labelled result",
      render: () => (
        <Tiny>
          <TracePlayground
            label="Logit lens"
            defaultCode={`
              const lens = await logitLens(model, "${PROMPT}", { k: 1 });
              lens.entropy
            `}
            autoRun
          />
        </Tiny>
      ),
    },
    {
      name: "a mistake, at its line",
      render: () => (
        <Tiny>
          <TracePlayground defaultCode={MISTAKE} label="An error of the trace" autoRun />
        </Tiny>
      ),
    },
    {
      name: "code that cannot be read",
      render: () => (
        <Tiny>
          <TracePlayground defaultCode={"const a = 1;\nconst b = (a;\nb"} label="An error of syntax" autoRun />
        </Tiny>
      ),
    },
    {
      name: "what it logs, and nothing given",
      render: () => (
        <Tiny>
          <TracePlayground defaultCode={LOGS} label="Norms" autoRun />
        </Tiny>
      ),
    },
    {
      name: "long results, cut",
      render: () => (
        <Tiny>
          <TracePlayground defaultCode={LONG} label="Long" autoRun resultHeight="16rem" />
        </Tiny>
      ),
    },
    {
      name: "controlled, to be run only",
      render: () => (
        <Tiny>
          <Chosen />
        </Tiny>
      ),
    },
    {
      name: "before the model is asked for",
      render: () => (
        <Asked>
          <TracePlayground defaultCode={TABLE} label="Loads when it is run" />
        </Asked>
      ),
    },
    {
      name: "a model that is not there",
      render: () => (
        <Missing>
          <TracePlayground defaultCode={TABLE} label="No model" />
        </Missing>
      ),
    },
  ],
} satisfies Stories;

function Chosen() {
  const [layer, setLayer] = useState(0);
  const code = `const block = model.transformer.h[${layer}];\nawait model.trace("a b c", () => block.output.at(0).save())`;
  return (
    <>
      <label>
        Layer{" "}
        <select value={layer} onChange={(event) => setLayer(Number(event.target.value))}>
          {[0, 1, 2, 3].map((i) => (
            <option key={i}>{i}</option>
          ))}
        </select>
      </label>
      <TracePlayground code={code} label="A block's output" readOnly />
    </>
  );
}
