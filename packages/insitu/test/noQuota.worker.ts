/** The engine where nothing more may be stored. Modules run in the order of their imports. */
import "./leaveNoQuota.ts";
import "@insitu/engine/worker";
