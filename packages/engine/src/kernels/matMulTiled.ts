/**
 * Matrix products for GPUs: workgroups that share tiles of both factors; for a few rows (decoding),
 * workgroups that share out the inner dimension.
 */
import type { GpuProgram } from "./gpuProgram.ts";
import { type MatMulRequest, matMulParts } from "./matMulShader.ts";

/** Rows up to which sharing tiles would leave most threads idle. */
const FEW_ROWS = 4;

export function matMulTiled(request: MatMulRequest): GpuProgram {
  if (request.m > FEW_ROWS) return tiles(request);
  return request.transposed ? fewRowsTransposed(request) : fewRows(request);
}

const TILE_M = 32;
const TILE_N = 64;
const TILE_K = 16;

/** 128 threads make 32 rows x 64 columns, four by four each. */
function tiles(request: MatMulRequest): GpuProgram {
  const { m, n, transposed } = request;
  const parts = matMulParts(request);
  const loadWeight = transposed
    ? `
      let line = column + i / 4;
      let inner = k0 + (i % 4) * 4;
      var quad = vec4<f32>(0.0);
      if (line < u.n && inner < u.k) { quad = weightQuad((line * u.k + inner) / 4); }
      for (var j = 0; j < 4; j++) { weightTile[((i % 4) * 4 + j) * ${TILE_N} + i / 4] = quad[j]; }`
    : `
      let inner = k0 + i / 16;
      let line = column + (i % 16) * 4;
      var quad = vec4<f32>(0.0);
      if (line < u.n && inner < u.k) { quad = weightQuad((inner * u.n + line) / 4); }
      for (var j = 0; j < 4; j++) { weightTile[(i / 16) * ${TILE_N} + (i % 16) * 4 + j] = quad[j]; }`;
  const store = transposed
    ? "for (var j = 0; j < 4; j++) { if (left + j < u.n) { result[(top + i) * u.n + left + j] = sums[i][j]; } }"
    : "if (left < u.n) { finish(top + i, left / 4, sums[i]); }";
  return {
    ...parts,
    key: `matMulTiled_${parts.key}`,
    workgroupSize: 128,
    workgroups: Math.ceil(m / TILE_M) * Math.ceil(n / TILE_N),
    declarations: `${parts.declarations}
var<workgroup> xTile : array<f32, ${TILE_K * TILE_M}>;
var<workgroup> weightTile : array<f32, ${TILE_K * TILE_N}>;`,
    main: `
  let across = (u.n + ${TILE_N - 1}) / ${TILE_N};
  let group = index / 128;
  let thread = index % 128;
  let row = (group / across) * ${TILE_M};
  let column = (group % across) * ${TILE_N};
  let top = row + (thread / 16) * 4;
  let left = column + (thread % 16) * 4;
  var sums : array<vec4<f32>, 4>;
  for (var k0 = 0; k0 < u.k; k0 += ${TILE_K}) {
    {
      let line = row + thread / 4;
      let inner = k0 + (thread % 4) * 4;
      var quad = vec4<f32>(0.0);
      if (line < u.m && inner < u.k) { quad = x[(line * u.k + inner) / 4]; }
      for (var j = 0; j < 4; j++) { xTile[((thread % 4) * 4 + j) * ${TILE_M} + thread / 4] = quad[j]; }
    }
    for (var i = thread; i < ${(TILE_K * TILE_N) / 4}; i += 128) {${loadWeight}
    }
    workgroupBarrier();
    for (var k = 0; k < ${TILE_K}; k++) {
      let w = k * ${TILE_N} + (thread % 16) * 4;
      let b = vec4<f32>(weightTile[w], weightTile[w + 1], weightTile[w + 2], weightTile[w + 3]);
      let a = k * ${TILE_M} + (thread / 16) * 4;
      for (var i = 0; i < 4; i++) { sums[i] = fma(vec4<f32>(xTile[a + i]), b, sums[i]); }
    }
    workgroupBarrier();
  }
  for (var i = 0; i < 4; i++) {
    if (top + i < u.m) { ${store} }
  }`,
  };
}

/** 16 threads share the inner dimension of each of 8 fours of columns. */
function fewRows(request: MatMulRequest): GpuProgram {
  const { m, n } = request;
  const parts = matMulParts(request);
  return {
    ...parts,
    key: `matMulFewRows_${parts.key}`,
    workgroupSize: 128,
    workgroups: m * Math.ceil(n / 32),
    declarations: `${parts.declarations}
var<workgroup> sums : array<vec4<f32>, 128>;`,
    main: `
  let across = (u.n + 31) / 32;
  let group = index / 128;
  let thread = index % 128;
  let row = group / across;
  let column = (group % across) * 8 + thread % 8;
  let inside = row < u.m && column < u.n / 4;
  var sum = vec4<f32>(0.0);
  if (inside) {
    for (var k = thread / 8; k < u.k; k += 16) {
      sum = fma(vec4<f32>(x[(row * u.k + k) / 4][k % 4]), weightQuad(k * (u.n / 4) + column), sum);
    }
  }
  sums[thread] = sum;
  workgroupBarrier();
  if (thread < 8 && inside) {
    for (var part = 1; part < 16; part++) { sum += sums[part * 8 + thread]; }
    finish(row, column, sum);
  }`,
  };
}

/** 16 threads share each of 8 dot products. */
function fewRowsTransposed(request: MatMulRequest): GpuProgram {
  const { m, n } = request;
  const parts = matMulParts(request);
  return {
    ...parts,
    key: `matMulFewRows_${parts.key}`,
    workgroupSize: 128,
    workgroups: m * Math.ceil(n / 8),
    declarations: `${parts.declarations}
var<workgroup> sums : array<f32, 128>;`,
    main: `
  let across = (u.n + 7) / 8;
  let group = index / 128;
  let thread = index % 128;
  let row = group / across;
  let column = (group % across) * 8 + thread / 16;
  let inside = row < u.m && column < u.n;
  var sum = 0.0;
  if (inside) {
    for (var k = thread % 16; k < u.k / 4; k += 16) {
      sum += dot(x[row * (u.k / 4) + k], weightQuad(column * (u.k / 4) + k));
    }
  }
  sums[thread] = sum;
  workgroupBarrier();
  if (thread % 16 == 0 && inside) {
    for (var part = 1; part < 16; part++) { sum += sums[thread + part]; }
    result[row * u.n + column] = sum;
  }`,
  };
}
