/**
 * Every mistake of nnsight's own error cases (oracle/manifest.json, "errors"): the same complaint here,
 * raised while recording, or the result that nnsight refuses to give. Nothing hangs.
 */
import type { Case } from "../../case.ts";
import { FREER } from "./freer.ts";
import { use } from "./model.ts";
import { SAME } from "./same.ts";

/** No case takes longer: one that does is hanging. */
const SECONDS = 20;

/** Runs them all on a model; its outputs are the names of those that hold. Throws naming those that do not. */
export const errors: Case = async (model) => {
  use(model);
  const failures: string[] = [];
  const names: string[] = [];
  for (const [name, check] of CHECKS) {
    try {
      await withinSeconds(check());
      names.push(name);
    } catch (error) {
      failures.push(`${name}: ${error instanceof Error ? error.message : error}`);
    }
  }
  if (failures.length > 0) throw new Error(failures.join("; "));
  return { names };
};

const CHECKS: [string, () => Promise<void>][] = [
  ...SAME.map(([name, error, message, work]): [string, () => Promise<void>] => [
    name,
    () => complains(error, message, work),
  ]),
  ...FREER.map(([name, , check]): [string, () => Promise<void>] => [name, check]),
];

async function complains(name: string, message: RegExp, work: () => unknown): Promise<void> {
  let thrown: unknown;
  try {
    await work();
  } catch (error) {
    thrown = error;
  }
  if (!(thrown instanceof Error)) throw new Error("nothing was thrown");
  if (thrown.name !== name || !message.test(thrown.message))
    throw new Error(`it throws ${thrown.name}: ${thrown.message}`);
}

async function withinSeconds(work: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it hangs: no answer in ${SECONDS} s`)), SECONDS * 1000);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}
