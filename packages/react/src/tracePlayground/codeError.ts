import { InsituError } from "insitu";

/** Code of an editor that cannot be run as it is written, or not in this page. */
export class CodeError extends InsituError {
  /** Not the class's own, which a minifier changes. */
  override get name(): string {
    return "CodeError";
  }
}
