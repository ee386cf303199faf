/** What the reader has chosen: everything an experiment depends on, as plain data. */
export interface Settings {
  prompt: string;
  /** A token of the prompt; -1 is the last. */
  position: number | "all";
  /** A block, or what the first block reads. */
  layer: number | "embedding";
  site: Site;
  edit: EditName;
  /** Of "scale"; NaN where the box holds no number. */
  factor: number;
  /** The second prompt of "steer" and "patch". */
  towards: string;
  /** Of "steer". */
  strength: number;
  /** Of "head". */
  head: number;
}

export type Site = "block" | "attention" | "mlp";
export type EditName = "none" | "zero" | "scale" | "steer" | "patch" | "head";

/** The settings an edit may use besides its place; each has a control that is shown when it is used. */
export type Parameter = "factor" | "towards" | "strength" | "head";

/** The fields by which a problem can be shown. */
export type Field = "prompt" | "towards" | "edit";

/** What the page's address asks for. */
export interface Address {
  model: string;
  backend: string;
  prompt: string;
}

export function readAddress(search = location.search): Address {
  const asked = new URLSearchParams(search);
  return {
    // "./": beside this page, wherever it is served from.
    model: asked.get("model") || "./weights/tiny",
    backend: asked.get("backend") || "auto",
    prompt: asked.get("prompt") ?? "The Eiffel Tower is in the city of",
  };
}
