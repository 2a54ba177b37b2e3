/** Reads the files that origins name again when they change: values of `Authorization`, certificates and credentials. */

import { getFileState } from "../keys/read_key_file.ts";
import type { CredentialsSupply } from "./credentials.ts";
import type { ReloadableFiles } from "./reload.ts";
import type { ServerSetup } from "./server_setup.ts";
import { configureOrigins } from "./source_setup.ts";
import type { ConfiguredOrigin } from "./storage_worker_messages.ts";

const WATCH_INTERVAL_MS = 60_000;

interface SecretsReceiver {
  replaceSecrets(origins: readonly ConfiguredOrigin[]): void;
}

export interface OriginFilesOptions {
  readonly setup: Pick<ServerSetup, "sources" | "root">;
  readonly receiver: SecretsReceiver;
  readonly credentials: CredentialsSupply;
}

export class OriginFiles implements ReloadableFiles {
  readonly name = "files of sources";
  readonly #options: OriginFilesOptions;
  readonly #paths: readonly string[];
  #state: string;

  constructor(options: OriginFilesOptions) {
    this.#options = options;
    this.#paths = options.setup.sources.remote?.origins.flatMap(listPaths) ?? [];
    this.#state = this.#getState();
  }

  /** Whether there is anything to read. */
  get isUsed(): boolean {
    return this.#paths.length > 0 || this.#options.credentials.isUsed;
  }

  read(): () => void {
    const { setup: { sources, root }, receiver, credentials } = this.#options;
    this.#state = this.#getState(); // before reading, to notice changes meanwhile
    const origins = configureOrigins(sources, root);
    return () => {
      receiver.replaceSecrets(origins);
      credentials.reload();
    };
  }

  /** Calls `onChange` at most a minute after one of the files has changed. */
  watch(onChange: () => void): Disposable {
    const timer = setInterval(() => this.check(onChange), WATCH_INTERVAL_MS);
    return { [Symbol.dispose]: () => clearInterval(timer) };
  }

  check(onChange: () => void): void {
    if (this.#getState() !== this.#state) onChange();
  }

  #getState(): string {
    return this.#paths.map(getFileState).join("\n");
  }
}

function listPaths({ origin }: ConfiguredOrigin): string[] {
  const secret = origin.kind === "http" ? origin.authorizationFile : origin.credentialsFile;
  return [secret, origin.caFile].filter((path) => path !== undefined);
}
