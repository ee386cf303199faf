/** Picks a model: the embedded one, one of the hub, files of one's own. */
import type { Backend, Source } from "insitu";
import { type ReactNode, useId, useState } from "react";
import { FilePicker } from "./filePicker.tsx";
import { nameProblem, SUGGESTED, TINY } from "./modelName.ts";
import type { Models } from "./modelState.ts";

const BACKENDS: readonly { value: Backend; text: string }[] = [
  { value: "auto", text: "auto: a GPU, else wasm" },
  { value: "webgpu", text: "webgpu" },
  { value: "wasm", text: "wasm" },
  { value: "cpu", text: "cpu, slow" },
];

export function LoadForm({ models }: { models: Models }): ReactNode {
  const id = useId();
  const [name, setName] = useState("");
  const [backend, setBackend] = useState<Backend>("auto");
  const [revision, setRevision] = useState("");
  const [token, setToken] = useState("");
  const written = name.trim();
  const problem = nameProblem(written);
  const load = (source: Source) =>
    void models.load(source, {
      backend,
      ...(revision.trim() && { revision: revision.trim() }),
      ...(token.trim() && { token: token.trim() }),
    });
  return (
    <form
      className="model-part"
      aria-label="Load a model"
      onSubmit={(event) => {
        event.preventDefault();
        if (!problem) load(written);
      }}
    >
      <h3>Load a model</h3>
      <button type="button" className="model-choice" onClick={() => void models.load(TINY, { backend })}>
        <b>weights/tiny</b>
        <span>comes with the page, 8 MB</span>
      </button>
      <label htmlFor={`${id}-name`}>From the Hugging Face Hub, or a folder's address</label>
      <div className="model-row">
        <input
          id={`${id}-name`}
          className="model-input"
          list={`${id}-names`}
          value={name}
          placeholder="openai-community/gpt2"
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          aria-invalid={written !== "" && problem !== undefined}
          aria-describedby={`${id}-problem`}
          onChange={({ target }) => setName(target.value)}
        />
        <button type="submit" className="model-button model-primary" disabled={problem !== undefined}>
          Load
        </button>
      </div>
      <datalist id={`${id}-names`}>
        {SUGGESTED.map(({ name, text }) => (
          <option key={name} value={name}>
            {text}
          </option>
        ))}
      </datalist>
      <p id={`${id}-problem`} className="model-hint" data-wrong={written !== "" && problem !== undefined}>
        {written === "" ? "Kept in this browser once loaded, for the next time and for being offline." : problem}
      </p>
      <FilePicker onFiles={load} />
      <label htmlFor={`${id}-backend`}>Run on</label>
      <select
        id={`${id}-backend`}
        className="model-input"
        value={backend}
        onChange={({ target }) => setBackend(target.value as Backend)}
      >
        {BACKENDS.map(({ value, text }) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
      <details className="model-more">
        <summary>More: revision, access token</summary>
        <label htmlFor={`${id}-revision`}>Branch, tag or commit</label>
        <input
          id={`${id}-revision`}
          className="model-input"
          value={revision}
          placeholder="main"
          onChange={({ target }) => setRevision(target.value)}
        />
        <label htmlFor={`${id}-token`}>Access token, for gated and private models; not kept</label>
        <input
          id={`${id}-token`}
          className="model-input"
          type="password"
          autoComplete="off"
          value={token}
          onChange={({ target }) => setToken(target.value)}
        />
      </details>
    </form>
  );
}
