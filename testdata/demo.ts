/**
 * `deno task demo`: packages files of this directory, serves them on a free port and prints the URLs to open. Temporary
 * files are deleted at the end. `deno task demo:drm` protects the package, and gives players the keys.
 */

import { basename, dirname, fromFileUrl, join } from "@std/path";
import config from "../deno.json" with { type: "json" };
import { amspackager } from "../lib/packager/command.ts";
import { ams } from "../lib/ams/ams.ts";
import { manifestUrl } from "../lib/server/routes.ts";
import { assetUrl } from "../lib/url/path.ts";

const TESTDATA = fromFileUrl(new URL("./", import.meta.url));
const HOST = "127.0.0.1";
const FIRST_PORT = 8080;

const INPUTS = "-i ladder-avc-240p.mp4 -i ladder-avc-360p.mp4 -i ladder-avc-720p.mp4 " +
  "-i ladder-aac-eng.mp4 -l eng -i ladder-aac-fra.mp4 -l fra -i ladder-vtt-eng.vtt -l eng " +
  "-i ladder-vtt-fra.vtt -l fra -i ladder-mjpeg-thumbs.mp4";

interface Demo {
  /** Arguments of amspackager. */
  readonly packager: string;
  /** Further arguments of ams. */
  readonly server: readonly string[];
  readonly printUrls: (origin: string) => void;
}

const CLEAR: Demo = { packager: `-o video.json -d 2 ${INPUTS}`, server: [], printUrls };

/** The files of a protected package are in a directory that is never served, and the keys outside of the document root. */
const PROTECTED: Demo = {
  packager: `-o video.json -d 2 --protect cbcs --content demo ${
    INPUTS.replaceAll("-i ", "-i .media/")
  }`,
  server: ["--keys", "../keys.json", "--serve-keys", "open"],
  printUrls: printProtectedUrls,
};

/** @returns the exit code */
async function main(): Promise<number> {
  const demo = Deno.args.includes("drm") ? PROTECTED : CLEAR;
  const directory = await Deno.makeTempDir({ prefix: "ams-demo-" });
  globalThis.addEventListener("unload", () => Deno.removeSync(directory, { recursive: true }));
  Deno.addSignalListener("SIGINT", stopEarly);
  const root = join(directory, "media");
  const port = findFreePort();
  await createRoot(root, demo);
  if (demo === PROTECTED) await writeKeyFile(join(directory, "keys.json"), port);
  Deno.chdir(root);
  return await packageLadder(demo) || await serve(demo, port);
}

/** Exits on SIGINT before the server is running. */
function stopEarly(): void {
  Deno.exit(0);
}

async function createRoot(root: string, { packager }: Demo): Promise<void> {
  const args = packager.split(" ");
  for (const file of args.filter((_, i) => args[i - 1] === "-i")) {
    const target = join(root, file);
    await Deno.mkdir(dirname(target), { recursive: true });
    await Deno.copyFile(join(TESTDATA, basename(file)), target);
  }
}

/** Keys are derived from a seed that lasts as long as the demo. */
async function writeKeyFile(path: string, port: number): Promise<void> {
  const source = {
    seed: crypto.getRandomValues(new Uint8Array(30)).toBase64(),
    systems: ["clearkey"],
    licences: { clearkey: `http://${HOST}:${port}/{package}/clearkey` },
  };
  const text = JSON.stringify({ ams: 1, sources: { default: source } });
  await Deno.writeTextFile(path, text, { mode: 0o600 });
}

async function packageLadder({ packager }: Demo): Promise<number> {
  printLine(`$ amspackager ${packager}`);
  const args = packager.split(" ");
  return await amspackager(args, { line: printLine, warn: printLine }, { version: config.version });
}

/** Serves until a signal, and prints the URLs once the server is ready. The access log follows. */
async function serve({ server, printUrls }: Demo, port: number): Promise<number> {
  const network = ["--host", HOST, "-p", String(port)];
  const args = ["-d", ".", ...network, ...server, "--workers", "1"]; // several would log out of order
  printLine(`\n$ ams ${args.join(" ")}`);
  let isReady = false;
  const write = (text: string) => {
    print(text);
    if (isReady) return Promise.resolve();
    isReady = true; // the first line is logged when the server listens
    Deno.removeSignalListener("SIGINT", stopEarly);
    printUrls(`http://${HOST}:${port}`);
    return Promise.resolve();
  };
  return await ams(args, { write, warn: printLine }, config.version, () => {}); // the directory is removed at the end
}

/** Prints each URL on a line of its own. */
function printUrls(origin: string): void {
  printLine(`
Open ${origin}/ in a browser

The page of the package:

${origin}${assetUrl("video.json")}

DASH, for dash.js, shaka-player, RxPlayer or VLC:

${origin}${manifestUrl("video.json", "mpd")}

HLS, for hls.js, shaka-player, Safari, ffplay, mpv or VLC:

${origin}${manifestUrl("video.json", "hls")}

HLS with MPEG-TS, for older devices:

${origin}${manifestUrl("video.json", "hlsTs")}

Smooth Streaming, for RxPlayer, dash.js with its Smooth module, or VLC:

${origin}${manifestUrl("video.json", "smooth")}

One rendition without a package, and the file itself:

${origin}${manifestUrl("ladder-avc-360p.mp4", "mpd")}
${origin}/ladder-avc-360p.mp4

Ctrl-C ends the demo. Requests:
`);
}

/** Prints each URL on a line of its own. */
function printProtectedUrls(origin: string): void {
  printLine(`
Open ${origin}/ in a browser

Audio and video are encrypted with cbcs. Anyone gets the keys, by ClearKey: this is a trial.

The page of the package:

${origin}${assetUrl("video.json")}

DASH, for dash.js or shaka-player:

${origin}${manifestUrl("video.json", "mpd")}

HLS, for hls.js:

${origin}${manifestUrl("video.json", "hls")}

Licenses of ClearKey, for players that need the URL:

${origin}${assetUrl("video.json")}clearkey

Ctrl-C ends the demo. Requests:
`);
}

function findFreePort(): number {
  for (let port = FIRST_PORT; port < 65536; port++) {
    try {
      Deno.listen({ hostname: HOST, port }).close();
      return port;
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
  throw new Error(`Cannot find a free port from ${FIRST_PORT}`);
}

function printLine(line: string): void {
  print(`${line}\n`);
}

function print(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(text));
}

Deno.exit(await main());
