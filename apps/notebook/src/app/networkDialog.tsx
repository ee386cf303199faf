/** Which hosts code may fetch from: none, unless the reader names them. */
import { Trash2 } from "lucide-react";
import { type FormEvent, type ReactNode, useState } from "react";
import { useNotebook, useSessionState } from "../cells/notebookContext.ts";
import { Dialog } from "./dialog.tsx";
import { hostOf } from "./hostOf.ts";

export function NetworkDialog({ onClose }: { onClose: () => void }): ReactNode {
  const { session } = useNotebook();
  const { hosts } = useSessionState();
  const [text, setText] = useState("");
  const [wrong, setWrong] = useState(false);
  const add = (event: FormEvent) => {
    event.preventDefault();
    const host = hostOf(text);
    setWrong(host === undefined);
    if (host === undefined) return;
    setText("");
    if (!hosts.includes(host)) session.allowHosts([...hosts, host]);
  };
  return (
    <Dialog
      title="What code may reach"
      about="Code in this notebook reaches no network. Name a host and it may fetch from it, which also lets it send there what it has read. A change restarts the notebook's variables."
      onClose={onClose}
    >
      {hosts.length === 0 ? (
        <p className="app-none">No host is allowed.</p>
      ) : (
        <ul className="app-hosts">
          {hosts.map((host) => (
            <li key={host}>
              <code>{host}</code>
              <button
                type="button"
                className="app-icon"
                aria-label={`Forbid ${host}`}
                onClick={() => session.allowHosts(hosts.filter((each) => each !== host))}
              >
                <Trash2 size={15} aria-hidden />
              </button>
            </li>
          ))}
        </ul>
      )}
      <form className="app-row" onSubmit={add}>
        <input
          className="app-input"
          data-first
          aria-label="Host"
          placeholder="data.example.org"
          value={text}
          aria-invalid={wrong}
          onChange={(event) => setText(event.target.value)}
        />
        <button type="submit" className="app-button" data-primary>
          Allow
        </button>
      </form>
      {wrong && (
        <p role="alert" className="app-wrong">
          That is no host. A host looks like data.example.org, or localhost:8080.
        </p>
      )}
    </Dialog>
  );
}
