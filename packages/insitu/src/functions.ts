/** Values made inside a trace: constants, random numbers, joins and choices. tfjs's names. */
import { type DType, type NodeRef, promote } from "@insitu/program";
import { recording } from "./currentRecorder.ts";
import { type ConstantLike, shapedConstant } from "./operand.ts";
import type { Recorder } from "./recorder.ts";
import { asValue, type Operand, operandRef, Value } from "./value.ts";

type Shape = readonly number[];

/** A constant: numbers, an array of them, a typed array or a saved tensor, in `shape` where given. */
export function tensor(data: ConstantLike, shape?: Shape, dtype?: DType): Value {
  return making("tensor", (recorder) => {
    const constant = shapedConstant(data, shape, dtype);
    return recorder.constant(constant.data, constant.type);
  });
}

/** One number in no dimensions. */
export function scalar(value: number | boolean, dtype?: DType): Value {
  return tensor(value, [], dtype);
}

/** One number everywhere. */
export function fill(shape: Shape, value: number, dtype: DType = "float32"): Value {
  return making("fill", (recorder) => recorder.op("fill", [], { shape: [...shape], value, dtype }));
}

export function zeros(shape: Shape, dtype: DType = "float32"): Value {
  return fill(shape, 0, dtype);
}

export function ones(shape: Shape, dtype: DType = "float32"): Value {
  return fill(shape, 1, dtype);
}

/** Zeros of another value's shape and dtype. */
export function zerosLike(value: Value): Value {
  return fill(value.shape, 0, value.dtype);
}

/** Ones of another value's shape and dtype. */
export function onesLike(value: Value): Value {
  return fill(value.shape, 1, value.dtype);
}

/** start, start + step, … below stop. int32 where all are whole numbers. */
export function range(start: number, stop: number, step = 1): Value {
  const count = Math.max(0, Math.ceil((stop - start) / step));
  const data = Array.from({ length: count }, (_, i) => start + i * step);
  return tensor(data, [count], [start, step].every(Number.isInteger) ? "int32" : "float32");
}

/** `count` numbers from start to stop, both included. */
export function linspace(start: number, stop: number, count: number): Value {
  return tensor(
    Array.from({ length: count }, (_, i) => (count === 1 ? start : start + ((stop - start) * i) / (count - 1))),
  );
}

/** The identity matrix. */
export function eye(rows: number): Value {
  const data = new Float32Array(rows * rows);
  for (let i = 0; i < rows; i++) data[i * rows + i] = 1;
  return tensor(data, [rows, rows]);
}

/**
 * Normally distributed numbers, float32. The seed is part of the program, drawn while recording
 * where none is given; the same seed gives the same numbers on every backend.
 */
export function randomNormal(shape: Shape, mean = 0, stdDev = 1, seed = drawSeed()): Value {
  return making("randomNormal", (recorder) =>
    recorder.op("randomNormal", [], { shape: [...shape], mean, stdDev, seed }),
  );
}

/** Numbers uniform in [minval, maxval), float32. Seeded as `randomNormal`. */
export function randomUniform(shape: Shape, minval = 0, maxval = 1, seed = drawSeed()): Value {
  return making("randomUniform", (recorder) =>
    recorder.op("randomUniform", [], { shape: [...shape], minval, maxval, seed }),
  );
}

/** `a` where the condition (bool) holds, else `b`: the branch that can be recorded. */
export function where(condition: Value, a: Operand, b: Operand): Value {
  return making("where", (recorder) => {
    const like = a instanceof Value ? a.dtype : b instanceof Value ? b.dtype : undefined;
    return recorder.op("where", [
      condition.ref(recorder),
      operandRef(recorder, a, like),
      operandRef(recorder, b, like),
    ]);
  });
}

/** Values joined along `axis`. */
export function concat(values: readonly Operand[], axis = 0): Value {
  return making("concat", (recorder) => recorder.op("concat", joined(recorder, values), { axis }));
}

/** Values joined along a new dimension at `axis`. */
export function stack(values: readonly Operand[], axis = 0): Value {
  return making("stack", (recorder) => recorder.op("stack", joined(recorder, values), { axis }));
}

/** A value cut along `axis` into equal parts (a count), or parts of these sizes. */
export function split(value: Value, parts: number | readonly number[], axis = 0): Value[] {
  const at = axis < 0 ? axis + value.rank : axis;
  const size = value.shape[at] ?? 0;
  const sizes = typeof parts === "number" ? new Array<number>(parts).fill(size / parts) : parts;
  let start = 0;
  return sizes.map((count) => {
    const part = value.at(...new Array<string>(at).fill(":"), `${start}:${start + count}`);
    start += count;
    return part;
  });
}

/** The values along `axis`, each without it. */
export function unstack(value: Value, axis = 0): Value[] {
  const at = axis < 0 ? axis + value.rank : axis;
  return Array.from({ length: value.shape[at] ?? 0 }, (_, i) => value.at(...new Array<string>(at).fill(":"), i));
}

/** Matrix product: see `Value.matMul`. */
export function matMul(a: Value, b: Operand, transposeA?: boolean, transposeB?: boolean): Value {
  return a.matMul(b, transposeA, transposeB);
}

/** Einstein summation, such as `einsum("bqhd,bkhd->bhqk", q, k)`. float32. */
export function einsum(equation: string, ...values: Operand[]): Value {
  return making("einsum", (recorder) => recorder.op("einsum", joined(recorder, values), { equation }));
}

function making(name: string, make: (recorder: Recorder) => NodeRef): Value {
  const recorder = recording(`${name}(…)`);
  return recorder.enter(() => asValue(recorder, make(recorder)));
}

function joined(recorder: Recorder, values: readonly Operand[]): NodeRef[] {
  const dtypes = values.filter((v) => v instanceof Value).map((v) => v.dtype);
  const like = dtypes.length > 0 ? dtypes.reduce(promote) : undefined;
  return values.map((v) => operandRef(recorder, v, like));
}

/** A whole number that JSON keeps exactly. */
export const drawSeed = (): number => Math.floor(Math.random() * 2 ** 31);
