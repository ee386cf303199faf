import { AttentionPattern, TokenStrip } from "@insitu/react";
import { useState } from "react";
import type { Stories } from "../story.ts";
import { Asked, Missing, Tiny } from "../tiny.tsx";

const PROMPT = "The Eiffel Tower is in the city of";

export default {
  component: "AttentionPattern",
  stories: [
    {
      name: "linked with a strip of the same tokens",
      render: () => (
        <Tiny>
          <TokenStrip prompt={PROMPT} />
          <br />
          <AttentionPattern prompt={PROMPT} defaultLayer={1} defaultHead={3} />
        </Tiny>
      ),
    },
    {
      name: "a long prompt",
      render: () => (
        <Tiny>
          <AttentionPattern
            prompt={"When Mary and John went to the store, John gave a drink to Mary. ".repeat(4).trim()}
          />
        </Tiny>
      ),
    },
    {
      name: "a layer and a head that the page decides",
      render: () => (
        <Tiny>
          <Controlled />
        </Tiny>
      ),
    },
    {
      name: "before the model is asked for",
      render: () => (
        <Asked>
          <AttentionPattern prompt={PROMPT} />
        </Asked>
      ),
    },
    {
      name: "a model that is not there",
      render: () => (
        <Missing>
          <AttentionPattern prompt={PROMPT} />
        </Missing>
      ),
    },
    {
      name: "a layer that there is not",
      render: () => (
        <Tiny>
          <AttentionPattern prompt={PROMPT} layer={9} />
        </Tiny>
      ),
    },
  ],
} satisfies Stories;

function Controlled() {
  const [[layer, head], set] = useState([0, 2]);
  return (
    <>
      <button type="button" onClick={() => set([(layer! + 1) % 4, (head! + 1) % 8])}>
        Next layer and head
      </button>
      <AttentionPattern
        prompt="When Mary and John went to the store, John gave a drink to"
        layer={layer}
        head={head}
        onHeadChange={(next) => set([layer!, next])}
      />
    </>
  );
}
