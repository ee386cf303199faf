import { PatchingExplorer } from "@insitu/react";
import type { Stories } from "../story.ts";
import { Missing, Tiny } from "../tiny.tsx";

const NAMES = {
  clean: "When Mary and John went to the store, John gave a drink to",
  corrupt: "When John and Mary went to the store, Mary gave a drink to",
  answer: " Mary",
  wrong: " John",
};

export default {
  component: "PatchingExplorer",
  stories: [
    {
      name: "a fact, a cell selected",
      render: () => (
        <Tiny>
          <PatchingExplorer defaultSelected={{ row: 1, column: 7 }} />
        </Tiny>
      ),
    },
    {
      name: "heads of the indirect object",
      render: () => (
        <Tiny>
          <PatchingExplorer defaultValue={{ ...NAMES, site: "z" }} />
        </Tiny>
      ),
    },
    {
      name: "prompts of different lengths",
      render: () => (
        <Tiny>
          <PatchingExplorer defaultValue={{ ...NAMES, corrupt: "When John and Mary went", site: "z" }} />
        </Tiny>
      ),
    },
    {
      name: "a model that is not there",
      render: () => (
        <Missing>
          <PatchingExplorer />
        </Missing>
      ),
    },
  ],
} satisfies Stories;
