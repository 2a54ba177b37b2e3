/** Two ams with one document root behind nginx, as deploy/ describes. */

import { join } from "@std/path";
import { type Ams, startAms, TESTDATA } from "./ams.ts";
import { closeConnections } from "./raw_request.ts";
import { type Nginx, startNginx } from "./nginx.ts";
import { LADDER, packageLadder } from "./root.ts";
import { eventually } from "./page_driver.ts";

export class Deployment implements AsyncDisposable {
  /** A restarted server has the same address. */
  readonly servers: Ams[];
  /** Logs of servers that were killed. */
  #earlierLogs = "";

  private constructor(readonly root: string, servers: Ams[], readonly nginx: Nginx) {
    this.servers = servers;
  }

  /**
   * Creates a document root with a package, and starts everything.
   *
   * @param flags of both ams, with which `restart()` starts none; with `--auth`, nginx checks tokens
   */
  static async start(...flags: string[]): Promise<Deployment> {
    await using open = new AsyncDisposableStack();
    const root = await Deno.makeTempDir({ prefix: "ams-deploy-" });
    open.defer(() => Deno.remove(root, { recursive: true }));
    for await (const { name } of Deno.readDir(TESTDATA)) {
      if (name.startsWith("ladder-")) await Deno.copyFile(join(TESTDATA, name), join(root, name));
    }
    await packageLadder(root);
    const servers = await Promise.all([0, 1].map(() => startAms(root, "--workers", "1", ...flags)));
    servers.forEach((server) => open.use(server));
    const nginx = open.use(
      await startNginx({
        servers: [servers[0]!.url, servers[1]!.url],
        checksTokens: flags.includes("--auth"),
      }),
    );
    open.move();
    return new Deployment(root, servers, nginx);
  }

  /** URL of the package, through nginx. */
  get assetUrl(): string {
    return `${this.nginx.url}/${LADDER}`;
  }

  /** Kills a server, as running out of memory would. */
  async kill(index: number): Promise<void> {
    const server = this.servers[index]!;
    Deno.kill(server.pid, "SIGKILL");
    await server[Symbol.asyncDispose]();
    this.#earlierLogs += server.log();
  }

  /** Restarts a server that was killed. */
  async restart(index: number): Promise<void> {
    const { port } = new URL(this.servers[index]!.url);
    this.servers[index] = await startAms(this.root, "--workers", "1", "-p", port);
  }

  /** Access log lines of all servers for a path. */
  async getLogLines(path: string): Promise<string[]> {
    const mark = `/mark-${crypto.randomUUID()}`;
    await Promise.all(this.servers.map(async ({ url, log }) => {
      await (await fetch(url + mark)).body?.cancel();
      await eventually(() => Promise.resolve(log()), (text) => text.includes(mark));
    }));
    const text = this.#earlierLogs + this.servers.map(({ log }) => log()).join("");
    return text.split("\n").filter((line) => line.includes(` ${path} `));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    closeConnections();
    await this.nginx[Symbol.asyncDispose]();
    await Promise.all(this.servers.map((server) => server[Symbol.asyncDispose]()));
    await Deno.remove(this.root, { recursive: true });
  }
}

/** Starts a deployment before the first test of a file, and stops it after the last. */
export function startDeployment(...flags: string[]): { readonly now: Deployment } {
  let now: Deployment | undefined;
  Deno.test.beforeAll(async () => {
    now = await Deployment.start(...flags);
  });
  Deno.test.afterAll(() => now?.[Symbol.asyncDispose]());
  return {
    get now() {
      return now!;
    },
  };
}
