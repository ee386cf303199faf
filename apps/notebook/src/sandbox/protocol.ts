/** What the page and the worker in the sandbox say to each other, over one port. */
import type { ErrorOutput, Output } from "../outputs/output.ts";

/** To the sandbox. */
export type ToSandbox =
  | { readonly type: "run"; readonly run: number; readonly cell: string; readonly code: string }
  /** Ends the run that goes on, unless it never waits for anything: answered by `ended`, or by nothing. */
  | { readonly type: "interrupt" }
  /** The page's model, anew: a port to its engine comes with it. Without one there is none. */
  | { readonly type: "model"; readonly port?: MessagePort; readonly name?: string }
  /** A module that was needed, as a script. */
  | { readonly type: "module"; readonly name: string; readonly script: string }
  /** A module that was needed cannot be had. */
  | { readonly type: "noModule"; readonly name: string; readonly why: string };

/** From the sandbox: never trusted, see `checkMessage.ts`. */
export type FromSandbox =
  | { readonly type: "ready" }
  /** All outputs of the run so far from `from` on, in place of what was said of them before. */
  | {
      readonly type: "outputs";
      readonly run: number;
      readonly from: number;
      readonly outputs: readonly Output[];
      readonly dropped: number;
    }
  | {
      readonly type: "ended";
      readonly run: number;
      readonly how: "done" | "error" | "interrupted";
      readonly error?: ErrorOutput | undefined;
      /** Names that the cell gives to others, and names of others that it takes. */
      readonly defines: readonly string[];
      readonly uses: readonly string[];
    }
  | { readonly type: "need"; readonly name: string }
  /** A model of the reader's own wants an engine. */
  | { readonly type: "engine"; readonly port: MessagePort };
