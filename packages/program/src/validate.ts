import { inferCall } from "./callShape.ts";
import { decodeData } from "./constants.ts";
import { DTYPES, type TensorType } from "./dtype.ts";
import { InsituError, ProgramError, UnknownModuleError } from "./errors.ts";
import { dimsAtStep, type PromptDims, type SpecIndex, siteType } from "./modelSpec.ts";
import { inferOp } from "./ops/table.ts";
import {
  type GetNode,
  type GradNode,
  type Node,
  PROGRAM_VERSION,
  type SetGradNode,
  type SetNode,
  type SkipNode,
  siteName,
  type TraceProgram,
} from "./program.ts";
import { batchDims, checkGeneration, rowCount } from "./prompt.ts";
import { formatShape, sameShape, sizeOf } from "./shape.ts";

/** The type of a value held on the device, by its name; undefined where there is none. */
export type HeldTypes = (id: string) => TensorType | undefined;

/** More than any sane body records; a bound on what a program can make the engine do. */
export const LIMITS = { nodes: 200_000, rows: 4096, elements: 2 ** 28, programs: 65_536 };

export interface ValidProgram {
  dims: PromptDims;
  /** The type of each node's value; undefined for a `set`, which makes none. */
  types: (TensorType | undefined)[];
}

/**
 * Checks a program whole: schema, references, places, shapes, limits. The engine calls it on
 * whatever arrives; nothing runs before it returns.
 * @throws ProgramError, or the error of the rule that a node breaks, with the node's line.
 */
export function validateProgram(
  program: TraceProgram,
  index: SpecIndex,
  held: HeldTypes = () => undefined,
): ValidProgram {
  checkEnvelope(program, index);
  const dims = batchDims(index.spec, program.invokes);
  // Here and not where it is recorded, which makes the data itself.
  const broken = program.invokes.flatMap(({ tensors = [] }) => tensors).find((tensor) => !decodeData(tensor));
  if (broken)
    fail(`An input's data does not fill its shape ${formatShape(broken.shape)}.`, "Send what recording made.");
  if (dims.rows > LIMITS.rows) fail(`The batch has ${dims.rows} rows.`, `At most ${LIMITS.rows} are taken.`);
  if (program.generation && index.spec.inputs) fail("This model generates nothing.", "Trace it.");
  if (program.generation) checkGeneration(index.spec, dims.tokens, program.generation);
  const types: (TensorType | undefined)[] = [];
  for (const [at, node] of program.nodes.entries()) {
    try {
      types.push(typeOf(node, at, { program, index, dims, types, held }));
    } catch (error) {
      throw error instanceof InsituError ? error.at(lineOf(node)) : error;
    }
  }
  for (const kept of [...program.saves, ...(program.holds ?? [])]) {
    if (!isObject(kept) || types[kept.node as number] === undefined)
      fail(`A save names node ${kept?.node}, which makes no value.`, "Save a value of the program.");
  }
  for (const { loss } of program.backwards ?? []) {
    const type = types[loss];
    if (type?.dtype !== "float32" || sizeOf(type.shape) !== 1)
      fail(`Node ${loss} is no loss: it is not one float32 number.`, "Sum it first.");
    if (program.mode !== "trace") fail("There are gradients in a generation.", "Take them in a trace.");
  }
  return { dims, types };
}

