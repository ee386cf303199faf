/** What can be done with a place of the model, as code to insert. */
import type { ModelTreeItem } from "@insitu/react";

export interface PlaceSnippet {
  readonly does: string;
  readonly code: string;
}

/** Its path, and a line that reads it; one that edits it, where it may be edited. */
export function placeSnippets({ code, kind, shape, readonly, dormant }: ModelTreeItem): PlaceSnippet[] {
  const path = { does: "Name it", code };
  if (dormant || !shape) return [path];
  const read = { does: "Read it", code: `const x = await model.trace(prompt, () => ${code}.save());` };
  // Parameters are changed by `model.edit`, not at a position.
  if (readonly || kind === "parameter") return [path, read];
  const at = shape.length > 2 ? `":, -1"` : "-1";
  return [path, read, { does: "Edit it", code: `${code}.at(${at}).set(0);` }];
}
