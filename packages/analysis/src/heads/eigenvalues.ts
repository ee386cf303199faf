/** Eigenvalues of small matrices, on the main thread. */

/** One eigenvalue. */
export interface Complex {
  re: number;
  im: number;
}

/**
 * Of a square matrix, row-major; the furthest from 0 first. By Hessenberg reduction and QR steps, in 64 bits. The library
 * that does it is loaded when it is first needed. Of a matrix with numbers that are not finite, all are NaN.
 */
export async function eigenvalues(matrix: Float32Array, size: number): Promise<Complex[]> {
  // The steps would never end.
  if (!matrix.every(Number.isFinite)) return new Array<Complex>(size).fill({ re: Number.NaN, im: Number.NaN });
  const { EigenvalueDecomposition, Matrix } = await import("ml-matrix");
  const { realEigenvalues, imaginaryEigenvalues } = new EigenvalueDecomposition(
    Matrix.from1DArray(size, size, Array.from(matrix)),
  );
  return realEigenvalues
    .map((re, i) => ({ re, im: imaginaryEigenvalues[i] as number }))
    .sort((a, b) => Math.hypot(b.re, b.im) - Math.hypot(a.re, a.im));
}
