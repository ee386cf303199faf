/** A worker that sets itself up late: what is sent to it before is lost. */
setTimeout(() => void import("@insitu/engine/worker"), 1500);

export {};
