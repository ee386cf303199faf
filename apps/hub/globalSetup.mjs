/** One look-alike for all tests of a vitest project: `inject("hub")` is its address. */
import { startHub } from "./lookalike.mjs";
import { MODELS } from "./models.mjs";
import { repoInMemory, repoOnDisk } from "./repos.mjs";

/** Sent by who may read `insitu/gated`. */
const TOKEN = "hf_insitu";

/** @param {import("vitest/node").TestProject} project */
export default async function setup(project) {
  const tiny = Object.keys(MODELS).filter((name) => name.startsWith("tiny-"));
  const repos = Object.fromEntries(tiny.map((name) => [`insitu/${name}`, repoInMemory(name)]));
  repos["insitu/gated"] = { ...repos["insitu/tiny-random"], token: TOKEN };
  // 548 MB: for who asks for it.
  if (process.env.INSITU_FULL_SIZE) repos["openai-community/gpt2"] = await repoOnDisk("gpt2");
  const hub = await startHub({ repos });
  project.provide("hub", hub.url);
  return () => hub.close();
}
