import { createContext, useContext } from "react";

/** What an output may ask of its cell. */
export interface OutputActions {
  readonly onInsertCode: (code: string) => void;
  readonly onGoToLine: (line: number, cell: string | undefined) => void;
}

export const OutputContext = createContext<OutputActions>({ onInsertCode: () => {}, onGoToLine: () => {} });

export const useOutputActions = (): OutputActions => useContext(OutputContext);
