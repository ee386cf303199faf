import { InsituProvider } from "@insitu/react";
import type { ReactNode } from "react";

/** The embedded model, loaded once for all stories; on WebGPU unless the address says `?backend=`. */
export function Tiny({ children }: { children: ReactNode }): ReactNode {
  const backend = (new URLSearchParams(location.search).get("backend") ?? "webgpu") as "webgpu";
  return (
    <InsituProvider model="/weights/tiny" backend={backend}>
      {children}
    </InsituProvider>
  );
}

/** A model that is not there. */
export function Missing({ children }: { children: ReactNode }): ReactNode {
  return (
    <InsituProvider model="/weights/none" backend="cpu">
      {children}
    </InsituProvider>
  );
}

/** A model that waits for the reader to ask for it. */
export function Asked({ children }: { children: ReactNode }): ReactNode {
  return (
    <InsituProvider model="/weights/tiny" load="asked" options={{ padTokenId: 1 }}>
      {children}
    </InsituProvider>
  );
}
