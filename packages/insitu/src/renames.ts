import { ArgumentError, type SpecIndex } from "@insitu/program";
import { unknownModule } from "./unknownModule.ts";

/** @throws UnknownModuleError for a name of nothing; ArgumentError for an alias that hides something. */
export function checkRenames(index: SpecIndex, rename: Readonly<Record<string, string>>): void {
  const paths = ["", ...index.spec.modules.map((m) => m.path)];
  for (const [from, alias] of Object.entries(rename)) {
    const parents = from.includes(".") ? [""] : paths.filter((p) => index.children(p).includes(from));
    const known = from.includes(".") ? index.module(from) || index.children(from).length > 0 : parents.length > 0;
    if (!known) throw unknownModule(index, from);
    const hidden = parents.find((p) => index.children(p).includes(alias) || RESERVED.has(alias));
    if (hidden !== undefined || !/^[A-Za-z_$][\w$]*$/.test(alias)) {
      throw new ArgumentError(
        `rename: ${JSON.stringify(alias)} for ${JSON.stringify(from)} would hide what ${hidden || "the model"} already has by that name.`,
        "Choose another name.",
        { from, alias },
      );
    }
  }
}

/** What every module has, and what the model itself has. */
const RESERVED = new Set(
  "input inputs output source skip path weight bias trace record run scan edit session get modules hook dispose".split(
    " ",
  ),
);
