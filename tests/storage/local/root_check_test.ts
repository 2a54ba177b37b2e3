import { assertEquals } from "@std/assert";
import { isRootGone } from "../../../lib/storage/local/root_check.ts";
import { SlowFileSystem } from "./slow_file_system.ts";

/** Device of the root at startup. */
const DEVICE = 7;

type Change = (root: string, system: SlowFileSystem) => void;

const anotherDevice: Change = (_root, system) => system.devices.unshift(["/root", 8]);
const empty: Change = (root) => Deno.removeSync(`${root}/a.txt`);

/** What the system reports for paths that end in `end`. */
function failing(end: string, error: Error): Change {
  return (_root, system) => {
    const { stat } = system;
    system.stat = (path) => path.endsWith(end) ? Promise.reject(error) : stat(path);
  };
}

const withCode = (code: string) => Object.assign(new Error(code), { code });

const cases: [state: string, gone: boolean, ...changes: Change[]][] = [
  ["unchanged", false],
  ["empty, on its device", false, empty],
  ["on another device, with files", false, anotherDevice],
  ["on another device, and empty", true, anotherDevice, empty],
  ["removed", true, (root) => Deno.removeSync(root, { recursive: true })],
  ["renamed", true, (root) => Deno.renameSync(root, `${root}-elsewhere`)],
  ["a file", true, (root) => {
    Deno.removeSync(root, { recursive: true });
    Deno.writeTextFileSync(root, "");
  }],
  ["a stale NFS handle", true, failing("/root", withCode("ESTALE"))],
  ["a FUSE mount without its process", true, failing("/root", withCode("ENOTCONN"))],
  ["not searchable", true, failing("/.ams", new Deno.errors.PermissionDenied())],
  ["with a file of the name of the probe", false, (root) => Deno.mkdirSync(`${root}/.ams`)],
  ["checked without file descriptors", false, anotherDevice, (_root, system) => {
    system.readDir = () => Promise.reject(withCode("EMFILE"));
  }],
  ["on another device, and not readable", true, anotherDevice, (_root, system) => {
    system.readDir = () => Promise.reject(new Deno.errors.PermissionDenied());
  }],
];

for (const [state, gone, ...changes] of cases) {
  Deno.test(`isRootGone() returns ${gone} for a root that is ${state}`, async () => {
    const directory = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "ams-" }));
    const root = `${directory}/root`;
    Deno.mkdirSync(root);
    Deno.writeTextFileSync(`${root}/a.txt`, "");
    const system = new SlowFileSystem();
    system.devices.push(["/root", DEVICE]);
    try {
      for (const change of changes) change(root, system);
      assertEquals(await isRootGone(system, root, DEVICE), gone);
    } finally {
      Deno.removeSync(directory, { recursive: true });
    }
  });
}
