/** Faults of an origin: what it does in place of what it should. */

import type { IncomingMessage, ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";

/** What a response without faults would be. */
export interface PlannedResponse {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array;
}

interface FaultContext {
  readonly origin: {
    readonly url: string;
    readonly files: ReadonlyMap<string, { readonly bytes: Uint8Array }>;
  };
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly planned: PlannedResponse;
  /** Lets the time-outs of the client run out. */
  readonly stall: () => void;
}

/** Sends a response as planned, with its length. */
export function send(
  response: ServerResponse,
  { status, headers, body }: PlannedResponse,
): void {
  const length = status === 304 ? {} : { "content-length": `${body.length}` };
  response.writeHead(status, { ...length, ...headers });
  response.end(body);
}

type Fault = (context: FaultContext) => void | Promise<void>;

/** Responds with a status, and an error of S3 where it has a code. */
const status =
  (code: number, headers: Record<string, string> = {}, text = ""): Fault => ({ response }) =>
    send(response, { status: code, headers, body: new TextEncoder().encode(text) });

const s3Error = (code: number, name: string, rest = "", headers = {}) =>
  status(
    code,
    { "content-type": "application/xml", ...headers },
    `<?xml version="1.0"?>
<Error><Code>${name}</Code>${rest}</Error>`,
  );

/** Changes the response. */
const change =
  (alter: (planned: PlannedResponse) => Partial<PlannedResponse>): Fault => (context) =>
    send(context.response, { ...context.planned, ...alter(context.planned) });

/** Changes headers; those that are undefined are left out. */
const header = (name: string, value: string | undefined): Fault =>
  change(({ headers }) => {
    const { [name]: _, ...others } = headers;
    return { headers: value === undefined ? others : { ...others, [name]: value } };
  });

const replaceRange = (pattern: RegExp, text: (...parts: string[]) => string): Fault =>
  change(({ headers }) => ({
    headers: {
      ...headers,
      "content-range": (headers["content-range"] ?? "").replace(pattern, text),
    },
  }));

/** Sends a body without length. */
const chunked = (alter: (body: Uint8Array) => Uint8Array): Fault => ({ response, planned }) => {
  response.writeHead(planned.status, planned.headers);
  response.write(alter(planned.body));
  response.end();
};

/** Starts a response, and sends as many bytes. */
async function start({ response, planned }: FaultContext, bytes: number): Promise<void> {
  const { status, headers, body } = planned;
  response.writeHead(status, { ...headers, "content-length": `${body.length}` });
  await new Promise((resolve) => response.write(body.subarray(0, bytes), resolve));
}

const redirect = (getLocation: (context: FaultContext) => string): Fault => (context) =>
  status(302, { location: getLocation(context) })(context);

export const FAULTS = {
  "500": status(500),
  "503": status(503),
  "503 of S3": s3Error(503, "SlowDown"),
  "429": status(429, { "retry-after": "1" }),
  reset: ({ request }) => void request.socket.destroy(),
  async half(context) {
    await start(context, Math.floor(context.planned.body.length / 2));
    context.response.socket?.destroy();
  },
  silent: ({ stall }) => stall(),
  async "2 KB/s"(context) {
    await start(context, 4096);
    context.stall();
  },
  "another range": replaceRange(/(\d+)-(\d+)/, (_, first, last) => `${+first! + 1}-${+last! + 1}`),
  "no range": header("content-range", undefined),
  "another size": replaceRange(/\/(\d+)/, (_, size) => `/${+size! + 1}`),
  "more bytes": chunked((body) => new Uint8Array([...body, 0])),
  "fewer bytes": chunked((body) => body.subarray(0, body.length / 2)),
  chunked: chunked((body) => body),
  "all of the file"({ origin, request, response, planned }) {
    const { bytes } = origin.files.get(decodeURIComponent(request.url!))!;
    const { "content-range": _, ...headers } = planned.headers;
    send(response, { status: 200, headers, body: bytes });
  },
  gzip: change(({ headers, body }) => ({
    headers: { ...headers, "content-encoding": "gzip" },
    body: gzipSync(body),
  })),
  "aws-chunked": header("content-encoding", "aws-chunked"),
  "an empty coding": header("content-encoding", ""),
  "a weak ETag": header("etag", 'W/"x"'),
  "another ETag": header("etag", '"other"'),
  "no ETag": header("etag", undefined),
  "no validators": change(({ headers: { etag: _, "last-modified": __, ...headers } }) => ({
    headers,
  })),
  "401": status(401),
  "403": status(403, {}, "<html>Forbidden</html>"),
  "403 AccessDenied": s3Error(403, "AccessDenied", "<Message>Access Denied</Message>"),
  "403 SignatureDoesNotMatch": s3Error(403, "SignatureDoesNotMatch"),
  "403 RequestTimeTooSkewed": s3Error(403, "RequestTimeTooSkewed"),
  "400 AuthorizationHeaderMalformed": s3Error(
    400,
    "AuthorizationHeaderMalformed",
    "<Region>eu-west-1</Region>",
  ),
  "301 without Location": s3Error(301, "PermanentRedirect", "", {
    "x-amz-bucket-region": "eu-west-1",
  }),
  "404": status(404),
  "412": status(412),
  "416": change(({ headers }) => ({
    status: 416,
    headers: { "content-range": `bytes */${/\d+$/.exec(headers["content-range"] ?? "0")}` },
  })),
  "a redirect": redirect(({ request }) => `${request.url}?again`),
  "a redirect elsewhere": redirect(({ origin, request }) =>
    `${origin.url.replace("127.0.0.1", "localhost")}${request.url}`
  ),
} satisfies Record<string, Fault>;

export type FaultName = keyof typeof FAULTS;
