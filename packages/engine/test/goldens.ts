/** The op table and indexing against torch's outputs (goldens/ops.py), on the backend in use. */
import { type Attrs, type DType, type IndexTerm, inferOp, OPS, type SavedData, type TensorType } from "@insitu/program";
import { describe, expect, test } from "vitest";
import { runOp } from "../src/ops/table.ts";
import * as tf from "../src/tf.ts";
import INDEXING from "./goldens/indexing.json";
import OP_CASES from "./goldens/ops.json";

interface Packed {
  shape: number[];
  dtype: string;
  data: number[];
}

const TOLERANCE = 1e-4;

/** Declares the tests; `start` makes the backend the one in use. */
export function goldenTests(backend: string, start: () => Promise<unknown>): void {
  describe(`on ${backend}`, () => {
    test("every operation agrees with torch, in numbers, shape and dtype", async () => {
      await start();
      const failures: string[] = [];
      const seen = new Set<string>();
      const before = tf.memory().numTensors;
      for (const { op, inputs, attrs, output } of OP_CASES as unknown as OpCase[]) {
        seen.add(op);
        const type = inferOp(op, inputs.map(typeOf), attrs);
        const got = await evaluate(op, inputs, attrs, type);
        const problem = differs(got, output);
        if (problem)
          failures.push(`${op} ${JSON.stringify(attrs)} of ${inputs.map((i) => `${i.dtype}[${i.shape}]`)}: ${problem}`);
      }
      expect(failures).toEqual([]);
      expect(tf.memory().numTensors).toBe(before);
      // Indexing and creation have tests of their own.
      const others = ["at", "put", "fill", "randomNormal", "randomUniform"];
      expect(Object.keys(OPS).filter((op) => !seen.has(op) && !others.includes(op))).toEqual([]);
    });

    test("indices select and write what torch's do", async () => {
      await start();
      const failures: string[] = [];
      for (const { index, base, output, value, written } of INDEXING as unknown as IndexCase[]) {
        const attrs = { index } as Attrs;
        const read = await evaluate("at", [base], attrs, inferOp("at", [typeOf(base)], attrs));
        const write = await evaluate("put", [base, value], attrs, inferOp("put", [base, value].map(typeOf), attrs));
        const problem = differs(read, output) ?? differs(write, written);
        if (problem) failures.push(`${JSON.stringify(index)} of [${base.shape}]: ${problem}`);
      }
      expect(failures).toEqual([]);
    });

    test("a mask writes where it holds, an int32 value picks along an axis", async () => {
      await start();
      const base: Packed = { shape: [2, 3], dtype: "float32", data: [1, 2, 3, 4, 5, 6] };
      const mask: Packed = { shape: [3], dtype: "bool", data: [1, 0, 1] };
      const zero: Packed = { shape: [], dtype: "float32", data: [0] };
      const put = { index: [1, { mask: 0 }] } as Attrs;
      const written = await evaluate(
        "put",
        [base, zero, mask],
        put,
        inferOp("put", [base, zero, mask].map(typeOf), put),
      );
      expect(Array.from(written.data)).toEqual([1, 2, 3, 0, 5, 0]);
      const whole: Packed = { shape: [2, 3], dtype: "bool", data: [0, 1, 0, 0, 0, 1] };
      const all = { index: [{ mask: 0 }] } as Attrs;
      const masked = await evaluate(
        "put",
        [base, zero, whole],
        all,
        inferOp("put", [base, zero, whole].map(typeOf), all),
      );
      expect(Array.from(masked.data)).toEqual([1, 0, 3, 4, 5, 0]);
      const ids: Packed = { shape: [2, 2], dtype: "int32", data: [2, -3, 0, 1] };
      const at = { index: [0, { list: 0 }] } as Attrs;
      const picked = await evaluate("at", [base, ids], at, inferOp("at", [base, ids].map(typeOf), at));
      expect([picked.shape, Array.from(picked.data)]).toEqual([
        [2, 2],
        [3, 1, 1, 2],
      ]);
    });

    test("a seed means the same numbers everywhere", async () => {
      await start();
      const attrs = { shape: [4], seed: 7 };
      const normal = await evaluate("randomNormal", [], attrs, inferOp("randomNormal", [], attrs));
      const uniform = await evaluate(
        "randomUniform",
        [],
        { ...attrs, minval: 2, maxval: 3 },
        { shape: [4], dtype: "float32" },
      );
      expect(Array.from(normal.data, (x) => x.toFixed(4))).toEqual(["-1.3711", "0.0293", "-1.0922", "-1.1774"]);
      expect(Array.from(uniform.data).every((x) => x >= 2 && x < 3)).toBe(true);
      const fill = { shape: [2], value: 3, dtype: "int32" };
      expect(await evaluate("fill", [], fill, inferOp("fill", [], fill))).toEqual({
        shape: [2],
        dtype: "int32",
        data: Int32Array.of(3, 3),
      });
    });
  });
}

interface OpCase {
  op: string;
  inputs: Packed[];
  attrs: Attrs;
  output: Packed;
}

interface IndexCase {
  index: IndexTerm[];
  base: Packed;
  output: Packed;
  value: Packed;
  written: Packed;
}

const typeOf = ({ shape, dtype }: Packed): TensorType => ({ shape, dtype: dtype as DType });

async function evaluate(op: string, inputs: Packed[], attrs: Attrs, type: TensorType): Promise<SavedData> {
  const tensors = inputs.map(({ data, shape, dtype }) => tf.tensor(data, shape, dtype as DType));
  const result = runOp(op, tensors, attrs, type);
  const data = (await result.data()).slice() as SavedData["data"];
  const saved: SavedData = { shape: [...result.shape], dtype: result.dtype as DType, data };
  tf.dispose([...tensors, result]);
  if (result.dtype !== type.dtype || result.shape.join() !== type.shape.join()) {
    throw new Error(`${op} made ${result.dtype}[${result.shape}], inferred ${type.dtype}[${type.shape}]`);
  }
  return saved;
}

function differs(got: SavedData, want: Packed): string | undefined {
  if (got.shape.join() !== want.shape.join()) return `shape [${got.shape}], torch's [${want.shape}]`;
  if (got.dtype !== want.dtype) return `dtype ${got.dtype}, torch's ${want.dtype}`;
  const bound = want.dtype === "float32" ? TOLERANCE : 0;
  const at = want.data.findIndex(
    (x, i) => !(Math.abs(x - (got.data[i] as number)) <= bound * Math.max(1, Math.abs(x))),
  );
  return at < 0 ? undefined : `element ${at} is ${got.data[at]}, torch's ${want.data[at]}`;
}
