export type { AttachedModel, AttachOptions } from "./attach/attach.ts";
export { attach } from "./attach/attach.ts";
export type { Undo } from "./attach/editOfPage.ts";
export { type ModelOptions, openModel } from "./host/openModel.ts";
export { type Adapter, webgpu } from "./launch.ts";
export { type FixtureModel, type InsituOptions, type InsituWorkerFixtures, test } from "./test.ts";
