import { useBackend } from "../src/backends.ts";
import { goldenTests } from "./goldens.ts";

goldenTests("webgpu", () => useBackend("webgpu"));
goldenTests("wasm", () => useBackend("wasm"));
