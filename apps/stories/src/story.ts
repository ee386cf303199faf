import type { ReactNode } from "react";

/** One component in one state. */
export interface Story {
  /** What state it is in: "while the model loads". */
  name: string;
  render: () => ReactNode;
}

/** A component's stories: the default export of a file in `stories/`, which is named for it. */
export interface Stories {
  component: string;
  stories: readonly Story[];
}

/** A story's name in the page's address. */
export const idOf = (component: string, name: string): string =>
  `${component}-${name}`.toLowerCase().replace(/[^a-z0-9]+/g, "-");
