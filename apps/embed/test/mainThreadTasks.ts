/** What Chromium's tracing says of a page's main thread. */

interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  /** Microseconds, by the clock and of the thread's own time. */
  dur?: number;
  tdur?: number;
  args?: { name?: string };
}

export interface Task {
  /** Milliseconds by the clock, and those that the thread ran. */
  wall: number;
  cpu: number;
}

/** The tasks of all main threads of pages in a trace of `toplevel`. */
export function mainThreadTasks({ traceEvents }: { traceEvents: TraceEvent[] }): Task[] {
  const mains = new Set(
    traceEvents
      .filter(({ name, args }) => name === "thread_name" && args?.name === "CrRendererMain")
      .map(({ pid, tid }) => `${pid}/${tid}`),
  );
  const tasks = traceEvents.filter(
    ({ name, ph, pid, tid, dur }) => name.endsWith("RunTask") && ph === "X" && dur && mains.has(`${pid}/${tid}`),
  );
  if (tasks.length === 0) throw new Error("The trace has no tasks of a main thread.");
  return tasks.map(({ dur = 0, tdur = 0 }) => ({ wall: dur / 1000, cpu: tdur / 1000 }));
}
