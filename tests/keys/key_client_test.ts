import { assertEquals, assertRejects } from "@std/assert";
import { KeysError } from "../../lib/errors.ts";
import { Secret } from "../../lib/drm/secret.ts";
import { KeyClient, type KeyExchange, MAX_KEY_RESPONSE_SIZE } from "../../lib/keys/key_client.ts";
import { FakeTimers, settle } from "./fake_timers.ts";

const URL_WITH_SECRET = "https://me:secret@keys.example/Speke?secret";

const GET: KeyExchange = { url: new Secret(URL_WITH_SECRET), headers: new Headers(), timeout: 8 };
const POST: KeyExchange = { ...GET, body: "<CPIX/>" };

type Reply = (init: RequestInit) => Response | Promise<Response>;

/** A server that replies in this order, the last reply repeats. */
class Server {
  readonly timers = new FakeTimers();
  readonly requests: { readonly url: string; readonly init: RequestInit; readonly at: number }[] =
    [];
  readonly client: KeyClient;

  constructor(...replies: readonly Reply[]) {
    this.client = new KeyClient({
      clock: this.timers,
      fetch: (url, init = {}) => {
        this.requests.push({ url: String(url), init, at: this.timers.now() });
        const reply = replies[Math.min(this.requests.length, replies.length) - 1]!;
        return Promise.resolve(reply(init));
      },
    });
  }

  /** Sends, and advances the clock whenever the client waits. */
  async send(exchange: KeyExchange): Promise<string> {
    let done = false;
    const sent = this.client.send(exchange).finally(() => done = true);
    sent.catch(() => {}); // until it is awaited
    for (let i = 0; i < 20 && !done; i++) {
      await settle();
      if (!done && this.timers.nextDelay !== undefined) this.timers.advance(this.timers.nextDelay);
    }
    return await sent;
  }
}

const status = (code: number, headers: HeadersInit = {}, body: BodyInit | null = "secret") => () =>
  new Response(body, { status: code, headers });
const ok = (text: BodyInit) => () => new Response(text);
/** Rejects as Deno 2.9 does. */
const disconnect = (reason: string): Reply => () => {
  const text =
    `error sending request for url (${URL_WITH_SECRET}): client error (Connect): ${reason}`;
  return Promise.reject(new TypeError("fetch failed", { cause: new Error(text) }));
};
const hang: Reply = ({ signal }) =>
  new Promise((_, reject) => signal!.addEventListener("abort", () => reject(signal!.reason)));

/** Sends a part of the body, then breaks. */
const cut: Reply = () =>
  new Response(
    new ReadableStream({
      pull(controller) {
        controller.enqueue(new Uint8Array(8));
        controller.error(new TypeError("connection closed"));
      },
    }),
  );

Deno.test("KeyClient.send() returns the text of the response", async () => {
  const server = new Server(ok("<CPIX/>"));
  const headers = new Headers({ "x-test": "1" });
  assertEquals(await server.send({ ...POST, headers }), "<CPIX/>");
  const [{ url, init }] = server.requests as [typeof server.requests[0]];
  assertEquals([url, init.method, init.redirect, init.body], [
    URL_WITH_SECRET,
    "POST",
    "manual",
    "<CPIX/>",
  ]);
  assertEquals(init.headers, headers);
  assertEquals(server.timers.nextDelay, undefined);
});

