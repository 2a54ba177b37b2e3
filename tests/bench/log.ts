/** Measures what the access log costs a worker for each request, in this process: differences of 1 µs vanish among those of a server. */

import { LoggedResponse } from "../../lib/http/response.ts";
import { ClientAddresses } from "../../lib/ip/client_address.ts";
import { AccessLog } from "../../lib/log/access_log.ts";
import type { LogFormat } from "../../lib/log/log_format.ts";
import { formatLogTime } from "../../lib/log/log_time.ts";
import { returnRequestId } from "../../lib/log/request_id.ts";
import type { Section } from "./section.ts";
import { formatAtMost, formatFigure, formatTable } from "./table.ts";

const REQUESTS = 2000;
const ROUNDS = 200;

/** Request headers of Chromium. */
const HEADERS = {
  host: "media.example.com",
  connection: "keep-alive",
  "user-agent":
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
  accept: "*/*",
  origin: "https://example.com",
  referer: "https://example.com/",
  "accept-encoding": "gzip, deflate, br",
  "accept-language": "en-US,en;q=0.9",
};

const CMCD = {
  ...HEADERS,
  "cmcd-object": "br=1604,d=6000,ot=v,tb=5000",
  "cmcd-request": 'bl=21300,mtp=25400,nor="153600.m4s"',
  "cmcd-session": 'cid="film",sf=d,sid="6e2fb550-c457-11e9-bb97-0800200c9a66",st=v',
};

const response = new LoggedResponse(null, { status: 200 }, 397_162);
const clients = new ClientAddresses([]);

function createRequest(headers: Headers) {
  return {
    method: "GET",
    rawPath: "/films/video.json/v3a35f871c33b/video_eng=1604503/153600.m4s",
    rawQuery: "",
    headers,
    category: { protocol: "cmaf", kind: "segment" },
    cache: "hit",
    remoteAddress: "192.0.2.7",
  } as const;
}

/** Logs as a worker does. */
function logRequests(format: LogFormat, fields: Record<string, string>): void {
  const log = new AccessLog(format, { onFirstLine() {}, onBatch() {} });
  const headers = new Headers(fields);
  for (let i = 0; i < REQUESTS; i++) {
    const start = performance.now();
    const request = createRequest(headers);
    returnRequestId(request, response);
    if (!log.includes(response)) continue;
    const client = clients.get(request.remoteAddress, headers);
    const durationMs = performance.now() - start;
    log.logRequest({ endedAtMs: Date.now(), durationMs, client, request, response });
  }
  log.flush();
}

/** Writes the members that earlier versions logged. */
function logEarlierMembers(isJson: boolean): void {
  let lines = "";
  const headers = new Headers(HEADERS);
  for (let i = 0; i < REQUESTS; i++) {
    const start = performance.now();
    const { method, rawPath: path } = createRequest(headers);
    const time = formatLogTime(Date.now());
    const ms = Math.round((performance.now() - start) * 10) / 10;
    const members = { time, method, path, status: response.status, bytes: response.size, ms };
    lines += isJson ? JSON.stringify(members) : Object.values(members).join(" ");
    if (lines.length > 32768) lines = "";
  }
}

const RUNS: Record<string, () => void> = {
  "six members as text, as earlier versions": () => logEarlierMembers(false),
  "six members by JSON.stringify()": () => logEarlierMembers(true),
  none: () => logRequests("none", HEADERS),
  text: () => logRequests("text", HEADERS),
  combined: () => logRequests("combined", HEADERS),
  json: () => logRequests("json", HEADERS),
  "json, with CMCD": () => logRequests("json", CMCD),
};

/** Returns the least time of each run for a request, in microseconds: more is due to other processes. */
function measureRuns(): Map<string, number> {
  const least = new Map<string, number>();
  for (let round = 0; round < ROUNDS; round++) {
    for (const [label, run] of Object.entries(RUNS)) {
      const start = performance.now();
      run();
      const us = (performance.now() - start) * 1000 / REQUESTS;
      least.set(label, Math.min(us, least.get(label) ?? Infinity));
    }
  }
  return least;
}

export const log: Section = {
  name: "log",
  heading: "Access log: time of a worker for each request",
  required: [],
  optional: [],
  assets: [],
  run(bench) {
    const least = measureRuns();
    const [text, json] = [...least.values()] as [number, number];
    const targets: Record<string, number> = { combined: text + 1, json: json + 2 };
    const rows = [...least].map(([label, us]) => {
      const target = targets[label];
      return [label, target === undefined ? formatFigure(us) : formatAtMost(us, roundUs(target))];
    });
    bench.print(formatTable([["", "µs"], ...rows]));
    return Promise.resolve();
  },
};

function roundUs(us: number): number {
  return Math.round(us * 100) / 100;
}
