import { LogitLens, TokenStrip } from "@insitu/react";
import { useState } from "react";
import type { Stories } from "../story.ts";
import { Asked, Missing, Tiny } from "../tiny.tsx";

const PROMPT = "The Eiffel Tower is in the city of";

export default {
  component: "LogitLens",
  stories: [
    {
      name: "the likeliest token of every place",
      render: () => (
        <Tiny>
          <LogitLens prompt={PROMPT} />
        </Tiny>
      ),
    },
    {
      name: "one token followed by its rank",
      render: () => (
        <Tiny>
          <LogitLens prompt={PROMPT} defaultToken=" Paris" defaultBy="rank" />
        </Tiny>
      ),
    },
    {
      name: "what the page decides, linked with a strip",
      render: () => (
        <Tiny>
          <Controlled />
        </Tiny>
      ),
    },
    {
      name: "a long prompt scrolls in its box",
      render: () => (
        <Tiny>
          <LogitLens
            prompt={"When Mary and John went to the store, John gave a drink to Mary. ".repeat(4).trim()}
            defaultBy="kl"
          />
        </Tiny>
      ),
    },
    {
      name: "before the model is asked for",
      render: () => (
        <Asked>
          <LogitLens prompt={PROMPT} />
        </Asked>
      ),
    },
    {
      name: "a model that is not there",
      render: () => (
        <Missing>
          <LogitLens prompt={PROMPT} />
        </Missing>
      ),
    },
    {
      name: "a token that is none",
      render: () => (
        <Tiny>
          <LogitLens prompt={PROMPT} token="Eiffel Tower" />
        </Tiny>
      ),
    },
  ],
} satisfies Stories;

function Controlled() {
  const [cell, setCell] = useState<{ row: number; column: number } | null>({ row: 2, column: 7 });
  return (
    <>
      <TokenStrip prompt={PROMPT} />
      <p>{cell ? `Picked: row ${cell.row}, column ${cell.column}` : "Nothing picked"}</p>
      <LogitLens prompt={PROMPT} by="entropy" selected={cell} onSelect={setCell} k={3} />
    </>
  );
}
