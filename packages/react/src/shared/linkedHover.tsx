/** Pointing at a token in one component lights it up in the others of its provider that show the same prompt. */
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from "react";

interface Hover {
  /** Which sequence of tokens: components with equal tokens are linked. */
  key: string;
  position: number;
}

const HoverContext = createContext<[Hover | undefined, (hover: Hover | undefined) => void] | undefined>(undefined);

/** Components within are linked with each other, and with none outside. A provider is one of these. */
export function HoverGroup({ children }: { children?: ReactNode }): ReactNode {
  const state = useState<Hover | undefined>(undefined);
  const [hover, setHover] = state;
  const value = useMemo(() => [hover, setHover] as [typeof hover, typeof setHover], [hover]);
  return <HoverContext.Provider value={value}>{children}</HoverContext.Provider>;
}

/** The position pointed at among these tokens, if any, and how to say so. Outside of a group, a component's own. */
export function useLinkedHover(
  tokens: readonly string[],
): [number | undefined, (position: number | undefined) => void] {
  const own = useState<Hover | undefined>(undefined);
  const [hover, setHover] = useContext(HoverContext) ?? own;
  const key = tokens.join("\0");
  const set = useCallback(
    (position: number | undefined) => setHover(position === undefined ? undefined : { key, position }),
    [key, setHover],
  );
  return [hover?.key === key ? hover.position : undefined, set];
}
