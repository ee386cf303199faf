/** The sandbox's scripts, for tests that run cells. */
import { buildSandbox } from "../buildSandbox.mjs";

export default async function setup() {
  await buildSandbox();
}
