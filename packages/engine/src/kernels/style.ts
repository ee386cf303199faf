/**
 * How shaders are written. A GPU wants workgroups that share memory; a software adapter runs those
 * at a tenth of the speed of threads that each keep a block of the result in registers and never wait.
 */
export type KernelStyle = "tiled" | "direct";

let style: KernelStyle = "tiled";

export const kernelStyle = (): KernelStyle => style;

/** Set when a backend is chosen: by the class of its adapter, unless the reader says otherwise. */
export function useKernelStyle(wanted: KernelStyle): void {
  style = wanted;
}
