/** The models that this browser keeps, and their bytes; one of them is used, or deleted, or all are. */
import { type CachedModel, LanguageModel } from "insitu";
import { formatBytes } from "insitu/progress";
import { Trash2 } from "lucide-react";
import { type ReactNode, useCallback, useEffect, useState } from "react";

interface Props {
  /** A load that ended may have kept more. */
  status: string;
  onUse: (name: string, revision: string | undefined) => void;
}

export function KeptModels({ status, onUse }: Props): ReactNode {
  const [kept, setKept] = useState<readonly CachedModel[] | undefined>(undefined);
  const [error, setError] = useState<Error | undefined>(undefined);
  const refresh = useCallback(async (first: () => Promise<unknown> = async () => {}) => {
    try {
      await first();
      setError(undefined);
    } catch (error) {
      setError(error as Error);
    }
    setKept(await LanguageModel.cache.list().catch(() => []));
  }, []);
  useEffect(() => {
    if (status !== "loading") void refresh();
  }, [status, refresh]);
  const total = kept?.reduce((n, { bytes }) => n + bytes, 0) ?? 0;
  return (
    <section className="model-part" aria-label="Kept for offline">
      <div className="model-row">
        <h3>Kept for offline</h3>
        <span className="model-quiet model-end">{kept ? formatBytes(total) : "…"}</span>
        {kept && kept.length > 0 && (
          <button
            type="button"
            className="model-button"
            onClick={() => void refresh(() => LanguageModel.cache.delete())}
          >
            Delete all
          </button>
        )}
      </div>
      {kept?.length === 0 && <p className="model-hint">Nothing yet.</p>}
      {kept && kept.length > 0 && (
        <ul className="model-kept">
          {kept.map(({ model, revision, bytes, complete }) => (
            <li key={`${model}@${revision}`}>
              <button type="button" className="model-kept-name" onClick={() => onUse(model, revision)}>
                {model}
                {revision && revision !== "main" && ` @ ${revision.slice(0, 8)}`}
              </button>
              <span className="model-quiet">
                {formatBytes(bytes)}
                {!complete && ", not complete"}
              </span>
              <button
                type="button"
                className="model-icon"
                aria-label={`Delete ${model}`}
                onClick={() => void refresh(() => LanguageModel.cache.delete(model, revision))}
              >
                <Trash2 size={16} aria-hidden="true" />
              </button>
            </li>
          ))}
        </ul>
      )}
      {error && (
        <p className="model-hint" data-wrong="true" role="alert">
          {error.message}
        </p>
      )}
    </section>
  );
}