const failures: [name: string, reply: Reply, exchange: KeyExchange, expected: string][] = [
  ["status 500", status(500), POST, "KEYS_UNAVAILABLE 0,200,1200 responds with status 500"],
  ["status 503", status(503), GET, "KEYS_UNAVAILABLE 0,200,1200 responds with status 503"],
  ["status 599", status(599), GET, "KEYS_UNAVAILABLE 0,200,1200 responds with status 599"],
  ["status 429", status(429), POST, "KEYS_UNAVAILABLE 0,200,1200 responds with status 429"],
  [
    "status 429 with Retry-After",
    status(429, { "retry-after": "3" }),
    POST,
    "KEYS_UNAVAILABLE 0,3000,6000 responds with status 429",
  ],
  [
    "Retry-After of more than five seconds",
    status(503, { "retry-after": "6" }),
    POST,
    "KEYS_UNAVAILABLE 0,200,1200 responds with status 503",
  ],
  [
    "Retry-After beyond the timeout",
    status(503, { "retry-after": "5" }),
    POST,
    "KEYS_UNAVAILABLE 0,5000 responds with status 503",
  ],
  [
    "a refused connection",
    disconnect("tcp connect error: Connection refused (os error 111)"),
    POST,
    "KEYS_UNAVAILABLE 0,200,1200 the key server refuses connections",
  ],
  [
    "an unknown certificate",
    disconnect("invalid peer certificate: UnknownIssuer"),
    POST,
    "KEYS_UNAVAILABLE 0,200,1200 has a certificate that is not trusted",
  ],
  [
    "an unknown host",
    disconnect("dns error: failed to lookup address information: Name or service not known"),
    POST,
    "KEYS_UNAVAILABLE 0,200,1200 has a host name that does not resolve",
  ],
  [
    "another error",
    disconnect("secret"),
    POST,
    "KEYS_UNAVAILABLE 0,200,1200 breaks the connection",
  ],
  ["a connection that is cut", cut, POST, "KEYS_UNAVAILABLE 0,200,1200 breaks the connection"],
  ["no response", hang, POST, "KEYS_UNAVAILABLE 0 does not respond within 8 s"],
  ["status 401", status(401), POST, "KEYS_INVALID 0 responds with status 401"],
  ["status 404 of POST", status(404), POST, "KEYS_INVALID 0 responds with status 404"],
  ["status 404 of GET", status(404), GET, "KEYS_MISSING 0 responds with status 404"],
  ["status 422", status(422), POST, "KEYS_INVALID 0 responds with status 422"],
  [
    "a redirect",
    status(302, { location: "https://other.example/" }, null),
    GET,
    "KEYS_INVALID 0 responds with status 302",
  ],
  [
    "a large response",
    ok(new Uint8Array(8 * MAX_KEY_RESPONSE_SIZE)),
    GET,
    "KEYS_INVALID 0 more than 1048576 bytes",
  ],
  ["other text than UTF-8", ok(new Uint8Array([0xFF])), GET, "KEYS_INVALID 0 expected UTF-8"],
];

for (const [name, reply, exchange, expected] of failures) {
  Deno.test(`KeyClient.send() rejects ${name}`, async () => {
    const server = new Server(reply);
    const [code, times, ...words] = expected.split(" ");
    const text = words.join(" ");
    const error = await assertRejects(() => server.send(exchange), KeysError, text);
    assertEquals([error.code, server.requests.map(({ at }) => at).join()], [code, times]);
    assertEquals(/secret|example/.test(error.message), false, error.message);
    assertEquals(server.timers.nextDelay, undefined);
  });
}

for (const [name, first] of [["status 500", status(500)], ["a cut connection", cut]] as const) {
  Deno.test(`KeyClient.send() tries again after ${name}`, async () => {
    const server = new Server(first, ok("<CPIX/>"));
    assertEquals(await server.send(POST), "<CPIX/>");
    assertEquals(server.requests.map(({ at }) => at), [0, 200]);
  });
}

Deno.test("KeyClient.send() ends at the timeout of all tries together", async () => {
  const server = new Server(status(500), hang);
  await assertRejects(() => server.send({ ...POST, timeout: 2 }), KeysError, "within 2 s");
  assertEquals([server.requests.length, server.timers.now()], [2, 2000]);
});

Deno.test("KeyClient.send() accepts the largest response", async () => {
  const server = new Server(ok(new Uint8Array(MAX_KEY_RESPONSE_SIZE).fill(0x20)));
  assertEquals((await server.send(GET)).length, MAX_KEY_RESPONSE_SIZE);
});

Deno.test("KeyClient.send() has eight requests in progress at most", async () => {
  const waiting: PromiseWithResolvers<Response>[] = [];
  const server = new Server(() => {
    const reply = Promise.withResolvers<Response>();
    waiting.push(reply);
    return reply.promise;
  });
  const sent = Array.from({ length: 20 }, () => server.client.send(GET));
  await settle();
  assertEquals(waiting.length, 8);
  waiting.splice(0, 3).forEach(({ resolve }) => resolve(new Response("")));
  await settle();
  assertEquals([waiting.length, server.requests.length], [8, 11]);
  while (waiting.length > 0) {
    waiting.shift()!.resolve(new Response(""));
    await settle();
  }
  assertEquals((await Promise.all(sent)).length, 20);
});

Deno.test("KeyClient.send() does not hide a missing permission", async () => {
  const server = new Server(() =>
    Promise.reject(new Deno.errors.NotCapable("Requires net access"))
  );
  await assertRejects(() => server.send(GET), Deno.errors.NotCapable);
  assertEquals(server.requests.length, 1);
});
