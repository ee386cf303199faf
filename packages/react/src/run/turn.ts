/** Components of a page begin one after another: recording a trace takes milliseconds, and many at once a long task. */

let last: Promise<unknown> = Promise.resolve();

/** Waits for a task of one's own, after everybody who asked before. */
export function turn(): Promise<unknown> {
  last = last.then(() => new Promise((resolve) => setTimeout(resolve)));
  return last;
}
