/** A SPEKE v2 key server of a test. It checks requests by the encryption contract, and responds as their content ID says. */

import { createServer } from "node:http";
import type { TestServer } from "./test_server.ts";

/** What the server does for a content ID that ends in `.<behavior>`, else it responds with the keys. */
export const BEHAVIORS = [
  ...["500", "422", "429", "cut", "hang", "redirect"] as const,
  ...["nokey", "kid", "content", "scheme", "shortkey", "html", "entities", "large"] as const,
  ...["endlist", "method"] as const,
] as const;

export type Behavior = typeof BEHAVIORS[number];

export interface SpekeServer extends TestServer {
  /** Content IDs in the order of requests. */
  readonly requested: readonly string[];
  /** Why requests were rejected with 422. */
  readonly faults: readonly string[];
}

export const AUTHORIZATION = "Basic c2VjcmV0OnBhc3N3b3Jk";

const WIDEVINE = "edef8ba9-79d6-4ace-a3c8-27dcd51d21ed";

/** Filters of the encryption contract by intendedTrackType, without the namespace prefix. */
const FILTERS: Readonly<Record<string, string>> = {
  ALL: "<VideoFilter/><AudioFilter/>",
  AUDIO: "<AudioFilter/>",
  VIDEO: "<VideoFilter/>",
  SD: '<VideoFilter maxPixels="442368"/>',
  HD: '<VideoFilter minPixels="442369" maxPixels="2073600"/>',
  UHD: '<VideoFilter minPixels="2073601"/>',
};

const HANG_MS = 12_000;

/** Header of responses after which the connection is cut. */
const CUT = "x-cut";

export async function startSpekeServer(): Promise<SpekeServer> {
  const requested: string[] = [];
  const faults: string[] = [];
  const ended = Promise.withResolvers<void>();
  const server = await startCuttingServer(async (request) => {
    const text = await request.text();
    const content = /contentId="([^"]*)"/.exec(text)?.[1] ?? "";
    requested.push(content);
    const fault = findFault(request, text);
    if (fault) {
      faults.push(fault);
      return new Response(`Cannot use ${text}`, { status: 422 });
    }
    const behavior = BEHAVIORS.find((it) => content.endsWith(`.${it}`));
    if (behavior === "hang") {
      const timer = Promise.withResolvers<void>();
      const id = setTimeout(timer.resolve, HANG_MS);
      await Promise.race([timer.promise, ended.promise]);
      clearTimeout(id);
    }
    return await respond(text, content, behavior);
  });
  const stop = () => {
    ended.resolve();
    return server[Symbol.asyncDispose]();
  };
  return { ...server, requested, faults, [Symbol.asyncDispose]: stop };
}

