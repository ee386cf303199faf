/** The code of every notebook of the gallery, by its name. */
import { readdirSync, readFileSync } from "node:fs";

const FOLDER = new URL("../src/gallery/", import.meta.url);

export const GALLERY: [name: string, sources: string[]][] = readdirSync(FOLDER)
  .filter((file) => file.endsWith(".md"))
  .map((file) => {
    const text = readFileSync(new URL(file, FOLDER), "utf8");
    return [file, [...text.matchAll(/^```ts.*\n([\s\S]*?)\n```$/gm)].map(([, source]) => source!)];
  });
