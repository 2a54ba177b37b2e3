/** Protected packages of the ladder, with keys of a license server that counts what players request. */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { CONTENT, declareProtection, type ProtectionOptions } from "../protected_presentations.ts";
import { PLAYREADY_TEST_SEED } from "../drm/vectors.ts";
import { type Ams, amspackager, startAms, TESTDATA } from "./ams.ts";
import { LADDER_FILES } from "./root.ts";
import { startServer } from "./test_server.ts";

/** Keys of a license server, changed or not. */
export type LicenseMode = "right keys" | "wrong keys" | "keys of other KIDs";

export interface ProtectedLadder {
  readonly ams: Ams;
  /** URL of the license server, which has `<package>/clearkey`. */
  readonly licenses: string;
  /** KIDs in base64url that players requested, by the name of the package. */
  readonly requested: ReadonlyMap<string, readonly string[]>;
  mode: LicenseMode;
}

/** A package of the ladder, or of other files of testdata/. */
export interface ProtectedPackage extends ProtectionOptions {
  readonly files?: readonly string[];
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Media that a protected package names must not be served as it is. */
const MEDIA_DIRECTORY = ".media";

/**
 * Serves packages of the ladder from before the first test of a file until after the last.
 *
 * @param packages by name
 * @returns an object whose members are set while tests run
 */
export function serveProtectedLadder(
  packages: Readonly<Record<string, ProtectedPackage>>,
): ProtectedLadder {
  const requested = new Map<string, string[]>();
  const served = {} as Mutable<ProtectedLadder>;
  Object.assign(served, { requested, mode: "right keys" } satisfies Partial<ProtectedLadder>);
  const open = new AsyncDisposableStack();
  Deno.test.beforeAll(async () => {
    const directory = await Deno.makeTempDir({ prefix: "ams-e2e-" });
    open.defer(() => Deno.remove(directory, { recursive: true }));
    const root = join(directory, "root");
    await createRoot(root, packages);
    const licenses = open.use(startServer((request) => license(request, served, requested)));
    served.licenses = licenses.url;
    const keys = join(directory, "keys.json");
    await writeKeyFile(keys, licenses.url);
    served.ams = open.use(await startAms(root, "--keys", keys, "--serve-keys", "open"));
  });
  Deno.test.afterAll(() => open.disposeAsync());
  return served;
}

async function createRoot(
  root: string,
  packages: Readonly<Record<string, ProtectedPackage>>,
): Promise<void> {
  await Deno.mkdir(join(root, MEDIA_DIRECTORY), { recursive: true });
  const { videos, english, french, thumbnails } = LADDER_FILES;
  const others = Object.values(packages).flatMap(({ files = [] }) => files);
  for (const file of [...videos, ...english, ...french, thumbnails, ...others]) {
    await Deno.copyFile(join(TESTDATA, file), join(root, MEDIA_DIRECTORY, file));
  }
  const input = (file: string) => ["-i", join(MEDIA_DIRECTORY, file)];
  const ladder = [
    ...input(thumbnails),
    ...videos.flatMap(input),
    ...english.flatMap((file) => [...input(file), "-l", "eng"]),
    ...french.flatMap((file) => [...input(file), "-l", "fra"]),
  ];
  for (const [name, { scheme, per = "all", files }] of Object.entries(packages)) {
    const protect = ["--protect", scheme, "--content", CONTENT, "--key-source", "house"];
    await amspackager(
      root,
      ...["-o", name, "-d", "2", ...protect, "--key-per", per],
      ...files ? files.flatMap(input) : ladder,
    );
  }
}

/** All systems, of which the browsers of the tests have ClearKey alone. */
async function writeKeyFile(path: string, licenses: string): Promise<void> {
  const house = {
    seed: PLAYREADY_TEST_SEED,
    systems: ["widevine", "playready", "fairplay", "clearkey"],
    licences: { clearkey: `${licenses}/{package}/clearkey` },
  };
  const text = JSON.stringify({ ams: 1, sources: { house } });
  await Deno.writeTextFile(path, text, { mode: 0o600 });
}

const CORS = {
  "access-control-allow-origin": "*",
  "access-control-allow-headers": "*",
  "access-control-allow-methods": "POST",
};

/** Passes a license request on to ams, and its response back, with keys as `mode` says. */
async function license(
  request: Request,
  { ams, mode }: ProtectedLadder,
  requested: Map<string, string[]>,
): Promise<Response> {
  if (request.method === "OPTIONS") return new Response(null, { headers: CORS });
  const { pathname } = new URL(request.url);
  const body = await request.text();
  const { kids } = JSON.parse(body) as { kids: string[] };
  const name = pathname.split("/")[1]!;
  requested.set(name, [...requested.get(name) ?? [], ...kids]);
  const response = await fetch(ams.url + pathname, { method: "POST", body });
  const text = await response.text();
  assertEquals(response.status, 200, text);
  return new Response(changeKeys(text, mode), { headers: CORS });
}

function changeKeys(text: string, mode: LicenseMode): string {
  const { keys, ...others } = JSON.parse(text) as {
    keys: { kty: string; kid: string; k: string }[];
  };
  const other = "AAAAAAAAAAAAAAAAAAAAAA";
  const changed = keys.map((key) => {
    if (mode === "wrong keys") return { ...key, k: other };
    return mode === "right keys" ? key : { ...key, kid: other };
  });
  return JSON.stringify({ ...others, keys: changed });
}

/** Returns the KIDs of a package in base64url, sorted. */
export function listKids(options: ProtectionOptions, labels?: readonly string[]): string[] {
  const kids = Object.entries(declareProtection(options).kids!);
  return kids.filter(([label]) => !labels || labels.includes(label)).map(([, kid]) =>
    Uint8Array.fromHex(kid.replaceAll("-", "")).toBase64({
      alphabet: "base64url",
      omitPadding: true,
    })
  ).sort();
}
