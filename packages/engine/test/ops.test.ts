import { useBackend } from "../src/backends.ts";
import { goldenTests } from "./goldens.ts";

goldenTests("cpu", () => useBackend("cpu"));
