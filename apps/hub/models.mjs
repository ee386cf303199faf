/** The random models that have a name (models.json): what tests load and torch has goldens of. */
import { readFileSync } from "node:fs";
import { randomCheckpoint } from "./checkpoint/randomCheckpoint.mjs";

/** @type {Record<string, import("./checkpoint/randomCheckpoint.mjs").CheckpointOptions>} */
export const MODELS = JSON.parse(readFileSync(new URL("models.json", import.meta.url), "utf8"));

/** The options of a named model. @param {string} name @throws Error */
export function modelOptions(name) {
  const options = MODELS[name];
  if (!options) throw new Error(`There is no model ${name}. There are: ${Object.keys(MODELS).join(", ")}.`);
  return options;
}

/** Its files, made as they are read. @param {string} name @throws Error */
export function namedCheckpoint(name) {
  return randomCheckpoint(modelOptions(name));
}
