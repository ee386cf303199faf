/** The engine where storage fills up while a file is written. Modules run in the order of their imports. */
import "./fillStorage.ts";
import "@insitu/engine/worker";
