import { randomUUID } from "node:crypto";
import type { Frame } from "@playwright/test";
import { ArgumentError, callSite, type GPT2LanguageModel, WorkerError } from "insitu";
import { reasonOf } from "../bridge/pageEngine.ts";
import { editInPage, undoInPage } from "./attachInPage.ts";

/** Takes the edit back; again, or on a page that is gone, it does nothing. */
export type Undo = () => Promise<void>;

/** How long the prompt is that an edit is tried on. */
const TRIAL_TOKENS = 8;

/** `editInPage` of a model attached to. */
export function editOfPage(frame: Frame, key: string, model: GPT2LanguageModel) {
  return async (body: (...args: never[]) => void, arg?: unknown): Promise<Undo> => {
    const line = callSite();
    const id = randomUUID();
    const ids = Array<number>(Math.min(TRIAL_TOKENS, model.spec.maxTokens)).fill(0);
    const refuse = (why: string) =>
      new ArgumentError(
        `editInPage: the page cannot record this edit. ${why}`,
        "It is sent as text and runs there: what it uses of the test comes in as arg, editInPage((model, arg) => …, arg).",
      ).at(line);
    if (typeof body !== "function") throw refuse(`${typeof body} is no function.`);
    const sent = await frame.evaluateHandle(`(${body})`).catch((error) => {
      throw refuse(`Its text is no expression: ${reasonOf(error)}.`);
    });
    const outcome = await frame
      .evaluate(editInPage, { key, id, body: sent as never, arg, ids })
      .catch((error) => ({ name: "WorkerError", message: reasonOf(error) }))
      .finally(() => sent.dispose().catch(() => {}));
    if (outcome === "gone" || (outcome && outcome.name === "WorkerError")) {
      throw new WorkerError(
        "The page under test no longer has the model that was attached to.",
        "Attach to it again: await attach(page).",
      ).at(line);
    }
    if (outcome) throw refuse(`${outcome.name}: ${outcome.message.split("\n")[0]}`);
    return async () => {
      await frame.evaluate(undoInPage, { key, id }).catch(() => {});
    };
  };
}
