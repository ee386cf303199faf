/**
 * What of a suite's cases runs on a backend: all of them, but on the cpu, whose JavaScript takes ten times as long as the
 * others, only the first. Each of its operations has torch's numbers in packages/engine, each module in apps/conformance.
 */
export const onBackend = <T>(backend: string, cases: readonly T[], few = 1): readonly T[] =>
  backend === "cpu" ? cases.slice(0, few) : cases;
