/** The engine where memory is collected while files are opened. Modules run in the order of their imports. */
import "./collectWhileOpening.ts";
import "@insitu/engine/worker";
