import { type GPT2LanguageModel, type LoadOptions } from "../src/index.ts";
export declare const ROOT: URL;
/** A model of the repository by its path from the root, `apps/conformance/oracle/model`. */
export declare function loadInProcess(path: string, options?: LoadOptions): Promise<GPT2LanguageModel>;
/** A port to an engine of its own. */
export declare function engineInProcess(): MessagePort;
/** Node's fetch does not read file: addresses. */
export declare function serveFiles(): void;
