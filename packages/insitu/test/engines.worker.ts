/** Engines in one worker, one for each port that is sent to it; they do not wait long before they ask a server again. */
import { exposeEngine } from "@insitu/engine";
import { retries } from "../../engine/src/files/download.ts";

retries.delay = 15;

globalThis.onmessage = ({ ports: [port] }) => {
  if (port) exposeEngine(port);
};
