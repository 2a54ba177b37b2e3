/** The files that a worker serves. */

import { type AllowedMount, type Mount, MountedStorage } from "../library/mounts.ts";
import { Devices } from "../storage/local/devices.ts";
import { LocalStorage } from "../storage/local/local_storage.ts";
import { RemoteStorage } from "../storage/remote/remote_storage.ts";
import type { StoragePort } from "../storage/remote/storage_port.ts";
import type { Storage } from "../storage/storage.ts";
import type { WorkerConfig, WorkerMount } from "./worker_messages.ts";

export type StorageConfig = Pick<WorkerConfig, "root" | "rootDevice" | "mounts" | "allowed">;

/** @param port for files of origins */
export function createStorage(
  { root, rootDevice, mounts = [], allowed = [] }: StorageConfig,
  port: StoragePort,
): Storage {
  const devices = new Devices();
  const local = root === undefined ? undefined : new LocalStorage(root, devices, rootDevice);
  if (local && mounts.length + allowed.length === 0) return local;
  const own: Mount[] = local ? [{ path: "", storage: local, at: root! }] : [];
  return new MountedStorage(
    [...own, ...mounts.map((mount) => openMount(mount, { devices, port }))],
    allowed.flatMap((mount) => openAllowed(mount, port)),
  );
}

function openMount(
  { path, source }: WorkerMount,
  { devices, port }: { readonly devices: Devices; readonly port: StoragePort },
): Mount {
  if (source.kind === "directory") {
    return { path, storage: new LocalStorage(source.path, devices), at: source.path };
  }
  return { path, storage: new RemoteStorage(port, path, source), at: source };
}

function openAllowed({ path, source }: WorkerMount, port: StoragePort): AllowedMount[] {
  if (source.kind === "directory") return [];
  return [{ storage: new RemoteStorage(port, path), origin: source }];
}
