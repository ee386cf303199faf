/** Tokens in a row that wraps: what `<TokenStrip>` and others put into their frames. */
import { type CSSProperties, memo, type ReactNode, useId } from "react";
import { type ColorScale, HATCH_CSS, hasColor, masked } from "../shared/colorScale.ts";
import { visibleText } from "../shared/token.tsx";
import type { TokenStripState } from "./useTokenStrip.ts";

type Strip = Omit<TokenStripState, "model" | "ids" | "error">;

interface Props {
  strip: Strip;
  /** What it shows, for those who hear the page. */
  label: string;
  /** What is told of a token after its text. */
  describe?: ((position: number) => string) | undefined;
}

export function TokenList({ strip, label, describe }: Props): ReactNode {
  const {
    tokens,
    values,
    scale,
    hovered,
    cursor,
    selected,
    picks,
    multiple,
    setHovered,
    setCursor,
    select,
    onKeyDown,
  } = strip;
  const id = useId();
  const positionOf = (target: EventTarget): number | undefined => {
    const text = (target as Element).closest<HTMLElement>("[data-position]")?.dataset["position"];
    return text === undefined ? undefined : Number(text);
  };
  return (
    <div
      className="insitu-tokens"
      role="listbox"
      tabIndex={0}
      aria-label={label}
      aria-orientation="horizontal"
      aria-multiselectable={multiple}
      aria-readonly={!picks}
      aria-activedescendant={cursor === undefined ? undefined : `${id}${cursor}`}
      data-picks={picks}
      onPointerOver={({ target }) => setHovered(positionOf(target))}
      onPointerLeave={({ pointerType }) => pointerType === "mouse" && setHovered(cursor)}
      onClick={({ target }) => {
        const position = positionOf(target);
        if (position !== undefined) select(position);
      }}
      onFocus={({ currentTarget }) => {
        if (cursor === undefined && currentTarget.matches(":focus-visible")) setCursor(selected[0] ?? 0);
      }}
      onBlur={() => setCursor(undefined)}
      onKeyDown={onKeyDown}
    >
      {tokens.map((token, position) => (
        <TokenSpan
          // biome-ignore lint/suspicious/noArrayIndexKey: a token is its position
          key={position}
          id={`${id}${position}`}
          token={token}
          position={position}
          value={values?.[position]}
          scale={scale}
          hovered={position === hovered}
          selected={selected.includes(position)}
          told={describe?.(position)}
        />
      ))}
    </div>
  );
}

interface SpanProps {
  id: string;
  token: string;
  position: number;
  value: number | undefined;
  scale: ColorScale | undefined;
  hovered: boolean;
  selected: boolean;
  told: string | undefined;
}

/** Drawn again only when it changes: a prompt may have a thousand of them. */
const TokenSpan = memo((props: SpanProps): ReactNode => {
  const { id, token, position, value, scale, hovered, selected, told } = props;
  return (
    <>
      {/* biome-ignore lint/a11y/useFocusableInteractive: the list has the focus, and names it as active */}
      <span
        id={id}
        role="option"
        aria-selected={selected}
        aria-label={`${JSON.stringify(token)}${told ? `, ${told}` : ""}`}
        className="insitu-tokens-token"
        data-position={position}
        data-hovered={hovered}
        style={value === undefined || !scale ? undefined : colored(value, scale)}
      >
        {visibleText(token)}
      </span>
      {token.includes("\n") && <br />}
    </>
  );
});

function colored(value: number, scale: ColorScale): CSSProperties | undefined {
  if (masked(value)) return undefined;
  if (!hasColor(value)) return { background: HATCH_CSS, color: "#000", textShadow: "0 0 2px #fff, 0 0 4px #fff" };
  return { background: scale.color(value), color: scale.ink(value) };
}
