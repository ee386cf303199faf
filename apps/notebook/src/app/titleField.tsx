import { type ReactNode, useEffect, useState } from "react";
import { useNotebook, useSessionPart } from "../cells/notebookContext.ts";

/** The notebook's title, written where it stands. Enter keeps it, Escape leaves it as it was. */
export function TitleField(): ReactNode {
  const { session, view } = useNotebook();
  const title = useSessionPart((state) => state.notebook.title);
  const [text, setText] = useState(title);
  useEffect(() => {
    setText(title);
    document.title = title ? `${title} · insitu` : "insitu";
  }, [title]);
  const keep = () => {
    const wanted = text.trim();
    if (wanted && wanted !== title) session.setTitle(wanted);
    else setText(title);
  };
  return (
    <h1 className="app-title">
      <input
        aria-label="Title of the notebook"
        value={text}
        size={Math.max(4, text.length)}
        onChange={(event) => setText(event.target.value)}
        onBlur={keep}
        onKeyDown={(event) => {
          if (event.key === "Escape") setText(title);
          if (event.key === "Enter") keep();
          if (event.key === "Enter" || event.key === "Escape") view.choose(view.getState().active);
        }}
      />
    </h1>
  );
}
