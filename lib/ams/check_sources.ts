/** What `ams check` needs of sources: whether origins respond, and the files that packages name. */

import { StoragePort } from "../storage/remote/storage_port.ts";
import type { Storage } from "../storage/storage.ts";
import { provideCredentials } from "./credentials.ts";
import type { SourceOptions } from "./source_options.ts";
import type { SourceSetup } from "./source_setup.ts";
import { StorageService } from "./storage_service.ts";
import type { SourceProbe } from "./storage_worker_messages.ts";
import { createStorage } from "./worker_storage.ts";

export interface CheckedSourcesOptions {
  readonly setup: SourceSetup;
  /** Document root, free of symbolic links; absent: it is on other machines. */
  readonly root: string | undefined;
  readonly limits: SourceOptions;
  /** Called with lines about origins and credentials. */
  readonly onMessage: (message: string) => void;
}

/** Reads origins as a server does, but keeps nothing on disk. Disposing ends the thread that does so. */
export class CheckedSources implements Disposable {
  readonly storage: Storage;
  /** Paths of directories that are on this machine, relative to the document root. */
  readonly localPaths: readonly string[];
  readonly #resources = new DisposableStack();
  readonly #probes: Promise<readonly SourceProbe[]>;

  constructor({ setup, root, limits, onMessage }: CheckedSourcesOptions) {
    const { mounts, allowed, remote } = setup;
    const port = new StoragePort();
    const local = mounts.filter(({ source }) => source.kind === "directory");
    this.localPaths = [...root === undefined ? [] : [""], ...local.map(({ path }) => path)];
    this.storage = createStorage({ ...root !== undefined && { root }, mounts, allowed }, port);
    this.#probes = remote
      ? this.#connect(remote, { port, limits, onMessage })
      : Promise.resolve([]);
  }

  /** Resolves when the origin of each mount was asked. */
  probe(): Promise<readonly SourceProbe[]> {
    return this.#probes;
  }

  [Symbol.dispose](): void {
    this.#resources[Symbol.dispose]();
  }

  #connect(
    { origins }: NonNullable<SourceSetup["remote"]>,
    { port, limits, onMessage }: Pick<CheckedSourcesOptions, "limits" | "onMessage"> & {
      readonly port: StoragePort;
    },
  ): Promise<readonly SourceProbe[]> {
    const mounted = origins.filter(({ isAllowed }) => !isAllowed).map(({ label }) => label);
    const probes = new Map<string, SourceProbe>();
    const { promise, resolve } = Promise.withResolvers<readonly SourceProbe[]>();
    const connect = () => {
      const connection = service.connect(this);
      port.connect(connection.port, connection.pages);
    };
    const service = this.#resources.use(
      new StorageService({
        origins,
        sources: limits,
        onMessage: ({ message }) => onMessage(message),
        onReplaced: connect,
        onProbed: (probe) => {
          probes.set(probe.mount, probe);
          if (probes.size === mounted.length) resolve(mounted.map((it) => probes.get(it)!));
        },
      }),
    );
    connect();
    this.#resources.defer(() => port.close());
    this.#resources.use(provideCredentials(origins, service, onMessage));
    if (mounted.length === 0) resolve([]);
    return promise;
  }
}
