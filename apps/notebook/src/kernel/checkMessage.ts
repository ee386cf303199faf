/** What comes from the sandbox, checked: whoever wrote the code there can say anything. */
import * as v from "valibot";
import { checkError, checkOutput, OutputBudget } from "../outputs/checkOutput.ts";
import type { ErrorOutput, Output } from "../outputs/output.ts";
import type { FromSandbox } from "../sandbox/protocol.ts";

const Name = v.pipe(v.string(), v.maxLength(200));
const Names = v.pipe(v.array(Name), v.maxLength(2000));
const Count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const Message = v.variant("type", [
  v.object({ type: v.literal("ready") }),
  v.object({
    type: v.literal("outputs"),
    run: Count,
    from: Count,
    outputs: v.pipe(v.array(v.unknown()), v.maxLength(500)),
    dropped: Count,
  }),
  v.object({
    type: v.literal("ended"),
    run: Count,
    how: v.picklist(["done", "error", "interrupted"]),
    error: v.optional(v.unknown()),
    defines: Names,
    uses: Names,
  }),
  v.object({ type: v.literal("need"), name: v.picklist(["plot", "tf"]) }),
  v.object({ type: v.literal("engine"), port: v.instance(MessagePort) }),
]);

/** Undefined for what is no message. */
export function checkMessage(data: unknown): FromSandbox | undefined {
  const checked = v.safeParse(Message, data);
  if (!checked.success) return undefined;
  const message = checked.output;
  if (message.type === "outputs") {
    const budget = new OutputBudget();
    const outputs = message.outputs.map((output): Output => checkOutput(output, budget) ?? REFUSED);
    return { ...message, outputs };
  }
  if (message.type === "ended") {
    const error = checkError(message.error);
    return { ...message, error: error ?? (message.how === "error" ? UNKNOWN : undefined) };
  }
  return message;
}

const REFUSED: Output = { kind: "text", level: "warn", text: "An output that cannot be shown." };

const UNKNOWN: ErrorOutput = { kind: "error", name: "Error", message: "The cell failed, and did not say how." };
