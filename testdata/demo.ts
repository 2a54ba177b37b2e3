/**
 * `deno task demo`: packages files of this directory, serves them on a free port and prints the URLs to open. Temporary
 * files are deleted at the end.
 */

import { fromFileUrl, join } from "@std/path";
import config from "../deno.json" with { type: "json" };
import { amspackager } from "../lib/packager/command.ts";
import { ams } from "../lib/ams/ams.ts";
import { manifestUrl } from "../lib/server/routes.ts";
import { assetUrl } from "../lib/url/path.ts";

const TESTDATA = fromFileUrl(new URL("./", import.meta.url));
const HOST = "127.0.0.1";
const FIRST_PORT = 8080;

/** Arguments of amspackager. */
const PACKAGE = "-o video.json -d 2 -i ladder-avc-240p.mp4 -i ladder-avc-360p.mp4 " +
  "-i ladder-avc-720p.mp4 -i ladder-aac-eng.mp4 -l eng -i ladder-aac-fra.mp4 -l fra " +
  "-i ladder-vtt-eng.vtt -l eng -i ladder-vtt-fra.vtt -l fra -i ladder-mjpeg-thumbs.mp4";

/** @returns the exit code */
async function main(): Promise<number> {
  const directory = await Deno.makeTempDir({ prefix: "ams-demo-" });
  globalThis.addEventListener("unload", () => Deno.removeSync(directory, { recursive: true }));
  Deno.addSignalListener("SIGINT", stopEarly);
  return await packageLadder(directory) || await serve(directory, findFreePort());
}

/** Exits on SIGINT before the server is running. */
function stopEarly(): void {
  Deno.exit(0);
}

async function packageLadder(directory: string): Promise<number> {
  const args = PACKAGE.split(" ");
  const files = args.filter((_, i) => args[i - 1] === "-i");
  await Promise.all(
    files.map((file) => Deno.copyFile(join(TESTDATA, file), join(directory, file))),
  );
  Deno.chdir(directory);
  printLine(`$ amspackager ${PACKAGE}`);
  return await amspackager(args, { line: printLine, warn: printLine }, config.version);
}

/** Serves until a signal, and prints the URLs once the server is ready. The access log follows. */
async function serve(directory: string, port: number): Promise<number> {
  const network = ["--host", HOST, "-p", String(port)];
  const args = ["-d", directory, ...network, "--workers", "1"]; // several would log out of order
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
  return await ams(args, { write, warn: printLine }, config.version);
}

/** Prints each URL on a line of its own. */
function printUrls(origin: string): void {
  printLine(`
The page, in a browser:

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
