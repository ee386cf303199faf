import { TopTokens } from "@insitu/react";
import { useState } from "react";
import type { Stories } from "../story.ts";
import { Asked, Missing, Tiny } from "../tiny.tsx";

const PROMPT = "The Eiffel Tower is in the city of";

export default {
  component: "TopTokens",
  stories: [
    {
      name: "the likeliest next tokens",
      render: () => (
        <Tiny>
          <TopTokens prompt={PROMPT} k={5} />
        </Tiny>
      ),
    },
    {
      name: "rows to pick",
      render: () => (
        <Tiny>
          <Picking />
        </Tiny>
      ),
    },
    {
      name: "before the model is asked for",
      render: () => (
        <Asked>
          <TopTokens prompt={PROMPT} k={3} />
        </Asked>
      ),
    },
    {
      name: "a model that is not there",
      render: () => (
        <Missing>
          <TopTokens prompt={PROMPT} k={3} />
        </Missing>
      ),
    },
    {
      name: "a prompt that is none",
      render: () => (
        <Tiny>
          <TopTokens prompt="" k={3} />
        </Tiny>
      ),
    },
  ],
} satisfies Stories;

function Picking() {
  const [picked, setPicked] = useState("nothing yet");
  return (
    <>
      <TopTokens prompt={PROMPT} k={4} onSelect={(token) => setPicked(token ? JSON.stringify(token.token) : "none")} />
      <p>Picked: {picked}</p>
    </>
  );
}
