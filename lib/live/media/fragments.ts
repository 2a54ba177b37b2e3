/** Reads what encoders push, as it arrives: fragmented MP4, CMAF (DASH-IF Live Media Ingest, interface 1) and Smooth Streaming. */

import { ByteReader } from "../../bytes.ts";
import { MediaError } from "../../errors.ts";
import { inBox, toPrintable } from "../../mp4/box.ts";
import { describeForeignFormat } from "../../mp4/foreign_format.ts";
import { type Prft, readPrft } from "../../mp4/prft.ts";
import { type BoxStart, BoxStream } from "./box_stream.ts";
import { IngestError } from "../ingest_error.ts";
import { type LiveInit, readLiveInit } from "./live_init.ts";
import { readLiveMoof } from "./live_moof.ts";
import type { LiveFragment } from "./live_samples.ts";
import { MediaCollector } from "./media_collector.ts";
import type { ItemReader, PushedItem } from "./pushed_item.ts";

/** moof and mdat, in bytes. */
const MAX_FRAGMENT_SIZE = 64 * 2 ** 20;

/** In bytes: the rows of more samples than a fragment may have. */
const MAX_MOOF_SIZE = 2 ** 23;

/** In bytes, of styp, moov, prft and the live manifest. */
const MAX_BOX_SIZE = 2 ** 20;

const TS_SYNC_BYTE = 0x47;

/** UUID of the live server manifest of IIS Live Smooth Streaming. */
const SMOOTH_LIVE_MANIFEST = "a5d40b30e81411ddba2f0800200c9a66";

/** First boxes of a body. */
const KNOWN_TYPES = new Set(
  "ftyp styp moov moof mdat free skip wide sidx ssix emsg prft uuid mfra udta meta pdin".split(" "),
);

/** Boxes that are read whole. */
const READ_WHOLE = new Set(["styp", "moov", "prft", "moof"]);

/** An incremental reader of one request body. After an error only `takeItems()` may be called. */
export class FragmentReader implements ItemReader {
  readonly #boxes: BoxStream;
  readonly #findInit: () => LiveInit | undefined;
  #init: LiveInit | undefined;
  #liveManifest = "";
  #prft: Prft | undefined;
  #media: MediaCollector | undefined;
  #isFirst = true;
  #ends = false;
  #hasEnded = false;
  #items: PushedItem[] = [];

