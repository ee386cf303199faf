/** A worker that runs something else. */
export {};
