export { type Printed, printed } from "./code/printValue.ts";
export { type ReadCode, type ReadCodeOptions, readCode, UnreadableCode } from "./code/readCode.ts";
