/** A worker that breaks at its first message. */
self.addEventListener("message", () => {
  throw new Error("this worker breaks");
});

export {};
