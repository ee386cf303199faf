/** A module's value where it is one, and its values where it returns several. */
import {
  ArgumentError,
  formatShape,
  type ModuleSpec,
  ShapeMismatchError,
  type SiteSpec,
  siteName,
} from "@insitu/program";
import { type Cell, Storage } from "./cell.ts";
import type { PlaceTable } from "./places.ts";
import { asValue, type Operand, operandRef, Value } from "./value.ts";

/** A value that flows at a place of the model. */
export class PlaceValue extends Value {
  constructor(
    private readonly table: PlaceTable,
    private readonly site: SiteSpec,
  ) {
    table.recorder.reach.use(site, table.step);
    super(site.readonly ? readOnly(table, site) : table.visible(site));
  }

  protected override first(): Value {
    return this;
  }

  protected override replaceFirst(value: Operand): void {
    replacePlace(this.table, this.site, value);
  }
}

/** A place's tensor as a value that cannot be edited. */
function readOnly(table: PlaceTable, site: SiteSpec): Storage {
  const { recorder } = table;
  const type = recorder.siteType(site, table.invoke, table.step);
  return new Storage(recorder, type, () => table.visible(site).node("read"), siteName(site));
}

/** Replaces what flows on from a place. @throws ShapeMismatchError, OrderError */
export function replacePlace(table: PlaceTable, site: SiteSpec, value: Operand): void {
  fitting(table, site, value, (cell) => table.replace(site, cell));
}

/** Leaves a module out, its output being `value`. @throws ShapeMismatchError, OrderError, ArgumentError */
export function skipModule(table: PlaceTable, module: ModuleSpec, value: Operand | readonly unknown[]): void {
  const output = table.recorder.index.outputOf(module);
  if (!output || module.path === "" || module.dormant || !table.recorder.site({ module: module.path, port: "input" })) {
    throw new ArgumentError(
      `${module.path || "The whole model"} cannot be skipped.`,
      "Skip a block, or a module in one.",
    );
  }
  // A module that returns several may be given them all; only the first flows on.
  const several = Array.isArray(value) && module.returns !== "tensor";
  fitting(table, output, (several ? value[0] : value) as Operand, (cell) => table.skip(module, output, cell));
}

/** Calls `use` with the cell of a value that has the place's own shape and dtype. */
function fitting(table: PlaceTable, site: SiteSpec, value: Operand, use: (cell: Cell) => void): void {
  const { recorder } = table;
  recorder.enter(() => {
    const { shape, dtype } = recorder.siteType(site, table.invoke, table.step);
    const name = siteName(site);
    if (value === null || value === undefined) {
      throw new ArgumentError(`${name} was assigned ${String(value)}.`, "Assign a value, or use .set(0) to clear it.");
    }
    const given = value instanceof Value ? value : asValue(recorder, operandRef(recorder, value, dtype));
    if (given.cell.recorder !== recorder) given.ref(recorder);
    if (formatShape(given.shape) !== formatShape(shape) || given.dtype !== dtype) {
      throw new ShapeMismatchError(
        `${name} is ${dtype} ${formatShape(shape)}; what was assigned is ${given.dtype} ${formatShape(given.shape)}.`,
        "Assign a value of that shape and dtype, or write into it with .set(…), which broadcasts.",
        { place: [...shape], value: [...given.shape] },
      );
    }
    use(given.cell);
  });
}

/** The several values of a module that returns a tuple (attention), or a record (`logits`). */
export class OutputTuple {
  readonly [name: string]: unknown;

  constructor(table: PlaceTable, sites: readonly SiteSpec[], names: readonly string[]) {
    names.forEach((name, i) => {
      const site = sites[i] as SiteSpec;
      const access = {
        enumerable: true,
        get: () => new PlaceValue(table, site),
        set: (value: Operand) => replacePlace(table, site, value),
      };
      Object.defineProperty(this, name, access);
      if (name !== String(i)) Object.defineProperty(this, i, { ...access, enumerable: false });
    });
    const values = () => sites.map((site) => new PlaceValue(table, site));
    const hidden = (value: unknown) => ({ enumerable: false, value });
    Object.defineProperties(this, {
      length: hidden(sites.length),
      save: hidden(() => values().map((value) => value.save())),
      [Symbol.iterator]: hidden(() => values()[Symbol.iterator]()),
    });
  }
}
