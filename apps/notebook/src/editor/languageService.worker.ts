/** TypeScript's own language service over the cells of a notebook: each is a module, which gives its names to the others. */
import * as Comlink from "comlink";
import ts from "typescript";
import { SANDBOX_GLOBALS } from "./sandboxGlobals.ts";

export interface CellText {
  readonly id: string;
  readonly source: string;
}

export interface Completion {
  readonly label: string;
  /** TypeScript's word for what it is: "method", "const", "class" … */
  readonly kind: string;
  readonly sort: string;
}

export interface Description {
  /** Its declaration. */
  readonly signature: string;
  readonly documentation: string;
  /** Where it stands in the cell. */
  readonly from: number;
  readonly to: number;
}

export interface Diagnostic {
  readonly from: number;
  readonly to: number;
  readonly message: string;
  readonly severity: "error" | "warning";
}

const GLOBALS = "/sandbox.d.ts";
const NAMES = "/cells.d.ts";
/** Modules of which a cell has every export in scope. */
const IN_SCOPE = ["insitu", "@insitu/analysis"];

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  moduleDetection: ts.ModuleDetectionKind.Force,
  allowImportingTsExtensions: true,
  lib: ["lib.es2023.d.ts"],
  types: [],
  strict: true,
  noEmit: true,
  skipLibCheck: true,
};

export class NotebookService {
  private readonly files = new Map<string, string>();
  private readonly versions = new Map<string, number>();
  private cells: readonly CellText[] = [];
  private service: ts.LanguageService | undefined;

  /** `types`: every file of declarations by its path. */
  begin(types: Record<string, string>): void {
    for (const [path, text] of Object.entries(types)) this.files.set(path, text);
    const host: ts.LanguageServiceHost = {
      getScriptFileNames: () => [GLOBALS, NAMES, ...this.cells.map(({ id }) => pathOf(id))],
      getScriptVersion: (path) => String(this.versions.get(path) ?? 0),
      getScriptSnapshot: (path) => {
        const text = this.files.get(path);
        return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
      },
      getCurrentDirectory: () => "/",
      getCompilationSettings: () => OPTIONS,
      getDefaultLibFileName: () => "/lib/lib.es2023.d.ts",
      fileExists: (path) => this.files.has(path),
      readFile: (path) => this.files.get(path),
    };
    this.write(GLOBALS, SANDBOX_GLOBALS);
    this.write(NAMES, "export {};");
    this.service = ts.createLanguageService(host);
    this.write(GLOBALS, `${SANDBOX_GLOBALS}\n${this.exportsInScope()}`);
  }

  /** The code cells as they stand, in their order. */
  update(cells: readonly CellText[]): void {
    this.cells = cells;
    const owners = new Map<string, string>();
    for (const { id, source } of cells) {
      const names = declared(source);
      // Behind the cell, so that every place in it is its own.
      this.write(pathOf(id), `${source}\nexport { ${names.join(", ")} };`);
      for (const name of names) owners.set(name, id);
    }
    const lines = [...owners].map(
      ([name, id]) =>
        `  const ${name}: (typeof import(".${pathOf(id).replace(/\.ts$/, "")}"))[${JSON.stringify(name)}];`,
    );
    this.write(NAMES, `export {};\ndeclare global {\n${lines.join("\n")}\n}`);
  }

  completions(id: string, at: number): Completion[] {
    const found = this.service?.getCompletionsAtPosition(pathOf(id), at, { includeCompletionsWithInsertText: false });
    const own = found?.entries.filter(({ kind }) => kind !== ts.ScriptElementKind.warning) ?? [];
    return own.slice(0, MOST).map(({ name, kind, sortText }) => ({ label: name, kind, sort: sortText }));
  }

  /** What is told of a completion beside it. */
  details(id: string, at: number, name: string): Omit<Description, "from" | "to"> | undefined {
    const entry = this.service?.getCompletionEntryDetails(pathOf(id), at, name, {}, undefined, {}, undefined);
    return entry && { signature: textOf(entry.displayParts), documentation: textOf(entry.documentation) };
  }

