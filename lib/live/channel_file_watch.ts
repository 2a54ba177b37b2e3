/** A channel file that the operator may edit or remove while ams runs. */

import { MediaError } from "../errors.ts";
import {
  type ChannelFile,
  findChannelWarnings,
  isChannelFile,
  parseChannelFile,
} from "../package/channel_file.ts";
import type { ChannelDirectory } from "./recording/channel_directory.ts";
import type { IngestLog } from "./http/http_connection.ts";
import type { ChannelPublishers } from "./publisher.ts";
import { StreamKeys } from "./stream_keys.ts";

export interface WatchedChannel {
  readonly file: ChannelFile;
  readonly publishers: ChannelPublishers;
}

export interface ChannelFileOptions {
  readonly directory: ChannelDirectory;
  /** In the directory. */
  readonly path: string;
  /** For log lines: path in the document root. */
  readonly name: string;
  readonly log: (entry: IngestLog) => void;
}

export class ChannelFileWatch {
  readonly #options: ChannelFileOptions;
  #fingerprint: string | undefined;
  #channel: WatchedChannel | undefined;

  constructor(options: ChannelFileOptions) {
    this.#options = options;
  }

  /**
   * Reads the file if it has changed. While it is broken, its last valid contents stay in force.
   *
   * @returns undefined if there is no such file, or it is no channel file, or was never valid
   */
  check(): WatchedChannel | undefined {
    const { directory, path, name, log } = this.#options;
    try {
      const fingerprint = directory.fingerprint(path);
      if (fingerprint === undefined) this.#channel = undefined;
      if (fingerprint === this.#fingerprint) return this.#channel;
      this.#fingerprint = fingerprint;
      if (fingerprint !== undefined) this.#read();
    } catch (error) {
      const remark = this.#channel ? "; its previous contents remain in force" : "";
      log({ level: "error", message: `${name}: ${describe(error)}${remark}` });
    }
    return this.#channel;
  }

  #read(): void {
    const { directory, path, name, log } = this.#options;
    const { text, fingerprint } = directory.read(path);
    this.#fingerprint = fingerprint;
    if (!mayBeChannelFile(text)) return void (this.#channel = undefined);
    const file = parseChannelFile(text);
    const { publishers } = file;
    this.#channel = {
      file,
      publishers: publishers === "loopback" ? publishers : new StreamKeys(publishers),
    };
    for (const warning of findChannelWarnings(file)) {
      log({ level: "warn", message: `${name}: ${warning}` });
    }
  }
}

/** A file that cannot be read as JSON may be a channel file that is being edited. */
function mayBeChannelFile(text: string): boolean {
  try {
    return isChannelFile(JSON.parse(text.replace(/^\uFEFF/, "")));
  } catch {
    return true;
  }
}

function describe(error: unknown): string {
  return error instanceof MediaError
    ? error.message
    : `Cannot read the channel file: ${(error as Error).message}`;
}

/** Returns what of a channel file decides about periods and segments. */
export function toSegmenterSettings({ segmentDuration, reconnect, tracks }: ChannelFile) {
  const skipped = new Set([...tracks].flatMap(([name, { skip }]) => skip ? name : []));
  return { segmentDuration, reconnect, skipped };
}
