import { LoadingProgress, type LoadingProgressProps } from "@insitu/react";
import { CheckpointError } from "insitu";
import type { Stories } from "../story.ts";
import { Asked, Missing, Tiny } from "../tiny.tsx";

const LOADING: LoadingProgressProps["state"] = {
  status: "loading",
  progress: {
    phase: "download",
    file: "model.safetensors",
    loadedBytes: 219.2e6,
    totalBytes: 548.1e6,
    all: { loadedBytes: 220e6, totalBytes: 550e6 },
    bytesPerSecond: 31.4e6,
  },
  error: undefined,
  device: undefined,
  adapter: undefined,
  load: () => {},
};

export default {
  component: "LoadingProgress",
  stories: [
    { name: "while weights arrive", render: () => <LoadingProgress state={LOADING} /> },
    {
      name: "starting",
      render: () => <LoadingProgress state={{ ...LOADING, progress: undefined }} />,
    },
    {
      name: "waiting to be asked",
      render: () => (
        <Asked>
          <LoadingProgress action="Load the model (8 MB)" />
        </Asked>
      ),
    },
    {
      name: "ready",
      render: () => (
        <Tiny>
          <LoadingProgress />
        </Tiny>
      ),
    },
    {
      name: "failed",
      render: () => (
        <LoadingProgress
          state={{
            ...LOADING,
            status: "error",
            progress: undefined,
            error: new CheckpointError("/weights/none/config.json is not there (404).", "Check the address."),
          }}
        />
      ),
    },
    {
      name: "failed, of a provider",
      render: () => (
        <Missing>
          <LoadingProgress />
        </Missing>
      ),
    },
  ],
} satisfies Stories;
