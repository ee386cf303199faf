/** That the suites run again in React 18 really run in it. */

import { version } from "react";
import { version as dom } from "react-dom";
import { expect, test } from "vitest";

test("this is React 18", () => {
  expect([version, dom]).toEqual([expect.stringMatching(/^18\./), expect.stringMatching(/^18\./)]);
});
