import { inputAttribution, lossPerToken, probability } from "@insitu/analysis";
import { TokenStrip, useRun } from "@insitu/react";
import { useState } from "react";
import type { Stories } from "../story.ts";
import { Asked, Missing, Tiny } from "../tiny.tsx";

const PROMPT = "The Eiffel Tower is in the city of";

export default {
  component: "TokenStrip",
  stories: [
    {
      name: "a prompt's tokens",
      render: () => (
        <Tiny>
          <TokenStrip prompt={PROMPT} />
        </Tiny>
      ),
    },
    {
      name: "what each token did for the answer",
      render: () => (
        <Tiny>
          <Attribution />
        </Tiny>
      ),
    },
    {
      name: "the loss of each token, the first has none",
      render: () => (
        <Tiny>
          <Loss />
        </Tiny>
      ),
    },
    {
      name: "several to pick, no model needed",
      render: () => <Picking />,
    },
    {
      name: "a long text, with line ends",
      render: () => (
        <TokenStrip
          tokens={Array.from({ length: 120 }, (_, i) => (i % 17 === 16 ? "\n" : `${i % 5 ? " " : ""}word${i}`))}
          values={Array.from({ length: 120 }, (_, i) => Math.sin(i / 5))}
        />
      ),
    },
    {
      name: "before the model is asked for",
      render: () => (
        <Asked>
          <TokenStrip prompt={PROMPT} />
        </Asked>
      ),
    },
    {
      name: "a model that is not there",
      render: () => (
        <Missing>
          <TokenStrip prompt={PROMPT} />
        </Missing>
      ),
    },
    {
      name: "more values than tokens",
      render: () => <TokenStrip tokens={["a", " b"]} values={[1, 2, 3]} />,
    },
  ],
} satisfies Stories;

function Attribution() {
  const { result, latest, status, error } = useRun(
    (model, { signal }) =>
      inputAttribution(model, PROMPT, { method: "gradient x input", metric: probability(" Paris"), signal }),
    [],
  );
  if (error) throw error;
  return (
    <TokenStrip
      label='Gradient x input for the probability of " Paris"'
      prompt={PROMPT}
      values={(result ?? latest)?.scores}
      busy={status !== "done"}
    />
  );
}

function Loss() {
  const { result, status, error } = useRun((model, { signal }) => lossPerToken(model, PROMPT, { signal }), []);
  if (error) throw error;
  // Nothing comes before the first token.
  const values = result && [Number.NaN, ...result.data];
  return <TokenStrip label="Loss, nats" prompt={PROMPT} values={values?.slice(-8)} busy={status !== "done"} />;
}

function Picking() {
  const [picked, setPicked] = useState<readonly number[]>([4]);
  return (
    <TokenStrip
      label={`Picked: ${picked.join(", ") || "none"}`}
      tokens={["When", " Mary", " and", " John", " went", " to", " the", " store"]}
      selected={picked}
      onSelect={setPicked}
      multiple
    />
  );
}
