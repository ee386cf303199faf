/**
 * Every error insitu throws on purpose, in one place.
 *
 * Each names the thing, the value that was wrong and what to do (`remedy`). Errors raised while a
 * body is being recorded also carry `line`: the user's own line as `file:line:column`. All of them
 * survive the trip from the worker (`toWire` / `fromWire`).
 */
export class InsituError extends Error {
  /** The user's line, `file:line:column`, where one is known. */
  line: string | undefined;
  /** What to do about it, one sentence. */
  readonly remedy: string;
  /** Machine-readable facts: the file, the tensor, the expected and the given shape … */
  readonly details: Record<string, unknown>;
  /** What a run had saved before it failed: tensors, by their names in what the body returned. */
  saved: Readonly<Record<string, unknown>> | undefined;
  /** The problem alone, without line and remedy. */
  readonly problem: string;

  constructor(problem: string, remedy: string, details: Record<string, unknown> = {}) {
    super(`${problem} ${remedy}`);
    this.problem = problem;
    this.remedy = remedy;
    this.details = details;
  }

  /** The class's name. Of a table, not of the class itself, whose name a minifier changes. */
  override get name(): string {
    return NAMES.get(this.constructor) ?? "InsituError";
  }

  /** Names the user's line in the message as well, once. */
  at(line: string | undefined): this {
    if (line && !this.line) {
      this.line = line;
      this.message = `${this.problem} ${this.remedy}\n    at ${line}`;
    }
    return this;
  }
}

/** A module's value, a save or an edit outside a trace's body: there is no run to speak of. */
export class OutsideTraceError extends InsituError {}
/** The body returned a promise. Bodies are recorded synchronously, once. */
export class AsyncBodyError extends InsituError {}
/** A recorded value was used as a JavaScript boolean, number or string. */
export class ValueUseError extends InsituError {}
/** `.value` was read of something not saved, or before its trace finished. */
export class NotSavedError extends InsituError {}
/** No module, hook point or parameter of this name. */
export class UnknownModuleError extends InsituError {}
/** A slice that cannot be read, or does not fit the shape. */
export class SliceError extends InsituError {}
/** Shapes or dtypes that do not fit together. */
export class ShapeMismatchError extends InsituError {}
/** An argument of an operation, or an option, that is not what it takes. */
export class ArgumentError extends InsituError {}
/** An edit upstream of something already read, or a value needed before it exists. */
export class OrderError extends InsituError {}
/** A barrier that would wait for ever: a wrong count, uneven calls, a crossed order. */
export class BarrierError extends InsituError {}
/** A gradient that does not exist: of what the loss does not depend on, or through what has none. */
export class GradientError extends InsituError {}
/** A prompt that is empty, too long, or holds an id outside the vocabulary. */
export class PromptError extends InsituError {}
/** A trace program that is malformed. The engine trusts nothing that arrives. */
export class ProgramError extends InsituError {}
/** A checkpoint file that is missing, truncated, of the wrong kind, or of the wrong shape. */
export class CheckpointError extends InsituError {}
/** No WebGPU here, an unknown backend, or a device that was lost. */
export class BackendError extends InsituError {}
/** The worker could not start, died, or answered what it should not. */
export class WorkerError extends InsituError {}
/** The model was disposed, or belongs to another load. */
export class DisposedError extends InsituError {}
/** A run was cancelled by its caller's own signal. */
export class CancelledError extends InsituError {}
/** A run failed in the worker for a reason none of the others names; the cause's text is kept. */
export class RunError extends InsituError {}

const CLASSES = {
  InsituError,
  OutsideTraceError,
  AsyncBodyError,
  ValueUseError,
  NotSavedError,
  UnknownModuleError,
  SliceError,
  ShapeMismatchError,
  ArgumentError,
  OrderError,
  BarrierError,
  GradientError,
  PromptError,
  ProgramError,
  CheckpointError,
  BackendError,
  WorkerError,
  DisposedError,
  CancelledError,
  RunError,
};

const NAMES = new Map<unknown, string>(Object.entries(CLASSES).map(([name, Class]) => [Class, name]));

/** An error as plain data. */
export interface WireError {
  name: string;
  problem: string;
  remedy: string;
  line?: string;
  details: Record<string, unknown>;
}

/** Any thrown thing as plain data; what is not an InsituError becomes a RunError. */
export function toWire(error: unknown): WireError {
  if (error instanceof InsituError) {
    const { name, problem, remedy, line, details } = error;
    return line ? { name, problem, remedy, line, details } : { name, problem, remedy, details };
  }
  const text = error instanceof Error ? error.message : String(error);
  return {
    name: "RunError",
    problem: `The run failed in the worker: ${text}`,
    remedy: "Nothing was kept from it; the next trace starts clean.",
    details: error instanceof Error && error.stack ? { stack: error.stack } : {},
  };
}

/** The typed error again, on this side of the wire. */
export function fromWire(wire: WireError): InsituError {
  const Class = CLASSES[wire.name as keyof typeof CLASSES] ?? RunError;
  return new Class(wire.problem, wire.remedy, wire.details).at(wire.line);
}
