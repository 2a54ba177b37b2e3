/** What a server needs of its options. */

import type { AccessConfig } from "../access/access_config.ts";
import type { Certificate, ListenAddress } from "../http/server.ts";
import type { AppOptions } from "../server/app.ts";
import type { AmsOptions } from "./options.ts";
import type { RecorderConfig } from "./recorder_worker_messages.ts";
import { checkRecording } from "./recording_setup.ts";
import { findListenAddress } from "./listen_address.ts";
import { getDevice, resolveRoot } from "./root_directory.ts";
import { checkCertificate, checkKeyServing, getWorkerCount, readCertificate } from "./setup.ts";
import { hasRemoteRoot } from "./source_options.ts";
import { checkSources, type SourceSetup } from "./source_setup.ts";
import type { WorkerConfig } from "./worker_messages.ts";

/** Half of what most systems allow a process. */
const MAX_OPEN_FILES = 512;

/** Options, and what they name, which was checked. */
export interface ServerSetup {
  readonly options: AmsOptions;
  readonly version: string;
  /** Free of symbolic links; absent if the document root is on other machines. */
  readonly root: string | undefined;
  readonly sources: SourceSetup;
  readonly rootDevice: number | undefined;
  readonly certificate: Certificate | undefined;
  readonly address: ListenAddress;
  readonly workerCount: number;
  /** Absent: encoders cannot publish. */
  readonly recorder: RecorderConfig | undefined;
}

/** @throws SetupError */
export function checkSetup(options: AmsOptions, version: string): ServerSetup {
  checkKeyServing(options);
  const root = hasRemoteRoot(options.sources) ? undefined : resolveRoot(options.root);
  const certificate = readCertificate(options.certificate);
  const address = findListenAddress(options);
  checkCertificate(options, certificate);
  return {
    options,
    version,
    root,
    sources: checkSources(options.sources, root),
    rootDevice: root === undefined ? undefined : getDevice(root),
    certificate,
    address,
    workerCount: getWorkerCount(options),
    recorder: root === undefined ? undefined : checkRecording(options, root, certificate),
  };
}

export function toWorkerConfig(setup: ServerSetup, access: AccessConfig | undefined): WorkerConfig {
  const { options, address, root, rootDevice, sources: { mounts, allowed }, certificate } = setup;
  return {
    address,
    ...root !== undefined && { root },
    ...mounts.length > 0 && { mounts },
    ...allowed.length > 0 && { allowed },
    ...rootDevice !== undefined && { rootDevice },
    app: { ...toAppOptions(setup), ...access && { access } },
    log: options.log,
    trustedProxies: options.trustedProxies,
    metrics: options.admin !== undefined,
    ...certificate && { certificate },
  };
}

function toAppOptions({ options, version, workerCount }: ServerSetup): AppOptions {
  return {
    capacity: Math.floor(options.cacheBytes / workerCount),
    maxOpenFiles: Math.max(16, Math.floor(MAX_OPEN_FILES / workerCount)),
    allowedOrigins: options.origins,
    forwardedParameters: options.forwarded,
    listing: options.listing,
    embedders: options.embedders,
    ...options.publicUrl !== undefined && { publicUrl: options.publicUrl },
    sandboxFiles: options.sandboxFiles === true,
    packagesOnly: options.packagesOnly === true,
    sidecars: options.sidecars,
    channels: options.channels,
    ...options.serveKeys && { serveKeys: options.serveKeys },
    sendTimeoutMs: 1000 * options.sendTimeoutSeconds,
    version,
  };
}
