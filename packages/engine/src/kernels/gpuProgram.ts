/**
 * Runs WGSL of our own through tfjs's webgpu backend, which compiles, caches, binds and submits it
 * with its own kernels. Sizes are uniforms, so that another length compiles nothing.
 */
import * as tf from "../tf.ts";

export interface GpuInput {
  tensor: tf.TensorInfo;
  /** Numbers in one element of the array that the shader sees: 4 for vec4. */
  components?: 1 | 4;
}

export interface GpuProgram {
  /** Tells one shader from another: everything that the source depends on. */
  key: string;
  inputs: Record<string, GpuInput>;
  output: { shape: number[]; dtype?: "float32" | "int32"; components?: 1 | 4 };
  /** Written in place, instead of a new tensor. */
  into?: tf.TensorInfo;
  /** int32, unless the name ends in `F`. */
  uniforms: Record<string, number>;
  workgroupSize: number;
  /** Invocations, or, of a shader with barriers, workgroups. */
  threads?: number;
  workgroups?: number;
  /** Module scope: helper functions, workgroup memory. */
  declarations?: string;
  /** The body of `fn main(index : i32)`; inputs by name, uniforms under `u.`, the output as `result`. */
  main: string;
}

export function runGpuProgram(program: GpuProgram): tf.TensorInfo {
  const backend = tf.backend() as unknown as ProgramRunner;
  const { output, into } = program;
  const dtype = output.dtype ?? "float32";
  const made = into ?? backend.makeTensorInfo(output.shape, dtype);
  const size = made.shape.reduce((a, b) => a * b, 1);
  const names = Object.keys(program.inputs);
  // Flat shapes of a rank that the output's never has: tfjs compiles anew for each way in which they broadcast.
  const inputs = names.map((name) => {
    const { dataId, dtype, shape } = (program.inputs[name] as GpuInput).tensor;
    return { dataId, dtype, shape: [1, shape.reduce((a, b) => a * b, 1)] };
  });
  const uniforms = Object.entries(program.uniforms);
  const workgroups = program.workgroups ?? Math.ceil((program.threads as number) / program.workgroupSize);
  backend.runWebGPUProgram(
    {
      outputShape: [size],
      shaderKey: `insitu_${program.key}`,
      variableNames: names,
      variableComponents: names.map((name) => program.inputs[name]?.components ?? 1),
      outputComponent: output.components ?? 1,
      uniforms: uniforms.map(([name]) => `${name} : ${isFloat(name) ? "f32" : "i32"}, `).join(""),
      workgroupSize: [program.workgroupSize, 1, 1],
      dispatchLayout: { x: [0] },
      dispatch: [workgroups, 1, 1],
      getUserCode: () => `${program.declarations ?? ""}
fn main(index : i32) {
${program.main.replaceAll(/\bu\./g, "uniforms.")}
}`,
    },
    inputs,
    dtype,
    uniforms.map(([name, value]) => ({ type: isFloat(name) ? "float32" : "int32", data: [value] })),
    { dataId: made.dataId, dtype, shape: [size] },
  );
  return made;
}

/** Whether tensors are on WebGPU, where the shaders run. */
export const onGpu = (): boolean => tf.getBackend() === "webgpu";

const isFloat = (name: string): boolean => name.endsWith("F");

/** What is used of tfjs's webgpu backend. */
interface ProgramRunner {
  makeTensorInfo(shape: number[], dtype: tf.DataType): tf.TensorInfo;
  runWebGPUProgram(
    program: object,
    inputs: tf.TensorInfo[],
    dtype: tf.DataType,
    uniforms: { type: string; data: number[] }[],
    output: tf.TensorInfo,
  ): tf.TensorInfo;
}
