/** A document root that is unmounted and mounted again. Needs Linux, and the right to mount. */

import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { startAms, TESTDATA } from "./ams.ts";
import { fetchAssetUrls } from "./asset_urls.ts";
import { eventually } from "./page_driver.ts";
import { closeConnections, rawRequest } from "./raw_request.ts";

const FILE = "ladder-avc-240p.mp4";

function run(command: string, ...args: string[]): boolean {
  return new Deno.Command(command, { args, stdout: "null", stderr: "null" }).outputSync().success;
}

/** Mounts an empty file system in memory. */
function mount(directory: string): boolean {
  return Deno.build.os === "linux" && run("mount", "-t", "tmpfs", "tmpfs", directory);
}

/** Also while files are open. */
function unmount(directory: string): void {
  run("umount", "--lazy", directory);
}

function mayMount(): boolean {
  const directory = Deno.makeTempDirSync({ prefix: "ams-mount-" });
  const mounted = mount(directory);
  if (mounted) unmount(directory);
  Deno.removeSync(directory);
  return mounted;
}

Deno.test({
  name: "ams responds with 503 while its root is unmounted, and serves it when it is back",
  ignore: !mayMount(),
  async fn() {
    await using open = new AsyncDisposableStack();
    const root = await Deno.makeTempDir({ prefix: "ams-mount-" });
    open.defer(() => Deno.remove(root, { recursive: true }));
    open.defer(() => unmount(root));
    const mountFiles = async () => {
      mount(root);
      await Deno.copyFile(join(TESTDATA, FILE), join(root, FILE));
    };
    await mountFiles();
    const ams = open.use(await startAms(root, "--workers", "2"));
    open.defer(closeConnections);
    const { manifests, media } = await fetchAssetUrls(`${ams.url}/${FILE}`);
    const paths = [`/${FILE}`, ...manifests, ...media.slice(0, 20), "/about.json", "/.mpd"];
    const getStatuses = () =>
      Promise.all(paths.map(async (path) => {
        const { status, headers } = await rawRequest(ams.url + path);
        return `${path} ${status} ${headers.get("ams-error")}`;
      }));
    const all = (result: string) => paths.map((path) => `${path} ${result}`);
    assertEquals(await getStatuses(), all("200 null"));
    for (let i = 0; i < 2; i++) {
      unmount(root);
      await eventually(getStatuses, (found) => `${found}` === `${all("503 STORAGE_GONE")}`);
      await mountFiles(); // another device than at startup
      await eventually(getStatuses, (found) => `${found}` === `${all("200 null")}`);
    }
    const find = () =>
      ams.log().match(/Z (Cannot read the document root|The document root can).*/g);
    const lines = await eventually(
      () => Promise.resolve(`${find()}`),
      (text) => /again/.test(text),
    );
    assertMatch(lines, /^Z Cannot [^,]+ STORAGE_GONE,Z The document root can be read again$/);
  },
});
