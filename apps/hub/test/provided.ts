/** What apps/hub/globalSetup.mjs provides to every test. */
declare module "vitest" {
  interface ProvidedContext {
    /** The look-alike's address, without a slash at its end. */
    hub: string;
  }
}

export type {};
