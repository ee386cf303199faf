/** Work in slices, so that a page goes on answering: no task of the main thread is longer than one. */

/** Milliseconds of a slice. */
const SLICE = 12;

/**
 * Runs a generator to its end. What is done within one slice is done at once; longer work goes on in tasks of its own,
 * until it ends or what this gives is called.
 */
export function inSlices<T>(work: Generator<void, T>, done: (result: T) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const slice = () => {
    const end = performance.now() + SLICE;
    do {
      const step = work.next();
      if (step.done) return done(step.value);
    } while (performance.now() < end);
    timer = setTimeout(slice);
  };
  slice();
  return () => clearTimeout(timer);
}
