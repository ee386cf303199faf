/** One look-alike for all tests of a vitest project: `inject("hub")` is its address. */
import { startHub } from "./lookalike.mjs";
import { MODELS } from "./models.mjs";
import { repoInMemory } from "./repos.mjs";

/** Sent by who may read `insitu/gated`. */
const TOKEN = "hf_insitu";

/** @param {import("vitest/node").TestProject} project */
export default async function setup(project) {
  const tiny = Object.keys(MODELS).filter((name) => name.startsWith("tiny-"));
  const repos = Object.fromEntries(tiny.map((name) => [`insitu/${name}`, repoInMemory(name)]));
  repos["insitu/gated"] = { ...repos["insitu/tiny-random"], token: TOKEN };
  const hub = await startHub({ repos });
  project.provide("hub", hub.url);
  return () => hub.close();
}
