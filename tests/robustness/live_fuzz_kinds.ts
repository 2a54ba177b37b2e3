/** Seeded cases of every parser of live channels. */

import {
  parseDamagedBlock,
  parseDamagedChannelFile,
  readDamagedRecords,
  recoverDamagedArchive,
} from "./damaged_archives.ts";
import { readDamagedTags } from "./damaged_flv.ts";
import { readDamagedMpd, readDamagedPlaylist } from "./damaged_manifests.ts";
import { readDamagedLiveManifest, readDamagedPush, readDamagedTiming } from "./damaged_pushes.ts";
import { readDamagedRequests } from "./damaged_requests.ts";
import { readDamagedAmf, readDamagedChunks, readDamagedConnection } from "./damaged_rtmp.ts";
import { Prng } from "./prng.ts";
import { recordDamagedPushes } from "./recorded_pushes.ts";

/** Damages an input and reads it. Returns false if it is rejected; throws what is a bug. */
type LiveKind = (prng: Prng) => boolean | Promise<boolean>;

/** By name. */
export const LIVE_FUZZ_KINDS: Readonly<Record<string, LiveKind>> = {
  "requests": readDamagedRequests,
  "pushed media": readDamagedPush,
  "live manifest": readDamagedLiveManifest,
  "timing boxes": readDamagedTiming,
  "channel file": parseDamagedChannelFile,
  "block.json": parseDamagedBlock,
  "index": readDamagedRecords,
  "archive": recoverDamagedArchive,
  "recording": recordDamagedPushes,
  "RTMP connection": readDamagedConnection,
  "chunk streams": readDamagedChunks,
  "AMF": readDamagedAmf,
  "FLV tags": readDamagedTags,
  "pushed MPD": readDamagedMpd,
  "pushed playlist": readDamagedPlaylist,
};

/**
 * Runs the case of a seed. Returns false if its input is rejected.
 *
 * @throws Error that names kind and seed; its cause is the bug
 */
export async function runLiveFuzzCase(kind: string, seed: number): Promise<boolean> {
  try {
    return await LIVE_FUZZ_KINDS[kind]!(new Prng(`${kind} ${seed}`));
  } catch (error) {
    throw new Error(`${kind}: seed ${seed}`, { cause: error });
  }
}
