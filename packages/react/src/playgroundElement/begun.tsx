import { useEffect } from "react";

/** Calls `then` once what stands before it is there. */
export function Begun({ then }: { then: () => void }): null {
  useEffect(then, [then]);
  return null;
}
