import { SteeringPlayground } from "@insitu/react";
import type { Stories } from "../story.ts";
import { Missing, Tiny } from "../tiny.tsx";

export default {
  component: "SteeringPlayground",
  stories: [
    {
      name: "from Paris to Rome",
      render: () => (
        <Tiny>
          <SteeringPlayground />
        </Tiny>
      ),
    },
    {
      name: "nothing to steer towards",
      render: () => (
        <Tiny>
          <SteeringPlayground defaultPositive={[]} />
        </Tiny>
      ),
    },
    {
      name: "a model that is not there",
      render: () => (
        <Missing>
          <SteeringPlayground />
        </Missing>
      ),
    },
  ],
} satisfies Stories;
