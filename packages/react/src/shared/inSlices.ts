/** Work in slices, so that a page goes on answering: no task of the main thread is longer than a few. */

/** Milliseconds of a slice. */
const SLICE = 12;

/** When this task of the main thread began with such work; undefined where it has not. */
let began: number | undefined;

/**
 * Runs a generator to its end. What is done within one slice is done at once; longer work goes on in tasks of its own,
 * until it ends or what this gives is called. Many at once, as a page of pictures begins them, share the slice.
 */
export function inSlices<T>(work: Generator<void, T>, done: (result: T) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const slice = () => {
    if (began === undefined) {
      began = performance.now();
      setTimeout(() => {
        began = undefined;
      });
    }
    while (performance.now() < began + SLICE) {
      const step = work.next();
      if (step.done) return done(step.value);
    }
    timer = setTimeout(slice);
  };
  slice();
  return () => clearTimeout(timer);
}
