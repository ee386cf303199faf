/** What takes the open notebook out of the page: files and a link. */
import { toFile } from "../notebook/fileFormat.ts";
import { toIpynb } from "../notebook/ipynb.ts";
import { toLink } from "../notebook/link.ts";
import type { NotebookSession } from "../session/notebookSession.ts";
import type { Exits } from "./appProps.ts";

export function exitsOf(session: () => NotebookSession): Exits {
  const notebook = () => session().getState().notebook;
  return {
    download: async (format) => {
      const open = notebook();
      const name =
        open.title
          .replace(/[^\p{L}\p{N}]+/gu, "-")
          .replace(/^-|-$/g, "")
          .toLowerCase() || "notebook";
      if (format === "ipynb") download(`${name}.ipynb`, "application/x-ipynb+json", toIpynb(open));
      else download(`${name}.insitu.md`, "text/markdown", toFile(open));
    },
    // Of the page alone: which backend it runs on here is nobody else's.
    link: () => toLink(notebook(), `${location.origin}${location.pathname}`),
    save: () => session().keep(),
  };
}

function download(name: string, type: string, content: string): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The download has begun by then, and holds on to it.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