function checkEnvelope(program: TraceProgram, index: SpecIndex): void {
  if (!isObject(program)) fail("The program is not an object.", "Send what recording made.");
  if (program.version !== PROGRAM_VERSION) {
    fail(
      `The program's version is ${JSON.stringify(program.version)}; this engine speaks ${PROGRAM_VERSION}.`,
      "Record it again with this version of insitu.",
    );
  }
  if (program.model !== index.spec.fingerprint) {
    fail(
      `The program was recorded for ${JSON.stringify(program.model)}; this model is ${index.spec.fingerprint}.`,
      "Load that model, or record it again on this one.",
    );
  }
  if (program.mode !== "trace" && program.mode !== "generate") {
    fail(`The mode is ${JSON.stringify(program.mode)}.`, 'It is "trace" or "generate".');
  }
  if ((program.mode === "generate") !== isObject(program.generation)) {
    fail("mode and generation do not agree.", 'Send generation with mode "generate", and only then.');
  }
  const lists = [program.invokes, program.nodes, program.saves, program.holds ?? [], program.backwards ?? []];
  if (!lists.every(Array.isArray)) fail("invokes, nodes and saves must be arrays.", "Send what recording made.");
  if (program.nodes.length > LIMITS.nodes)
    fail(`The program has ${program.nodes.length} nodes.`, `At most ${LIMITS.nodes} are taken.`);
  for (const invoke of program.invokes) {
    const rows = (x: unknown) => Array.isArray(x) && x.every((r) => Array.isArray(r));
    if (
      !isObject(invoke) ||
      !rows(invoke.ids) ||
      (invoke.mask !== undefined && !rows(invoke.mask)) ||
      (invoke.tensors !== undefined &&
        !(
          Array.isArray(invoke.tensors) &&
          invoke.tensors.every((t) => isObject(t) && DTYPES.includes(t.dtype) && isShape(t.shape))
        ))
    ) {
      fail("An invoke is not { ids, mask } with a row each.", "Send what recording made.");
    }
  }
}

interface Context {
  program: TraceProgram;
  index: SpecIndex;
  dims: PromptDims;
  types: readonly (TensorType | undefined)[];
  held: HeldTypes;
}

function typeOf(node: Node, at: number, context: Context): TensorType | undefined {
  if (!isObject(node)) fail(`Node ${at} is not an object.`, "Send what recording made.");
  const { index, types, program } = context;
  const input = (ref: unknown): TensorType => {
    const type = Number.isInteger(ref) && (ref as number) < at ? types[ref as number] : undefined;
    return (
      type ??
      fail(
        `Node ${at} uses node ${JSON.stringify(ref)}, which makes no value before it.`,
        "Nodes stand in recorded order.",
      )
    );
  };
  const inputs = (refs: unknown): TensorType[] =>
    Array.isArray(refs) ? refs.map(input) : fail(`Node ${at} has no list of inputs.`, "Send what recording made.");

  switch (node.kind) {
    case "get":
      return placeType(node, context);
    case "set": {
      const place = placeType(node, context);
      if (index.site(node)?.readonly) fail(`${siteName(node)} can only be read.`, "Edit the places that it decides.");
      const value = input(node.value);
      if (!sameShape(place.shape, value.shape) || place.dtype !== value.dtype) {
        fail(
          `${siteName(node)} is ${place.dtype} ${formatShape(place.shape)}; what replaces it is ${value.dtype} ${formatShape(value.shape)}.`,
          "A replacement has the place's own shape and dtype.",
        );
      }
      return undefined;
    }
    case "skip": {
      const module = index.module(node.module);
      const output = module && index.outputOf(module);
      if (!output || module.path === "" || !index.site({ module: module.path, port: "input" })) {
        throw new UnknownModuleError(`There is no module ${node.module} to skip.`, "See model.modules().", { ...node });
      }
      const place = placeType({ ...node, port: output.port }, context);
      const value = input(node.value);
      if (!sameShape(place.shape, value.shape) || place.dtype !== value.dtype) {
        fail(
          `${node.module} gives ${formatShape(place.shape)}; what stands for it is ${formatShape(value.shape)}.`,
          "It has the output's own shape.",
        );
      }
      const others = program.nodes.filter(
        (n) => n?.kind === "skip" && n.module === node.module && n.step === node.step,
      );
      const covered =
        others.some((n) => (n as SkipNode).invoke === null) ||
        new Set(others.map((n) => (n as SkipNode).invoke)).size === program.invokes.length;
      if (!covered) fail(`${node.module} is skipped in some invokes only.`, "Skip it in every invoke, or in none.");
      return undefined;
    }
    case "const": {
      if (!DTYPES.includes(node.dtype) || !isShape(node.shape))
        fail(`Node ${at}: a constant without dtype and shape.`, "Send what recording made.");
      if (!decodeData(node))
        fail(
          `Node ${at}: a constant's data does not fill ${node.dtype} ${formatShape(node.shape)}.`,
          "Send what recording made.",
        );
      return { shape: node.shape, dtype: node.dtype };
    }
    case "held": {
      const type = context.held(node.id);
      if (!type || !isShape(node.shape) || !sameShape(type.shape, node.shape) || type.dtype !== node.dtype) {
        fail(
          `Node ${at} uses ${JSON.stringify(node.id)}, which is not held on the device.`,
          "Hold it in an earlier trace of the same session.",
        );
      }
      return type;
    }
    case "grad":
      return gradOf(node, at, context, input);
    case "setGrad": {
      const place = gradOf(node, at, context, input);
      const value = input(node.value);
      if (!sameShape(place.shape, value.shape) || value.dtype !== "float32") {
        fail(
          `A gradient of shape ${formatShape(place.shape)} would become ${value.dtype} ${formatShape(value.shape)}.`,
          "It keeps its shape, and is float32.",
        );
      }
      return undefined;
    }
    case "param": {
      const module = index.module(node.module);
      const param = module?.params.find((p) => p.name === node.name);
      if (!param)
        throw new UnknownModuleError(`There is no parameter ${node.module}.${node.name}.`, "See model.modules().", {
          ...node,
        });
      return { shape: param.shape, dtype: "float32" };
    }
    case "call": {
      const module = index.module(node.module);
      if (!module)
        throw new UnknownModuleError(`There is no module ${node.module}.`, "See model.modules().", { ...node });
      return bounded(inferCall(module, inputs(node.inputs)), at);
    }
    case "op":
      return bounded(inferOp(node.op, inputs(node.inputs), node.attrs ?? {}), at);
    default:
      return fail(
        `Node ${at} is of the unknown kind ${JSON.stringify((node as { kind?: unknown }).kind)}.`,
        "Send what recording made.",
      );
  }
}

