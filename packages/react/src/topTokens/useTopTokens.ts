import { type TopToken, topTokens } from "@insitu/analysis";
import { type Run, type RunHookOptions, useRun } from "../run/useRun.ts";

export interface TopTokensHookOptions extends RunHookOptions {
  /** How many; 10 unless given. */
  k?: number | undefined;
  /** After which position; the last unless given. Negative numbers count from the end. */
  position?: number | undefined;
}

/** What the model would say next: `<TopTokens>` without its looks. */
export function useTopTokens(
  prompt: string | readonly number[],
  { k = 10, position = -1, enabled }: TopTokensHookOptions = {},
): Run<TopToken[]> {
  return useRun(
    (model, { signal }) => topTokens(model, prompt as string, { k, position, signal }),
    [JSON.stringify(prompt), k, position],
    { enabled },
  );
}
