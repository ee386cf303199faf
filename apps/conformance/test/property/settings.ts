/** How much is tried, from the environment. Vite hands a page only variables of certain prefixes. */
const setting = (name: string): number | undefined => {
  const given = import.meta.env[name] ?? import.meta.env[`VITE_${name}`];
  return given === undefined || given === "" ? undefined : Number(given);
};

/** `INSITU_PROPERTY_RUNS=1000` for a full run. */
export const RUNS = setting("INSITU_PROPERTY_RUNS") ?? 80;

/** The same programs each time unless many are asked for; a failure names its seed. */
export const SEED = setting("INSITU_PROPERTY_SEED") ?? (RUNS > 80 ? Date.now() % 2 ** 31 : 1);
