/** A checkpoint's tokenizer: tokenizer.json, with its tokenizer_config.json. */
import { CheckpointError, type TokenizerFiles, toWire, type WireError } from "@insitu/program";
import { type ModelFiles, readJson } from "./modelFiles.ts";

/** The tokenizer, or the error to throw when it is first needed: a checkpoint without one runs on token ids. */
export async function readTokenizer(files: ModelFiles): Promise<TokenizerFiles | WireError> {
  try {
    const json = await readJson(files, "tokenizer.json");
    if (!json) throw none(files);
    const config = (await readJson(files, "tokenizer_config.json").catch(() => undefined)) ?? {};
    return { json, config };
  } catch (error) {
    return toWire(error);
  }
}

const none = ({ label }: ModelFiles): CheckpointError =>
  new CheckpointError(`${label} has no tokenizer.json.`, "Pass token ids, or add the file.", {
    file: "tokenizer.json",
  });