function gradOf(
  node: GradNode | SetGradNode,
  at: number,
  { program }: Context,
  input: (ref: unknown) => TensorType,
): TensorType {
  if (!program.backwards?.[node.backward])
    fail(`Node ${at} names backward pass ${node.backward}.`, `There are ${program.backwards?.length ?? 0}.`);
  const type = input(node.of);
  if (type.dtype !== "float32")
    fail(`Node ${at} asks for the gradient of a ${type.dtype} value.`, "Only float32 values have gradients.");
  return type;
}

/** A place's type as one invoke sees it, at the node's step: its own rows. */
function placeType(
  node: GetNode | SetNode | (SkipNode & { port: string }),
  { program, index, dims }: Context,
): TensorType {
  const owner = node.invoke === null ? undefined : program.invokes[node.invoke];
  const rows = node.invoke === null ? dims.rows : owner && rowCount(owner);
  if (rows === undefined)
    return fail(
      `${siteName(node)} names invoke ${node.invoke}; there are ${program.invokes.length}.`,
      "Send what recording made.",
    );
  const site = index.site(node);
  if (!site)
    throw new UnknownModuleError(`There is no place ${siteName(node)} in this model.`, "See model.modules().", {
      ...node,
    });
  const step = node.step ?? 0;
  const steps = program.generation?.maxNewTokens ?? 1;
  const last = site.afterwards ? steps : steps - 1;
  if (
    !Number.isInteger(step) ||
    step < (site.afterwards ? steps : 0) ||
    step > last ||
    (site.afterwards && !program.generation)
  ) {
    fail(`${siteName(node)} does not pass at step ${JSON.stringify(step)}.`, `The steps are 0 to ${steps - 1}.`);
  }
  const sizes = program.generation ? dimsAtStep(dims, step, steps) : dims;
  return siteType(site, { ...sizes, rows });
}

function bounded(type: TensorType, at: number): TensorType {
  const elements = type.shape.reduce((n, d) => n * d, 1);
  if (elements > LIMITS.elements) {
    fail(
      `Node ${at} would make ${formatShape(type.shape)}, ${elements} elements.`,
      `A value has at most ${LIMITS.elements}.`,
    );
  }
  return type;
}

const isObject = (x: unknown): x is Record<string, unknown> => typeof x === "object" && x !== null && !Array.isArray(x);

const isShape = (x: unknown): boolean => Array.isArray(x) && x.every((d) => Number.isInteger(d) && d >= 0);

const lineOf = (node: Node): string | undefined => (typeof node?.line === "string" ? node.line : undefined);

function fail(problem: string, remedy: string): never {
  throw new ProgramError(problem, remedy);
}
