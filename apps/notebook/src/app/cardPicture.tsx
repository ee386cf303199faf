/** A few numbers as squares, in the colours that all numbers have. */
import { colorScale } from "@insitu/react";
import type { ReactNode } from "react";
import type { CardPicture as Picture } from "../gallery/picture.ts";

export function CardPicture({ picture: { kind, rows } }: { picture: Picture }): ReactNode {
  const scale = colorScale(kind, [0, 1]);
  const columns = rows[0]?.length ?? 0;
  return (
    <svg
      className="app-card-picture"
      viewBox={`0 0 ${columns} ${rows.length}`}
      preserveAspectRatio="none"
      shapeRendering="crispEdges"
      aria-hidden="true"
    >
      {rows.flatMap((row, y) =>
        row.map((value, x) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a place of a grid is what it is
          <rect key={`${x} ${y}`} x={x} y={y} width={1} height={1} fill={scale.color(value)} />
        )),
      )}
    </svg>
  );
}
