import type { ExpectMatcherState } from "@playwright/test";

/** What a matcher gives Playwright. */
export interface MatcherAnswer {
  name: string;
  pass: boolean;
  message: () => string;
  expected?: unknown;
  actual?: unknown;
}

/** An answer whose message begins with the call, as Playwright's own do. */
export function answer(
  state: ExpectMatcherState,
  name: string,
  pass: boolean,
  [received, expected]: [string, string],
  text: () => string,
): MatcherAnswer {
  const hint = () => state.utils.matcherHint(name, received, expected, { isNot: state.isNot });
  return { name, pass, message: () => `${hint()}\n\n${text()}` };
}
