import { ModelTree } from "@insitu/react";
import { useState } from "react";
import type { Stories } from "../story.ts";
import { Asked, Missing, Tiny } from "../tiny.tsx";

export default {
  component: "ModelTree",
  stories: [
    {
      name: "the embedded model",
      render: () => (
        <Tiny>
          <ModelTree />
        </Tiny>
      ),
    },
    {
      name: "a block open, a value in it selected",
      render: () => (
        <Tiny>
          <ModelTree
            defaultExpanded={["", "transformer", "transformer.h", "transformer.h.1", "transformer.h.1.attn"]}
            defaultSelected="transformer.h.1.attn:source.pattern"
          />
        </Tiny>
      ),
    },
    {
      name: "a filter",
      render: () => (
        <Tiny>
          <ModelTree defaultFilter="pattern" />
        </Tiny>
      ),
    },
    {
      name: "a filter that finds nothing",
      render: () => (
        <Tiny>
          <ModelTree defaultFilter="convolution" />
        </Tiny>
      ),
    },
    {
      name: "decided by the page",
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
          <ModelTree />
        </Asked>
      ),
    },
    {
      name: "a model that is not there",
      render: () => (
        <Missing>
          <ModelTree />
        </Missing>
      ),
    },
  ],
} satisfies Stories;

function Controlled() {
  const [selected, setSelected] = useState("transformer.h.2");
  const [code, setCode] = useState("");
  return (
    <>
      <ModelTree
        selected={selected}
        onSelect={(id, item) => {
          setSelected(id);
          setCode(item.code);
        }}
      />
      <p>The page was told: {code || "nothing yet"}</p>
    </>
  );
}
