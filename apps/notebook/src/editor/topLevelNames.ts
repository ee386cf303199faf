/** The names that a cell's text declares for the other cells. */
import ts from "typescript";

export interface TopLevelName {
  readonly name: string;
  /** What another cell may do with it. */
  readonly as: "const" | "let" | "type" | "class";
  /** It is exported where it stands. */
  readonly exported: boolean;
}

export function topLevelNames(source: string): TopLevelName[] {
  const found = new Map<string, TopLevelName>();
  const file = ts.createSourceFile("cell.ts", source, ts.ScriptTarget.ES2023);
  for (const statement of file.statements) {
    const exported =
      ts.canHaveModifiers(statement) &&
      (ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false);
    const add = (name: ts.Identifier | undefined, as: TopLevelName["as"]) => {
      if (name?.text) found.set(name.text, { name: name.text, as, exported });
    };
    if (ts.isVariableStatement(statement)) {
      const { declarationList } = statement;
      const as = declarationList.flags & ts.NodeFlags.Const ? "const" : "let";
      for (const { name } of declarationList.declarations) bound(name, (identifier) => add(identifier, as));
    } else if (ts.isFunctionDeclaration(statement)) add(statement.name, "const");
    else if (ts.isClassDeclaration(statement)) add(statement.name, statement.typeParameters ? "const" : "class");
    else if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) {
      if (!statement.typeParameters) add(statement.name, "type");
    }
  }
  return [...found.values()];
}

/** Every name of a pattern. */
function bound(name: ts.BindingName, visit: (name: ts.Identifier) => void): void {
  if (ts.isIdentifier(name)) visit(name);
  else for (const element of name.elements) if (ts.isBindingElement(element)) bound(element.name, visit);
}