  /** @param findInit finds the init segment of the stream, when a fragment comes before one: requests may end in any order */
  constructor(findInit: () => LiveInit | undefined = () => undefined) {
    this.#findInit = findInit;
    this.#boxes = new BoxStream({
      start: (box) => this.#startBox(box),
      body: (box, body) => this.#readBody(box, body),
      data: (bytes) => this.#addFragment(this.#media?.add(bytes)),
    });
  }

  /** Bytes read so far. A body without any is a probe of the publishing URL. */
  get position(): number {
    return this.#boxes.position;
  }

  get heldBytes(): number {
    return this.#boxes.heldBytes + (this.#media?.heldBytes ?? 0);
  }

  get isBetweenFragments(): boolean {
    return this.#boxes.isBetweenBoxes && this.#media === undefined;
  }

  /**
   * Takes the next bytes of the body, and returns what they complete. Samples refer to memory of their own, not to `bytes`.
   *
   * @throws MediaError if a box is invalid; IngestError `FRAGMENT_TOO_LARGE`, or `INIT_MISSING` for a moof before any moov
   */
  push(bytes: Uint8Array): PushedItem[] {
    this.#boxes.push(bytes);
    return this.takeItems();
  }

  /**
   * Ends the body.
   *
   * @throws MediaError if it ends inside a box
   */
  finish(): PushedItem[] {
    this.#boxes.finish();
    if (this.#media) {
      throw new MediaError("Cannot find the media data of the last moof").in("moof");
    }
    if (this.#ends && !this.#hasEnded) this.#items.push({ kind: "end" });
    return this.takeItems();
  }

  takeItems(): PushedItem[] {
    const items = this.#items;
    this.#items = [];
    return items;
  }

  /** Returns how the body of a box is taken. */
  #startBox(box: BoxStart): "whole" | "data" | "skip" {
    if (this.#isFirst) checkFirstBox(box);
    this.#isFirst = false;
    const { type, size } = box;
    if (type === "mfra") this.#end(size === 0);
    if (type === "mdat") return this.#media ? this.#startData(box) : "skip";
    if (type === "moof" && this.#media) {
      throw new MediaError("Cannot find the media data of the moof before").in("moof");
    }
    const isWhole = READ_WHOLE.has(type) || type === "uuid" && size <= MAX_BOX_SIZE;
    if (!isWhole) return "skip";
    if (size === Infinity) throw new MediaError("Cannot store a box without a size").in(type);
    const max = type === "moof" ? MAX_MOOF_SIZE : MAX_BOX_SIZE;
    if (size > max) throw tooLarge(type, size, max);
    return "whole";
  }

  #startData({ offset, headerSize }: BoxStart): "data" {
    this.#addFragment(this.#media!.startData(offset + headerSize));
    return "data";
  }

  #readBody({ type, offset }: BoxStart, body: Uint8Array): void {
    if (type === "moov") this.#readMoov(body);
    else if (type === "moof") this.#readMoof(offset, body);
    else if (type === "uuid") this.#liveManifest = readLiveManifest(body) ?? this.#liveManifest;
    else if (type === "prft") this.#prft = inBox(type, () => readPrft(new ByteReader(body)));
    else this.#ends ||= inBox(type, () => hasLastSegmentBrand(body));
  }

  #readMoov(body: Uint8Array): void {
    this.#init = readLiveInit(body, { liveManifest: this.#liveManifest });
    this.#items.push({ kind: "init", init: this.#init });
  }

  #readMoof(offset: number, body: Uint8Array): void {
    this.#init ??= this.#findInit();
    if (!this.#init) {
      const reason = "Cannot store a fragment before the init segment of its stream";
      throw new IngestError("INIT_MISSING", reason);
    }
    const moof = readLiveMoof(body, offset, this.#init);
    const size = Math.max(moof.end, moof.size);
    if (size > MAX_FRAGMENT_SIZE) throw tooLarge("moof", size, MAX_FRAGMENT_SIZE);
    if (moof.trafs.length > 0) this.#media = new MediaCollector(moof, offset);
  }

  #addFragment(tracks: LiveFragment[] | undefined): void {
    if (!tracks) return;
    const prft = this.#prft;
    this.#media = undefined;
    this.#prft = undefined;
    if (tracks.length > 0) this.#items.push({ kind: "fragment", init: this.#init!, tracks, prft });
  }

  /** An encoder ends with an empty mfra at once, with others at the end of its request. */
  #end(isEmpty: boolean): void {
    this.#ends = true;
    if (!isEmpty || this.#hasEnded) return;
    this.#hasEnded = true;
    this.#items.push({ kind: "end" });
  }
}

function tooLarge(type: string, size: number, max: number): IngestError {
  const message = `${type}: Cannot store ${size} bytes, expected at most ${max}`;
  return new IngestError("FRAGMENT_TOO_LARGE", message);
}

function checkFirstBox({ type, header }: BoxStart): void {
  if (KNOWN_TYPES.has(type)) return;
  const reason = header[0] === TS_SYNC_BYTE
    ? "Cannot store MPEG-TS, expected fragmented MP4, to which `ffmpeg -c copy -f mp4` converts it"
    : describeForeignFormat(header, "").replace(/:.*/s, "") ||
      `Cannot store a body that starts with a box '${toPrintable(type)}', expected MP4`;
  throw new MediaError(reason, "MEDIA_UNSUPPORTED");
}

function hasLastSegmentBrand(styp: Uint8Array): boolean {
  const r = new ByteReader(styp);
  const major = r.ascii(4);
  r.skip(4);
  const brands = [major];
  while (r.left >= 4) brands.push(r.ascii(4));
  return brands.includes("lmsg");
}

const utf8 = new TextDecoder();

function readLiveManifest(uuid: Uint8Array): string | undefined {
  const isManifest = uuid.length >= 20 && uuid.subarray(0, 16).toHex() === SMOOTH_LIVE_MANIFEST;
  return isManifest ? utf8.decode(uuid.subarray(20)) : undefined; // after version and flags
}
