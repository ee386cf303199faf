/** Which ways there are to take an output out of the page, and each of them. */
import type { Output } from "../output.ts";
import { toCSV } from "./csv.ts";
import { toJSON } from "./json.ts";
import { toNPY } from "./npy.ts";
import { toPNG } from "./png.ts";
import { toSVG } from "./svg.ts";

export type ExportFormat = "CSV" | "JSON" | "npy" | "PNG" | "SVG";

const FORMATS: Record<Output["kind"], readonly ExportFormat[]> = {
  text: ["JSON"],
  numbers: ["CSV", "JSON", "npy", "PNG", "SVG"],
  attention: ["CSV", "JSON", "npy", "PNG", "SVG"],
  topTokens: ["CSV", "JSON", "PNG", "SVG"],
  tokens: ["CSV", "JSON", "PNG", "SVG"],
  stream: ["CSV", "JSON"],
  svg: ["SVG", "PNG"],
  html: [],
  markdown: [],
  error: [],
  named: ["JSON"],
  // Those within have their own.
  tabs: [],
};

export const formatsOf = (output: Output): readonly ExportFormat[] => FORMATS[output.kind];

/** The file, and what it is called; undefined where the output is too much for the format. */
export async function exportAs(output: Output, format: ExportFormat): Promise<File | undefined> {
  const content = await contentOf(output, format);
  if (content === undefined) return undefined;
  const name = ("name" in output && output.name) || output.kind;
  const plain =
    name
      .replace(/[^\w-]+/g, "-")
      .replace(/^-+|-+$/g, "")
      .slice(0, 60) || output.kind;
  return new File([content], `${plain}.${format.toLowerCase()}`, { type: TYPES[format] });
}

const TYPES: Record<ExportFormat, string> = {
  CSV: "text/csv",
  JSON: "application/json",
  npy: "application/octet-stream",
  PNG: "image/png",
  SVG: "image/svg+xml",
};

async function contentOf(output: Output, format: ExportFormat): Promise<BlobPart | undefined> {
  switch (format) {
    case "CSV":
      return toCSV(output);
    case "JSON":
      return toJSON(output);
    case "npy":
      if (output.kind === "numbers") return toNPY(output.dtype, output.shape, output.data);
      return output.kind === "attention" ? toNPY("float32", output.shape, output.data) : undefined;
    case "PNG":
      return toPNG(output);
    case "SVG":
      return toSVG(output);
  }
}