  hover(id: string, at: number): Description | undefined {
    const info = this.service?.getQuickInfoAtPosition(pathOf(id), at);
    if (!info) return undefined;
    const { start, length } = info.textSpan;
    return {
      signature: textOf(info.displayParts),
      documentation: textOf(info.documentation),
      from: start,
      to: start + length,
    };
  }

  diagnostics(id: string): Diagnostic[] {
    const path = pathOf(id);
    const length = this.cells.find((cell) => cell.id === id)?.source.length ?? 0;
    if (!this.service || !this.files.has(path)) return [];
    const found = [...this.service.getSyntacticDiagnostics(path), ...this.service.getSemanticDiagnostics(path)];
    return found.flatMap(({ start = 0, length: size = 0, messageText, category, code }) => {
      if (start >= length || QUIET.has(code)) return [];
      return {
        from: start,
        to: Math.min(length, start + Math.max(1, size)),
        message: ts.flattenDiagnosticMessageText(messageText, "\n"),
        severity: category === ts.DiagnosticCategory.Error ? ("error" as const) : ("warning" as const),
      };
    });
  }

  private write(path: string, text: string): void {
    if (this.files.get(path) === text) return;
    this.files.set(path, text);
    this.versions.set(path, (this.versions.get(path) ?? 0) + 1);
  }

  /** Declarations of what modules export, as names of every cell. */
  private exportsInScope(): string {
    const program = this.service!.getProgram()!;
    const checker = program.getTypeChecker();
    const lines = IN_SCOPE.flatMap((name) => {
      const file = program.getSourceFile(`/node_modules/${name}/index.d.ts`);
      const symbol = file && checker.getSymbolAtLocation(file);
      if (!symbol) return [];
      return checker.getExportsOfModule(symbol).flatMap((one) => {
        const aliased = one.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(one) : one;
        if (!(aliased.flags & ts.SymbolFlags.Value)) return [];
        return `  export import ${one.name} = $${name.replace(/\W/g, "_")}.${one.name};`;
      });
    });
    const imports = IN_SCOPE.map((name) => `import * as $${name.replace(/\W/g, "_")} from ${JSON.stringify(name)};`);
    return `${imports.join("\n")}\ndeclare global {\n${lines.join("\n")}\n}`;
  }
}

/** Names of a list at most. */
const MOST = 600;

/** What is no mistake in a cell: an expression whose value nobody takes is what it shows. */
const QUIET = new Set([2695]);

const pathOf = (id: string): string => `/cell-${id}.ts`;

const textOf = (parts: readonly ts.SymbolDisplayPart[] | undefined): string =>
  ts.displayPartsToString(parts as ts.SymbolDisplayPart[]);

/** Names of a cell's top level. */
function declared(source: string): string[] {
  const names = new Set<string>();
  const file = ts.createSourceFile("cell.ts", source, ts.ScriptTarget.ES2023);
  const bind = (name: ts.BindingName): void => {
    if (ts.isIdentifier(name)) names.add(name.text);
    else for (const part of name.elements) if (ts.isBindingElement(part)) bind(part.name);
  };
  for (const statement of file.statements) {
    if (ts.isVariableStatement(statement)) for (const { name } of statement.declarationList.declarations) bind(name);
    else if ((ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) && statement.name)
      names.add(statement.name.text);
    else if (ts.isImportDeclaration(statement) && statement.importClause && !statement.importClause.isTypeOnly) {
      const { name, namedBindings } = statement.importClause;
      if (name) names.add(name.text);
      if (namedBindings && ts.isNamespaceImport(namedBindings)) names.add(namedBindings.name.text);
      if (namedBindings && ts.isNamedImports(namedBindings))
        for (const one of namedBindings.elements) if (!one.isTypeOnly) names.add(one.name.text);
    }
  }
  return [...names].filter((name) => name !== "");
}

Comlink.expose(new NotebookService());
