/** Measures what access tokens cost a worker for each request, in this process: differences of 1 µs vanish among those of a server. */

import { AccessControl, type AccessRequest } from "../../lib/access/access_control.ts";
import { createAccessConfig, signAkamaiToken, signJwt, toPathToken } from "../access/tokens.ts";
import type { Section } from "./section.ts";
import { formatAtMost, formatFigure, formatTable } from "./table.ts";

/** Few, so that other processes leave some rounds alone. */
const REQUESTS = 100;
const ROUNDS = 300;

/** Segments that the viewers of an asset request. */
const SEGMENTS = 100;

const MAX_SEEN_MICROSECONDS = 3;
const MAX_NEW_MICROSECONDS = 20;

const NOW_MS = Date.now();
const EXPIRES = Math.floor(NOW_MS / 1000) + 7200;

const config = createAccessConfig([{ path: "/films/" }, {
  path: "/trailers/",
  tokens: [],
  keys: [],
}]);

type CreateRequest = (i: number) => readonly [url: string, headers?: Record<string, string>];

const segment = (i: number, directory = "films") =>
  `/${directory}/video.json/v3a35f871c33b/video_eng=1604503/${(i % SEGMENTS) * 153600}.m4s`;

const acl = "/films/video.json/*";

/** Tokens of viewers, whose sessions differ. */
const tokens = Array.from(
  { length: REQUESTS },
  (_, i) => signAkamaiToken({ acl, exp: EXPIRES, id: `${i}` }),
);
const token = tokens[0]!;
const jwt = await signJwt({ exp: EXPIRES, sub: "viewer", paths: ["/films/video.json"] });

const seen: [what: string, create: CreateRequest][] = [
  ["in the path", (i) => [`/.t/${toPathToken(token)}${segment(i)}`]],
  ["in the query", (i) => [`${segment(i)}?hdnts=${token}`]],
  ["in Authorization", (i) => [segment(i), { authorization: `Bearer ${token}` }]],
  ["in a cookie", (i) => [segment(i), { cookie: `consent=1; hdnts=${token}` }]],
  ["in the path, a JWT", (i) => [`/.t/${jwt}${segment(i)}`]],
];

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** Copies text: the engine knows no hash of what arrives from the network. */
const copy = (text: string) => decoder.decode(encoder.encode(text));

function createRequests(create: CreateRequest): AccessRequest[] {
  return Array.from({ length: REQUESTS }, (_, i) => {
    const [url, headers = {}] = create(i);
    const [rawPath, rawQuery = ""] = url.split("?").map(copy) as [string, string?];
    return { rawPath, rawQuery, headers: new Headers(headers), remoteAddress: "192.0.2.7" };
  });
}

/** Returns the least time for a request, in microseconds: more is due to other processes. */
async function measure(create: CreateRequest, warm: boolean): Promise<number> {
  let least = Infinity;
  const shared = new AccessControl(config);
  await shared.admit(createRequests(create)[0]!);
  for (let round = 0; round < ROUNDS; round++) {
    const control = warm ? shared : new AccessControl(config);
    const requests = createRequests(create);
    const start = performance.now();
    for (const request of requests) {
      const admission = control.admit(request);
      if (admission instanceof Promise) await admission;
    }
    least = Math.min(least, (performance.now() - start) * 1000 / REQUESTS);
  }
  return least;
}

export const access: Section = {
  name: "access",
  heading: "Access tokens: time for each request",
  required: [],
  optional: [],
  assets: [],
  async run(bench) {
    const rows = [
      ["", "µs"],
      ["open path", formatFigure(await measure((i) => [segment(i, "trailers")], true))],
    ];
    for (const [what, create] of seen) {
      const time = await measure(create, true);
      rows.push([`token seen before, ${what}`, formatAtMost(time, MAX_SEEN_MICROSECONDS)]);
    }
    const created = await measure((i) => [`/.t/${toPathToken(tokens[i]!)}${segment(i)}`], false);
    rows.push(["new token, in the path", formatAtMost(created, MAX_NEW_MICROSECONDS)]);
    bench.print(formatTable(rows));
  },
};
