import { exposeEngine } from "./expose.ts";

exposeEngine(self);
