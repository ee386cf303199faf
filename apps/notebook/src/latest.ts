/**
 * Makes a function that starts `job` after a delay. A newer call supersedes an older one: its timer
 * is dropped, its signal aborted; and the newest waits for what still runs, so that runs do not pile up.
 */
export function latest(job: (signal: AbortSignal) => Promise<void>): (delayMilliseconds: number) => void {
  let newest = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: Promise<void> = Promise.resolve();
  return (delay) => {
    newest.abort();
    clearTimeout(timer);
    newest = new AbortController();
    const { signal } = newest;
    timer = setTimeout(() => {
      running = running.then(() => (signal.aborted ? undefined : job(signal)));
    }, delay);
  };
}
