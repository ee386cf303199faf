/** The engine in a browser that has no WebGPU. Modules run in the order of their imports. */
import "./removeWebgpu.ts";
import "@insitu/engine/worker";
