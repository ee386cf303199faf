/** TypeScript's language service over the cells of a notebook, each a module that sees the others' names as globals. */
import ts from "typescript";
import type { CellText, Completion, Docs, Hover, Problem } from "./serviceAnswers.ts";
import { topLevelNames } from "./topLevelNames.ts";

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  moduleDetection: ts.ModuleDetectionKind.Force,
  lib: ["lib.es2023.d.ts", "lib.esnext.disposable.d.ts"],
  types: [],
  strict: true,
  // A notebook is a sketch: what TypeScript cannot tell, it lets pass.
  noImplicitAny: false,
  strictNullChecks: false,
  allowImportingTsExtensions: true,
  allowUnreachableCode: true,
  allowUnusedLabels: true,
  noEmit: true,
  skipLibCheck: true,
};

/** Something is of type unknown: nothing is known to be wrong with it. */
const SILENT = new Set([2571, 18046]);

const CELLS = "/cells.d.ts";
const LIBRARIES = "/libraries.d.ts";
const ROOTS = ["/globals.d.ts", LIBRARIES, CELLS];

export class TypeScriptService {
  readonly #files: Map<string, string>;
  readonly #versions = new Map<string, number>();
  /** What every cell has, as it is while no cell takes one of its names. */
  readonly #given: ReadonlyMap<string, string>;
  readonly #service: ts.LanguageService;
  #cells: readonly CellText[] = [];

