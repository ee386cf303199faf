/** One of every component, as it is used without further thought. */
import type { ReactNode } from "react";
import { InsituProvider, LoadingProgress, TopTokens } from "../src/index.ts";

const PROMPT = "The Eiffel Tower is in the city of";

export function everything(): ReactNode {
  return (
    <InsituProvider model="/weights/tiny" backend="cpu">
      <LoadingProgress />
      <TopTokens prompt={PROMPT} k={3} />
    </InsituProvider>
  );
}
