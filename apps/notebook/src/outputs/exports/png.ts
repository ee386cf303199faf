/** Pictures as PNG: of the SVG where there is one, else every number as a dot. */
import { scaleFor } from "@insitu/react";
import type { Output } from "../output.ts";
import { statisticsOf } from "../statistics.ts";
import { toSVG } from "./svg.ts";

/** Dots for each unit of the SVG. */
const SHARP = 2;

/** Undefined for what is no picture. */
export async function toPNG(output: Output): Promise<Blob | undefined> {
  const svg = toSVG(output);
  if (svg) return drawn(svg);
  if (output.kind !== "numbers" && output.kind !== "attention") return undefined;
  const { shape, data } = output;
  const columns = shape.at(-1) ?? 1;
  const rows = data.length / Math.max(1, columns);
  if (rows === 0) return undefined;
  const figures = statisticsOf(data);
  const scale = scaleFor({ min: figures?.min || 0, max: figures?.max || 0 });
  const canvas = new OffscreenCanvas(columns, rows);
  const context = canvas.getContext("2d")!;
  const image = context.createImageData(columns, rows);
  const pixels = new Uint32Array(image.data.buffer);
  for (let i = 0; i < data.length; i++) pixels[i] = scale.pixel(data[i]!);
  context.putImageData(image, 0, 0);
  return canvas.convertToBlob({ type: "image/png" });
}

async function drawn(svg: string): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml,${encodeURIComponent(svg)}`;
  await image.decode();
  const [width, height] = [image.naturalWidth || 640, image.naturalHeight || 400];
  const canvas = new OffscreenCanvas(width * SHARP, height * SHARP);
  const context = canvas.getContext("2d")!;
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas.convertToBlob({ type: "image/png" });
}
