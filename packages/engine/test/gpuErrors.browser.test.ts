import { expect, test } from "vitest";
import { gpuDevice, useBackend } from "../src/backends.ts";
import { reportingGpuErrors } from "../src/gpuErrors.ts";
import * as tf from "../src/tf.ts";

const none = async () => {};

test("what the GPU refuses becomes an error, and the next work is clean", async () => {
  await useBackend("webgpu");
  const device = gpuDevice()!;
  await expect(
    reportingGpuErrors(
      async () => device.createBuffer({ size: 2 ** 40, usage: GPUBufferUsage.STORAGE }),
      async () => "done",
    ),
  ).rejects.toMatchObject({ name: "BackendError", remedy: expect.stringMatching(/shorter prompts/) });
  await expect(reportingGpuErrors(() => Promise.reject(new Error("mine")), none)).rejects.toThrow("mine");
  await expect(reportingGpuErrors(none, () => Promise.reject(new Error("mine too")))).rejects.toThrow("mine too");
  const sum = await reportingGpuErrors(
    async () => tf.tidy(() => tf.ones([3]).sum()),
    async (total) => total.data(),
  );
  expect(Array.from(sum)).toEqual([3]);
});

test("a device that is gone is an error each time, not a hang", async () => {
  const device = gpuDevice()!;
  device.destroy();
  const read = () => reportingGpuErrors(none, orLostRead);
  for (let i = 0; i < 2; i++)
    await expect(read()).rejects.toMatchObject({ name: "BackendError", remedy: "Load the model again." });
});

async function orLostRead() {
  const { collect } = await import("../src/collect.ts");
  const x = tf.ones([3]).add(1);
  return collect([x]);
}
