/**
 * Matrix products without shared memory: each thread keeps a block of the result in registers. For
 * software adapters; block sizes are those that ran fastest on SwiftShader.
 */
import type { GpuProgram } from "./gpuProgram.ts";
import { type MatMulRequest, matMulParts } from "./matMulShader.ts";

export function matMulDirect(request: MatMulRequest): GpuProgram {
  return request.transposed ? byRows(request) : byColumns(request);
}

/** The weight [k, n]: a thread runs down `quads` fours of its columns. */
function byColumns(request: MatMulRequest): GpuProgram {
  const { m, n } = request;
  const parts = matMulParts(request);
  const rows = m >= 17 ? 16 : m > 4 ? 8 : m > 1 ? 4 : 1;
  const quads = n % 16 === 0 && m === 1 ? 4 : n % 8 === 0 ? 2 : 1;
  const sums = blocks(rows, quads);
  return {
    ...parts,
    key: `matMulDirect_${rows}x${quads}_${parts.key}`,
    workgroupSize: 16,
    threads: Math.ceil(m / rows) * (n / 4 / quads),
    main: `
  let n4 = u.n / 4;
  let across = n4 / ${quads};
  let column = (index % across) * ${quads};
  let row = (index / across) * ${rows};
  if (row >= u.m) { return; }
  ${sums.map(({ name }) => `var ${name} = vec4<f32>(0.0);`).join("\n  ")}
  ${list(rows, (r) => `let x${r} = min(row + ${r}, u.m - 1) * (u.k / 4);`)}
  for (var k = 0; k < u.k / 4; k++) {
    ${list(4, (j) => list(quads, (q) => `let w${j}_${q} = weightQuad((k * 4 + ${j}) * n4 + column + ${q});`))}
    ${list(rows, (r) => `let a${r} = x[x${r} + k];`)}
    ${sums
      .map(({ name, r, c }) => list(4, (j) => `${name} = fma(vec4<f32>(a${r}.${"xyzw"[j]}), w${j}_${c}, ${name});`))
      .join("\n    ")}
  }
  ${sums.map(({ name, r, c }) => `if (row + ${r} < u.m) { finish(row + ${r}, column + ${c}, ${name}); }`).join("\n  ")}`,
  };
}

/** The weight [n, k]: a thread takes dot products of some rows of both. */
function byRows(request: MatMulRequest): GpuProgram {
  const { m, n } = request;
  const parts = matMulParts(request);
  const rows = m > 4 ? 8 : m > 1 ? 4 : 1;
  const columns = m > 1 ? 8 : 16;
  const sums = blocks(rows, columns);
  return {
    ...parts,
    key: `matMulDirect_${rows}x${columns}_${parts.key}`,
    workgroupSize: 8,
    threads: Math.ceil(m / rows) * Math.ceil(n / columns),
    main: `
  let k4 = u.k / 4;
  let across = (u.n + ${columns - 1}) / ${columns};
  let column = (index % across) * ${columns};
  let row = (index / across) * ${rows};
  if (row >= u.m) { return; }
  ${sums.map(({ name }) => `var ${name} = 0.0;`).join("\n  ")}
  ${list(rows, (r) => `let x${r} = min(row + ${r}, u.m - 1) * k4;`)}
  ${list(columns, (c) => `let w${c} = min(column + ${c}, u.n - 1) * k4;`)}
  for (var k = 0; k < k4; k++) {
    ${list(columns, (c) => `let b${c} = weightQuad(w${c} + k);`)}
    ${list(rows, (r) => `let a${r} = x[x${r} + k];`)}
    ${sums.map(({ name, r, c }) => `${name} += dot(a${r}, b${c});`).join("\n    ")}
  }
  ${sums
    .map(
      ({ name, r, c }) =>
        `if (row + ${r} < u.m && column + ${c} < u.n) { result[(row + ${r}) * u.n + column + ${c}] = ${name}; }`,
    )
    .join("\n  ")}`,
  };
}

function blocks(rows: number, columns: number): { name: string; r: number; c: number }[] {
  return Array.from({ length: rows * columns }, (_, i) => {
    const r = Math.floor(i / columns);
    const c = i % columns;
    return { name: `s${r}_${c}`, r, c };
  });
}

const list = (count: number, line: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => line(i)).join("\n    ");
