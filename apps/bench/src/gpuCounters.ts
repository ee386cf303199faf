/**
 * Counts what reaches the GPU, by wrapping WebGPU's own methods: nothing here is estimated. It sees every
 * device of this thread, so a row counts the difference over its own work.
 */
export interface Counts {
  dispatches: number;
  /** Compute pipelines made, at once or asynchronously. */
  pipelines: number;
  /** Bytes in buffers mapped for reading. */
  bytesRead: number;
  /** Bytes in buffers made and not yet destroyed. */
  bytesAllocated: number;
}

const now: Counts = { dispatches: 0, pipelines: 0, bytesRead: 0, bytesAllocated: 0 };
let counting = false;

/** Starts counting: to be called before any device is asked for. */
export function startCounting(): void {
  if (counting) return;
  counting = true;
  countDispatches();
  countPipelines();
  countReads();
  countBytes();
}

/** The counts so far. */
export function counts(): Counts {
  return { ...now };
}

/** What has come since. */
export function since(before: Counts): Counts {
  return {
    dispatches: now.dispatches - before.dispatches,
    pipelines: now.pipelines - before.pipelines,
    bytesRead: now.bytesRead - before.bytesRead,
    bytesAllocated: now.bytesAllocated - before.bytesAllocated,
  };
}

function countDispatches(): void {
  for (const name of ["dispatchWorkgroups", "dispatchWorkgroupsIndirect"] as const) {
    around(GPUComputePassEncoder.prototype, name, () => {
      now.dispatches++;
    });
  }
}

function countPipelines(): void {
  for (const name of ["createComputePipeline", "createComputePipelineAsync"] as const) {
    around(GPUDevice.prototype, name, () => {
      now.pipelines++;
    });
  }
}

/** The bytes that a copy put there, where the whole buffer is mapped: a pool's buffer may be larger. */
function countReads(): void {
  const copied = new WeakMap<GPUBuffer, number>();
  around(GPUCommandEncoder.prototype, "copyBufferToBuffer", (_result, args) => {
    // Either (source, offset, target, offset, size) or (source, target, size).
    const target = (typeof args[1] === "number" ? args[2] : args[1]) as GPUBuffer;
    const size = (typeof args[1] === "number" ? args[4] : args[2]) as number | undefined;
    if (target.usage & GPUBufferUsage.MAP_READ) copied.set(target, (copied.get(target) ?? 0) + (size ?? target.size));
  });
  around(GPUBuffer.prototype, "mapAsync", (_result, args, buffer) => {
    const [mode, offset, size] = args as [number, number?, number?];
    if (!(mode & GPUMapMode.READ)) return;
    now.bytesRead += size ?? copied.get(buffer) ?? buffer.size - (offset ?? 0);
    copied.delete(buffer);
  });
}

function countBytes(): void {
  const live = new WeakSet<GPUBuffer>();
  around(GPUDevice.prototype, "createBuffer", (result) => {
    const buffer = result as GPUBuffer;
    live.add(buffer);
    now.bytesAllocated += buffer.size;
  });
  around(GPUBuffer.prototype, "destroy", (_result, _args, buffer) => {
    if (!live.delete(buffer)) return;
    now.bytesAllocated -= buffer.size;
  });
}

/** Calls `after` with what a method gave, its arguments and its object. */
function around<T extends object>(
  prototype: T,
  name: keyof T & string,
  after: (result: unknown, args: readonly unknown[], self: T) => void,
): void {
  const method = prototype[name] as (...args: unknown[]) => unknown;
  Object.defineProperty(prototype, name, {
    configurable: true,
    writable: true,
    value(this: T, ...args: unknown[]) {
      const result = method.apply(this, args);
      after(result, args, this);
      return result;
    },
  });
}
