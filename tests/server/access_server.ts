/** An app with policies, and a token that meets them. */

import {
  createAccessConfig,
  signAkamaiToken,
  type TestPolicy,
  toPathToken,
} from "../access/tokens.ts";
import { addMedia, type TestApp, testApp } from "./fixture.ts";

export const POLICIES: TestPolicy[] = [
  { path: "/" },
  { path: "/films/" },
  { path: "/films/cdn/", caching: "public" },
  { path: "/trailers/", tokens: [], keys: [] },
];

export const TOKEN = signAkamaiToken({ acl: "/*" });
export const PATH_TOKEN = `/.t/${toPathToken(TOKEN)}`;

/** `film.json` with its files, `films/`, `films/cdn/` and `trailers/` with a plain media file each. */
export function createAccessServer(
  policies = POLICIES,
  { rest = "open", ...options }: { rest?: "open" | "deny"; forwardedParameters?: string[] } = {},
): TestApp {
  const server = testApp({ access: createAccessConfig(policies, { default: rest }), ...options });
  for (const directory of ["films", "films/cdn", "trailers"]) {
    addMedia(server, "ladder-aac-eng.mp4", `${directory}/a.mp4`);
  }
  return server;
}

/** Returns the code of an error, or the status. */
export const getCode = (response: Response) => response.headers.get("ams-error") ?? response.status;
