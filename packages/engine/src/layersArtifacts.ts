/** What is given as a tf.LayersModel's artifacts, looked at before tfjs reads it: its own errors name no remedy. */
import { CheckpointError, type LayersArtifacts } from "@insitu/program";
import * as tf from "./tf.ts";

/** The remedy where they are none. */
export const ARTIFACTS =
  "Pass the artifacts of one: await model.save(tf.io.withSaveHandler(async (artifacts) => …)), or a model.json's URL.";

/** @throws CheckpointError naming the part that is not what tfjs saves. */
export function checkArtifacts({ modelTopology, weightSpecs, weightData }: LayersArtifacts): void {
  const check = (part: string, value: unknown, fits: boolean, wanted: string) => {
    if (fits) return;
    throw new CheckpointError(
      `A tf.LayersModel's artifacts were expected: ${part} is ${kindOf(value)}, not ${wanted}.`,
      ARTIFACTS,
      { part },
    );
  };
  check("modelTopology", modelTopology, isObject(modelTopology), "an object");
  check("weightSpecs", weightSpecs, Array.isArray(weightSpecs) && weightSpecs.every(isObject), "a list of objects");
  const pieces: unknown[] = Array.isArray(weightData) ? weightData : [weightData];
  const isBytes = pieces.every((piece) => piece instanceof ArrayBuffer);
  check("weightData", weightData, isBytes, "an ArrayBuffer, or a list of them");
}

/** As tfjs reads them without fault: it misreads pieces of which the last is the longest. */
export async function handlerOf({ weightData, ...rest }: LayersArtifacts): Promise<tf.io.IOHandler> {
  const bytes = Array.isArray(weightData) ? await new Blob(weightData).arrayBuffer() : weightData;
  return tf.io.fromMemory({ ...rest, weightData: bytes });
}

const isObject = (value: unknown): boolean => kindOf(value) === "Object";

/** "Object", "Array", "Undefined" … */
const kindOf = (value: unknown): string => Object.prototype.toString.call(value).slice(8, -1);
