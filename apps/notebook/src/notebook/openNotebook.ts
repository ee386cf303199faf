/** Which notebook an address means, and whether it may run. */
import { fromFile } from "./fileFormat.ts";
import { fromIpynb } from "./ipynb.ts";
import { fromLink } from "./link.ts";
import { type Notebook, newId, type Origin } from "./notebook.ts";
import { NotebookError } from "./notebookError.ts";
import type { NotebookStore } from "./notebookStore.ts";

export interface Opened {
  readonly notebook: Notebook;
  readonly origin: Origin;
  readonly trusted: boolean;
  readonly hosts: readonly string[];
}

export interface OpenFrom {
  readonly store: NotebookStore;
  /** A notebook of the gallery's, as its file; undefined where there is none of that name. */
  readonly gallery: (slug: string) => Promise<string> | undefined;
}

/**
 * `#n=…` is a notebook itself, `#gallery/NAME` one of the gallery's, `#notebook/ID` one that is kept here; undefined for
 * anything else. @throws NotebookError
 */
export async function openAddress(hash: string, { store, gallery }: OpenFrom): Promise<Opened | undefined> {
  const linked = await fromLink(hash);
  if (linked) return { notebook: linked, origin: "link", trusted: false, hosts: [] };
  const [, place, name] = /^#(gallery|notebook)\/([\w-]+)$/.exec(hash) ?? [];
  if (place === "gallery") {
    const file = await gallery(name!);
    if (file === undefined)
      throw new NotebookError(
        `There is no notebook "${name}" in the gallery.`,
        "The panel beside lists those there are.",
      );
    return { notebook: { ...fromFile(file, name), id: newId() }, origin: "gallery", trusted: true, hosts: [] };
  }
  if (place === "notebook") {
    const kept = await store.load(name!);
    if (!kept)
      throw new NotebookError(`This browser keeps no notebook "${name}".`, "The panel beside lists those it keeps.");
    return kept;
  }
  return undefined;
}

/** A file from the disk, `.insitu.md`, `.md` or `.ipynb`: nothing of it runs before the reader says so. @throws NotebookError */
export async function openFile(file: File): Promise<Opened> {
  if (file.size > 20 * 2 ** 20)
    throw new NotebookError(`${file.name} is more than 20 MB.`, "It is no notebook of insitu's.");
  const text = await file.text();
  const name = file.name.replace(/(\.insitu)?\.(md|ipynb)$/, "");
  const notebook = file.name.endsWith(".ipynb") ? fromIpynb(text, file.name) : fromFile(text, name);
  return { notebook, origin: "file", trusted: false, hosts: [] };
}
