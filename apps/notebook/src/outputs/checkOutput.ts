import type { Output } from "./output.ts";
export const checkOutput = (o: unknown): Output | undefined => o as Output;
