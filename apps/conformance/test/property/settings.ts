/** How much is tried, from the environment (vite.config.ts lets variables of this prefix into the page). */
const setting = (name: string): number | undefined => {
  const given = import.meta.env[name];
  return given === undefined || given === "" ? undefined : Number(given);
};

/** `INSITU_PROPERTY_RUNS=1000` for a full run. */
export const RUNS = setting("INSITU_PROPERTY_RUNS") ?? 80;

/** The same programs each time unless many are asked for; a failure names its seed. */
export const SEED = setting("INSITU_PROPERTY_SEED") ?? (RUNS > 80 ? Date.now() % 2 ** 31 : 1);