  constructor(files: Map<string, string>) {
    this.#files = files;
    this.#write(LIBRARIES, "export {};");
    this.#write(CELLS, "export {};");
    this.#service = ts.createLanguageService(this.#host());
    this.#given = new Map([
      ["/globals.d.ts", files.get("/globals.d.ts")!],
      [LIBRARIES, this.#libraries()],
    ]);
    this.update([]);
  }

  update(cells: readonly CellText[]): void {
    for (const { id } of this.#cells) if (!cells.some((cell) => cell.id === id)) this.#files.delete(fileOf(id));
    this.#cells = cells;
    const globals = new Map<string, string>();
    for (const { id, source } of cells) {
      const names = topLevelNames(source);
      // Behind the text, so that places in it stay.
      const given = names.filter(({ exported }) => !exported).map(({ name }) => name);
      this.#write(fileOf(id), `${source}\nexport { ${given.join(", ")} };`);
      const from = `import(".${fileOf(id)}")`;
      // The last cell that declares a name is the one that counts.
      for (const { name, as } of names) globals.set(name, declared(name, as, from));
    }
    this.#write(CELLS, globalText(globals.values()));
    // A cell's own name goes before what every cell has.
    for (const [file, given] of this.#given) this.#write(file, withoutNames(given, globals));
  }

  completions(id: string, offset: number): Completion[] {
    const found = this.#service.getCompletionsAtPosition(fileOf(id), offset, {
      includeCompletionsWithInsertText: false,
    });
    return (found?.entries ?? [])
      .filter(({ name, kindModifiers }) => !/^(__|#)/.test(name) && !kindModifiers?.includes("deprecated"))
      .map(({ name, kind, sortText }) => ({ name, kind, sort: sortText }));
  }

  details(id: string, offset: number, name: string): Docs | undefined {
    const found = this.#service.getCompletionEntryDetails(fileOf(id), offset, name, {}, undefined, {}, undefined);
    return found && this.#docs(found, name);
  }

  hover(id: string, offset: number): Hover | undefined {
    const found = this.#service.getQuickInfoAtPosition(fileOf(id), offset);
    if (!found) return undefined;
    const { start, length } = found.textSpan;
    const end = start + length;
    const name = this.#files.get(fileOf(id))!.slice(start, end);
    return { from: start, to: end, ...this.#docs(found, name) };
  }

  diagnostics(id: string): Problem[] {
    const file = fileOf(id);
    const end = this.#cells.find((cell) => cell.id === id)?.source.length ?? 0;
    const syntactic = this.#service.getSyntacticDiagnostics(file);
    // What cannot be read means nothing yet.
    const found = syntactic.length > 0 ? syntactic : this.#service.getSemanticDiagnostics(file);
    return found
      .filter(
        ({ start, category, code }) =>
          category === ts.DiagnosticCategory.Error && !SILENT.has(code) && (start ?? 0) <= end,
      )
      .map(({ start = 0, length = 0, messageText }) => ({
        from: start,
        to: Math.min(start + length, end),
        message: ts.flattenDiagnosticMessageText(messageText, "\n"),
      }))
      .filter(({ message }) => !message.endsWith("on type 'unknown'."));
  }

  /** Those of a library's own declaration, where the name is a global that stands for one. */
  #docs(found: Pick<ts.QuickInfo, "kind" | "displayParts" | "documentation">, name: string): Docs {
    const end = found.kind === "const" ? this.#files.get(LIBRARIES)!.search(new RegExp(`\\.${name};$`, "m")) : -1;
    const own = end < 0 ? undefined : this.#service.getQuickInfoAtPosition(LIBRARIES, end + 1);
    const { displayParts, documentation } = own?.documentation?.length ? own : found;
    return { signature: text(displayParts), text: text(documentation) };
  }

  /** All that insitu and its analyses export, as globals. */
  #libraries(): string {
    const globals = new Map<string, string>();
    const program = this.#service.getProgram()!;
    const checker = program.getTypeChecker();
    for (const library of ["insitu", "@insitu/analysis"]) {
      const file = program.getSourceFile(`/node_modules/${library}/index.d.ts`);
      const module = file && checker.getSymbolAtLocation(file);
      for (const symbol of module ? checker.getExportsOfModule(module) : []) {
        const { flags, name } = symbol;
        const target = flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
        const from = `import(${JSON.stringify(library)})`;
        const value = target.flags & ts.SymbolFlags.Value;
        const generic = checker
          .getDeclaredTypeOfSymbol(target)
          .symbol?.declarations?.some((declaration) => "typeParameters" in declaration && declaration.typeParameters);
        const type = target.flags & ts.SymbolFlags.Type && !generic;
        if (value || type) globals.set(name, declared(name, value ? (type ? "class" : "const") : "type", from));
      }
    }
    return globalText(globals.values());
  }

  #write(name: string, content: string): void {
    if (this.#files.get(name) === content) return;
    this.#files.set(name, content);
    this.#versions.set(name, (this.#versions.get(name) ?? 0) + 1);
  }

  #host(): ts.LanguageServiceHost {
    const files = this.#files;
    return {
      getCompilationSettings: () => OPTIONS,
      getScriptFileNames: () => [
        ...ROOTS,
        ...["insitu", "@insitu/analysis"].map((name) => `/node_modules/${name}/index.d.ts`),
        ...this.#cells.map(({ id }) => fileOf(id)),
      ],
      getScriptVersion: (name) => String(this.#versions.get(name) ?? 0),
      getScriptSnapshot: (name) => {
        const content = files.get(name);
        return content === undefined ? undefined : ts.ScriptSnapshot.fromString(content);
      },
      getCurrentDirectory: () => "/",
      getDefaultLibFileName: () => "/lib/lib.es2023.d.ts",
      fileExists: (name) => files.has(name),
      readFile: (name) => files.get(name),
      directoryExists: (name) => [...files.keys()].some((file) => file.startsWith(name.replace(/\/?$/, "/"))),
      getDirectories: () => [],
    };
  }
}

/** Each name's declaration is one line. */
function withoutNames(declarations: string, names: ReadonlyMap<string, string>): string {
  const lines = declarations.split("\n");
  return lines.filter((line) => !names.has(/^ *(?:const|function|type) ([\w$]+)/.exec(line)?.[1] ?? "")).join("\n");
}

const fileOf = (id: string): string => `/cell-${id}.ts`;

const text = (parts: readonly ts.SymbolDisplayPart[] | undefined): string =>
  ts.displayPartsToString([...(parts ?? [])]);

const globalText = (lines: Iterable<string>): string => `declare global {\n${[...lines].join("\n")}\n}\nexport {};`;

function declared(name: string, as: "const" | "let" | "type" | "class", from: string): string {
  const type = `type ${name} = ${from}.${name};`;
  if (as === "type") return type;
  const value = `${as === "let" ? "let" : "const"} ${name}: typeof ${from}.${name};`;
  return as === "class" ? `${type} ${value}` : value;
}
