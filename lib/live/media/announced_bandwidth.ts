/** Bit rates that encoders announce: each is the least that manifests declare of its track. */

import { ByteReader } from "../../bytes.ts";
import type { Moov } from "../../mp4/moov.ts";
import type { SampleEntry } from "../../mp4/sample_entry.ts";
import { inBox } from "../../mp4/box.ts";
import { parseXml, type XmlNode } from "../../xml_reader.ts";

/** In characters: more than a thousand tracks. */
const MAX_LIVE_MANIFEST = 2 ** 18;

const SMIL = "http://www.w3.org/2001/SMIL20/Language";

const MAX_BANDWIDTH = 2 ** 32 - 1;

/**
 * Reads the bit rates of tracks, in bit/s by track_ID.
 *
 * @param liveManifest SMIL of Smooth Streaming encoders; "" if absent
 * @throws MediaError if it is not well-formed, or a btrt box is truncated
 */
export function readAnnouncedBandwidths(
  { tracks }: Pick<Moov, "tracks">,
  liveManifest: string,
): Map<number, number> {
  const bandwidths = readLiveManifest(liveManifest);
  for (const { id, entries: [entry] } of tracks) {
    const bandwidth = Math.max(bandwidths.get(id) ?? 0, entry ? readBtrt(entry) : 0);
    if (bandwidth > 0) bandwidths.set(id, bandwidth);
  }
  return bandwidths;
}

/** Bit Rate Box (14496-12 §8.5.2.2): the maximum, or else the average. */
function readBtrt({ boxes }: SampleEntry): number {
  const body = boxes.get("btrt");
  if (!body) return 0;
  return inBox("btrt", () => {
    const r = new ByteReader(body);
    r.skip(4); // bufferSizeDB
    const [maximum, average] = [r.u32(), r.u32()];
    return Math.max(maximum, average);
  });
}

/** ffmpeg and IIS write `<video systemBitrate="…">` with `<param name="trackID" value="…"/>`. */
function readLiveManifest(text: string): Map<number, number> {
  const bandwidths = new Map<number, number>();
  if (text === "" || text.length > MAX_LIVE_MANIFEST) return bandwidths;
  const root = parseXml(text, (namespace, prefix) => namespace === SMIL ? "" : prefix);
  for (const track of findTracks(root)) {
    const id = readInteger(findParameter(track, "trackID"));
    const bandwidth = readInteger(
      track.attributes.get("systemBitrate") ?? findParameter(track, "systemBitrate"),
    );
    if (id > 0 && bandwidth > 0) bandwidths.set(id, bandwidth);
  }
  return bandwidths;
}

function findTracks(root: XmlNode): XmlNode[] {
  const found: XmlNode[] = [];
  const open = [root];
  for (let node = open.pop(); node; node = open.pop()) {
    if (node.name === "video" || node.name === "audio") found.push(node);
    else for (const child of node.children) if (typeof child !== "string") open.push(child);
  }
  return found;
}

function findParameter({ children }: XmlNode, name: string): string | undefined {
  for (const child of children) {
    if (typeof child === "string" || child.name !== "param") continue;
    if (child.attributes.get("name") === name) return child.attributes.get("value");
  }
  return undefined;
}

/** Returns 0 for anything else. */
function readInteger(text: string | undefined): number {
  return text !== undefined && /^[0-9]{1,10}$/.test(text)
    ? Math.min(Number(text), MAX_BANDWIDTH)
    : 0;
}
