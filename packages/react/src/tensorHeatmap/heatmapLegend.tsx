import type { ReactNode } from "react";
import { type ColorScale, gradientOf, HATCH_CSS } from "../shared/colorScale.ts";
import { formatNumber } from "../shared/format.ts";
import type { Extent } from "./extent.ts";

interface Props {
  scale: ColorScale | undefined;
  /** What has no colour is counted, if this is given. */
  extent?: Extent | undefined;
  /** How the numbers of its ends are written. */
  format?: ((value: number) => string) | undefined;
}

/** Which colours are which numbers. */
export function HeatmapLegend({ scale, extent, format = formatNumber }: Props): ReactNode {
  const [from, to] = scale?.domain ?? [0, 0];
  return (
    <div className="insitu-legend" style={{ visibility: scale ? undefined : "hidden" }}>
      {extent && extent.broken > 0 && <Without count={extent.broken} name="not finite" background={HATCH_CSS} />}
      {extent && extent.masked > 0 && <Without count={extent.masked} name="masked" background="none" />}
      <span>{format(from)}</span>
      <i aria-hidden="true" style={{ background: gradientOf(scale?.kind ?? "sequential") }} />
      <span>{format(to)}</span>
    </div>
  );
}

function Without(props: { count: number; name: string; background: string }): ReactNode {
  const { count, name, background } = props;
  return (
    <span className="insitu-legend-without">
      <i aria-hidden="true" style={{ background }} />
      {count} {name}
    </span>
  );
}