/** `Deno.serve` cannot cut a connection without a line on standard error. */
async function startCuttingServer(
  handle: (request: Request) => Promise<Response>,
): Promise<TestServer> {
  let count = 0;
  const server = createServer(async (request, response) => {
    count++;
    const parts: Uint8Array[] = [];
    request.on("error", () => {}); // the client may be gone
    await new Promise((resolve) => {
      request.on("data", (part: Uint8Array) => parts.push(part)).on("close", resolve);
    });
    if (!request.complete) return;
    const { status, headers, body } = await handle(
      new Request(`http://127.0.0.1${request.url}`, {
        method: request.method!,
        headers: request.headers as Record<string, string>,
        ...parts.length > 0 && { body: new Blob(parts as Uint8Array<ArrayBuffer>[]) },
      }),
    );
    const bytes = new Uint8Array(await new Response(body).arrayBuffer());
    response.writeHead(status, Object.fromEntries(headers));
    if (headers.has(CUT)) response.write(bytes, () => request.socket.destroy());
    else response.end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    count: () => count,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Returns what the request lacks of SPEKE v2 and its encryption contract. */
function findFault(request: Request, text: string): string | undefined {
  const headers = ["content-type", "x-speke-version", "authorization"].map((name) =>
    request.headers.get(name)
  );
  if (`${request.method} ${headers}` !== `POST application/xml,2.0,${AUTHORIZATION}`) {
    return `headers ${headers}`;
  }
  if (!/<cpix:CPIX [^>]*version="2.3"/.test(text)) return "version";
  const keys = listElements(text, "ContentKey");
  const kids = keys.map((key) => getAttribute(key, "kid"));
  if (keys.length === 0 || new Set(kids).size < kids.length) return "keys";
  for (const key of keys) {
    const scheme = getAttribute(key, "commonEncryptionScheme");
    if (scheme !== "cbcs" && scheme !== "cenc") return "scheme";
    if ((scheme === "cbcs") !== /explicitIV="[^"]{24}"/.test(key)) return "explicitIV";
  }
  const rules = listElements(text, "ContentKeyUsageRule");
  const types = rules.map((rule) => getAttribute(rule, "intendedTrackType"));
  if (new Set(types).size < types.length) return "intendedTrackType is repeated";
  if (rules.map((rule) => getAttribute(rule, "kid")).join() !== kids.join()) return "rules";
  for (const [i, rule] of rules.entries()) {
    const filters = rule.replace(/^<[^>]*>|<\/[^>]*>$|cpix:|\s+(?=\/?>)/g, "").replace(
      />\s+</g,
      "><",
    )
      .replace(/<(\w+)([^>]*)><\/\1>/g, "<$1$2/>").trim();
    if (filters !== FILTERS[types[i]!]) return `filters of ${types[i]}: ${filters}`;
  }
  const systems = listElements(text, "DRMSystem");
  return systems.length === kids.length ? undefined : "systems";
}

function listElements(text: string, name: string): string[] {
  const pattern = new RegExp(
    `<cpix:${name}(?= )[^>]*?(?:/>|>(?:(?!</cpix:${name}>)[^])*</cpix:${name}>)`,
    "g",
  );
  return text.match(pattern) ?? [];
}

function getAttribute(element: string, name: string): string {
  return new RegExp(` ${name}="([^"]*)"`).exec(element)?.[1] ?? "";
}

async function respond(
  text: string,
  content: string,
  behavior: Behavior | undefined,
): Promise<Response> {
  const xml = (body: string) =>
    new Response(body, { headers: { "content-type": "application/xml" } });
  switch (behavior) {
    case "500":
    case "429":
    case "422":
      return new Response("secret of the server", { status: Number(behavior) });
    case "redirect":
      return new Response(null, { status: 302, headers: { location: "/other" } });
    case "cut":
      return new Response("<cpix:CPIX", { headers: { [CUT]: "1" } });
    case "html":
      return xml("<!doctype html><html><body>secret of the server</body></html>");
    case "entities":
      return xml(`<!DOCTYPE x [<!ENTITY a "secret">]>${await formatResponse(text, content)}`);
    case "large":
      return xml(await formatResponse(text, content) + " ".repeat(8_000_000));
    default:
      return xml(await formatResponse(text, content, behavior));
  }
}

async function formatResponse(
  text: string,
  content: string,
  behavior?: Behavior,
): Promise<string> {
  const keys = await Promise.all(
    listElements(text, "ContentKey").map((key, i) =>
      formatKey(key, i === 0 ? behavior : undefined)
    ),
  );
  const systems = listElements(text, "DRMSystem").map((element) =>
    formatSystem(getAttribute(element, "kid"), text, behavior)
  );
  const name = behavior === "content" ? `${content}.other` : content;
  return `<cpix:CPIX contentId="${name}" version="2.3" xmlns:cpix="urn:dashif:org:cpix"
    xmlns:pskc="urn:ietf:params:xml:ns:keyprov:pskc">
    <cpix:ContentKeyList>${keys.join("")}</cpix:ContentKeyList>
    <cpix:DRMSystemList>${systems.join("")}</cpix:DRMSystemList>
  </cpix:CPIX>`;
}

async function formatKey(element: string, behavior: Behavior | undefined): Promise<string> {
  const kid = getAttribute(element, "kid");
  const key = (await getServedKey(kid)).subarray(0, behavior === "shortkey" ? 8 : 16);
  const named = behavior === "kid" ? "00000000-0000-0000-0000-000000000001" : kid;
  const scheme = getAttribute(element, "commonEncryptionScheme");
  const used = behavior !== "scheme" ? scheme : scheme === "cbcs" ? "cenc" : "cbcs";
  const data = behavior === "nokey"
    ? ""
    : `<cpix:Data><pskc:Secret><pskc:PlainValue>${key.toBase64()}</pskc:PlainValue></pskc:Secret></cpix:Data>`;
  const iv = getAttribute(element, "explicitIV");
  return `<cpix:ContentKey kid="${named}" commonEncryptionScheme="${used}"${
    iv && ` explicitIV="${iv}"`
  }>${data}</cpix:ContentKey>`;
}

/** The key that the server has for a KID. */
export async function getServedKey(kid: string): Promise<Uint8Array> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`key of ${kid}`));
  return new Uint8Array(digest).subarray(0, 16);
}

function formatSystem(kid: string, text: string, behavior: Behavior | undefined): string {
  const method = /commonEncryptionScheme="cenc"/.test(text) ? "SAMPLE-AES-CTR" : "SAMPLE-AES";
  const line = (tag: string) =>
    `#EXT-X-${tag}:METHOD=${behavior === "method" ? "NONE" : method},URI="data:,${kid}",` +
    `KEYFORMAT="urn:uuid:${WIDEVINE}",KEYFORMATVERSIONS="1"` +
    (behavior === "endlist" ? "\n#EXT-X-ENDLIST" : "");
  const encode = (value: string) => new TextEncoder().encode(value).toBase64();
  return `<cpix:DRMSystem kid="${kid}" systemId="${WIDEVINE}">
    <cpix:HLSSignalingData playlist="media">${encode(line("KEY"))}</cpix:HLSSignalingData>
    <cpix:HLSSignalingData playlist="master">${encode(line("SESSION-KEY"))}</cpix:HLSSignalingData>
  </cpix:DRMSystem>`;
}
