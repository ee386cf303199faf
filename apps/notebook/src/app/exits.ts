/** How the notebook that is open leaves the page. */
import { toFile } from "../notebook/fileFormat.ts";
import { toIpynb } from "../notebook/ipynb.ts";
import { toLink } from "../notebook/link.ts";
import type { Notebook } from "../notebook/notebook.ts";
import type { Exits } from "./appProps.ts";

export function exitsOf(notebook: () => Notebook): Exits {
  return {
    async download(format) {
      const open = notebook();
      if (format === "insitu") save(toFile(open), `${fileName(open)}.insitu.md`, "text/markdown");
      else save(toIpynb(open), `${fileName(open)}.ipynb`, "application/x-ipynb+json");
    },
    link: () => toLink(notebook(), location.href.replace(/#.*/, "")),
  };
}

/** Letters and figures of the title, of any script. */
const fileName = ({ title }: Notebook): string =>
  title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-|-$/g, "") || "notebook";

function save(text: string, name: string, type: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // Once the download has taken it.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
