/** The engine where the page may not use storage, as in a sandboxed frame. Modules run in the order of their imports. */
import "./refuseStorage.ts";
import "@insitu/engine/worker";
