/** The sandbox's scripts, for tests that run cells, and what the language service knows. */
import { buildSandbox } from "../buildSandbox.mjs";
import { writeTypeFiles } from "../typeFiles.mjs";

export default async function setup() {
  await buildSandbox();
  writeTypeFiles();
}
