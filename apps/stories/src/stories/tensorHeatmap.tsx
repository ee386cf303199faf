import { activationPatching, type Labelled, labelled, logitDifference } from "@insitu/analysis";
import { TensorHeatmap, useRun } from "@insitu/react";
import { Tensor } from "insitu";
import { useState } from "react";
import type { Stories } from "../story.ts";
import { Tiny } from "../tiny.tsx";

const TOKENS = ["The", " E", "iff", "el", " Tower", " is", " in", " the", " city", " of"];

export default {
  component: "TensorHeatmap",
  stories: [
    {
      name: "a labelled result, cells to pick",
      render: () => (
        <Tiny>
          <Patching />
        </Tiny>
      ),
    },
    {
      name: "numbers on both sides of 0",
      render: () => <TensorHeatmap label="Waves" data={waves(6, 9)} />,
    },
    {
      name: "numbers above 0, axes named by the page",
      render: () => (
        <TensorHeatmap
          label="Entropy"
          data={waves(4, TOKENS.length).map((row) => row.map((x) => 2 + x))}
          yName="layer"
          yLabels={["embed", "0_post", "1_post", "2_post"]}
          xName="position"
          xLabels={TOKENS}
          highlight={{ column: 4 }}
        />
      ),
    },
    {
      name: "four dimensions, two of them drawn",
      render: () => <TensorHeatmap label="Pattern" square data={pattern()} />,
    },
    {
      name: "768 x 3072 numbers",
      render: () => <TensorHeatmap label="c_fc.weight" data={large()} />,
    },
    {
      name: "one row",
      render: () => <TensorHeatmap label="A vector" data={waves(1, 64)[0] as number[]} />,
    },
    {
      name: "what is no number",
      render: () => (
        <TensorHeatmap
          label="Broken"
          data={[
            [1, Number.NaN, -2],
            [Number.POSITIVE_INFINITY, -1e30, 0.5],
          ]}
        />
      ),
    },
    {
      name: "a selection that the page decides",
      render: () => <Controlled />,
    },
    {
      name: "no numbers",
      render: () => <TensorHeatmap label="Empty" data={new Tensor([0, 8], "float32", new Float32Array())} />,
    },
    {
      name: "rows of different lengths",
      render: () => <TensorHeatmap data={[[1, 2, 3], [4]]} />,
    },
  ],
} satisfies Stories;

function Patching() {
  const { result, status } = useRun(async (model, { signal }) => {
    const { recovered } = await activationPatching(model, {
      clean: "When Mary and John went to the store, John gave a drink to",
      corrupt: "When John and Mary went to the store, Mary gave a drink to",
      metric: logitDifference(" Mary", " John"),
      site: "resid_pre",
      signal,
    });
    return recovered;
  }, []);
  const [picked, setPicked] = useState("nothing yet");
  return (
    <>
      <TensorHeatmap
        label={result ? undefined : "Running …"}
        data={result ?? WAITING}
        busy={status !== "done"}
        onSelect={(cell) => setPicked(cell ? cell.labels.join(", ") : "none")}
      />
      <p>Picked: {picked}</p>
    </>
  );
}

/** As large as what will come. */
const WAITING: Labelled = labelled(
  "",
  [
    { name: "layer", labels: ["L0", "L1", "L2", "L3"] },
    { name: "position", labels: Array.from({ length: 14 }, () => "      ") },
  ],
  new Float32Array(56),
);

function Controlled() {
  const [row, setRow] = useState(1);
  return (
    <>
      <button type="button" onClick={() => setRow((row + 1) % 3)}>
        Next row
      </button>
      <TensorHeatmap label="Controlled" data={waves(3, 5)} selected={{ row, column: 2 }} numbers={false} />
    </>
  );
}

function waves(rows: number, columns: number): number[][] {
  return Array.from({ length: rows }, (_, r) =>
    Array.from({ length: columns }, (_, c) => Math.sin(r * 0.9 + c * 0.5) * Math.cos(c * 0.2)),
  );
}

/** Attention that looks a few tokens back, [1, 4, 12, 12]. */
function pattern(): Tensor {
  const data = new Float32Array(4 * 12 * 12);
  for (let head = 0; head < 4; head++) {
    for (let row = 0; row < 12; row++) {
      let sum = 0;
      for (let i = 0; i <= row; i++) sum += Math.exp(-((row - i - head) ** 2));
      for (let i = 0; i <= row; i++) data[head * 144 + row * 12 + i] = Math.exp(-((row - i - head) ** 2)) / sum;
    }
  }
  return new Tensor([1, 4, 12, 12], "float32", data);
}

function large(): Tensor {
  const data = new Float32Array(768 * 3072);
  let state = 1;
  for (let i = 0; i < data.length; i++) {
    state = (state * 1103515245 + 12345) & 0x7fffffff;
    const row = Math.floor(i / 3072);
    data[i] = (state / 0x7fffffff - 0.5) * (row === 447 || i % 3072 === 1000 ? 3 : 1) * (0.5 + (i % 3072) / 6000);
  }
  return new Tensor([768, 3072], "float32", data);
}
