/** Requests of encoders that push DASH and HLS, as ffmpeg 5.1 makes them (recorded with `-f dash` and `-f hls`). */

import { assertEquals } from "@std/assert";
import { listEncoded } from "../channel.ts";
import { Encoder, type EncoderOptions } from "../encoder.ts";
import { MemoryChannels, RecordedServer, type TestPublish } from "../recorded_server.ts";

export const SETTINGS = { segmentDuration: 2 };

const TYPES = ["video", "audio"] as const;

interface MpdOptions {
  readonly isStatic?: boolean;
  /** Of the representations `0` and `1`. */
  readonly descriptors?: readonly [string, string];
  readonly languages?: readonly [string, string];
}

/** As `-f dash` writes it. */
export function buildPushedMpd(
  { isStatic = false, descriptors = ["", ""], languages = ["und", "und"] }: MpdOptions = {},
): string {
  const sets = TYPES.map((type, i) => `
    <AdaptationSet id="${i}" contentType="${type}" startWithSAP="1" lang="${languages[i]}">${
    descriptors[i]
  }
      <Representation id="${i}" mimeType="${type}/mp4" bandwidth="64318">
        <SegmentTemplate timescale="48000" initialization="init-stream$RepresentationID$.m4s" media="chunk-stream$RepresentationID$-$Number%05d$.m4s" startNumber="1">
          <SegmentTimeline><S t="0" d="96256" r="1" /></SegmentTimeline>
        </SegmentTemplate>
      </Representation>
    </AdaptationSet>`);
  return `<?xml version="1.0" encoding="utf-8"?>
<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="urn:mpeg:DASH:schema:MPD:2011 x.xsd" type="${
    isStatic ? "static" : "dynamic"
  }">
  <Period id="0" start="PT0.0S">${sets.join("")}
  </Period>
</MPD>`;
}

/** As `-f hls -hls_segment_type fmp4` writes it, with segments `index0.m4s` to `index<last>.m4s`. */
export function buildPushedPlaylist(last: number, { isOver = false, init = "init.mp4" } = {}) {
  const segments = Array.from({ length: last + 1 }, (_, i) => `#EXTINF:2.000000,\nindex${i}.m4s\n`);
  return `#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-MAP:URI="${init}"\n${
    segments.join("")
  }${isOver ? "#EXT-X-ENDLIST\n" : ""}`;
}

export function toBytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** An encoder with a stream of video and one of audio, of one GOP of a second a segment. */
export class DashEncoder {
  readonly streams: readonly Encoder[];

  constructor(options: Partial<EncoderOptions> = {}) {
    this.streams = TYPES.map((type) => new Encoder({ ...options, tracks: [type] }));
  }

  getPath(stream: number, gop: number): string {
    return `feed/chunk-stream${stream}-${String(gop + 1).padStart(5, "0")}.m4s`;
  }
}

/** Sends a whole body. */
export async function putWhole(
  server: RecordedServer,
  path: string,
  body: Uint8Array | string,
): Promise<TestPublish> {
  const publish = server.put(path);
  await publish.push(typeof body === "string" ? toBytes(body) : body);
  await publish.end();
  return publish;
}

export function createServer(settings: object = {}): RecordedServer {
  return new RecordedServer(new MemoryChannels({ ...SETTINGS, ...settings }));
}

/** Checks that GOPs of a DASH encoder are in the archive, all and once. */
export function assertRecorded(
  server: RecordedServer,
  { streams }: DashEncoder,
  gops: number,
): void {
  for (const [i, encoder] of streams.entries()) {
    assertEquals(server.listNamed(String(i)), listEncoded(encoder, TYPES[i]!, gops));
  }
}

export const MPD = "feed/manifest.mpd";

export interface PushOrder {
  /** The MPD is put at the start of each segment, as by `-ldash 1`, else after each. */
  readonly isMpdFirst: boolean;
  /** Bodies end before the MPD is sent, else after its response. */
  readonly endsEarly: boolean;
  /** Parts of a segment that arrive one by one. */
  readonly parts: number;
  readonly mpd: string;
}

export async function pushInits(server: RecordedServer, { streams }: DashEncoder): Promise<void> {
  for (const [i, encoder] of streams.entries()) {
    const init = await putWhole(server, `feed/init-stream${i}.m4s`, encoder.init);
    assertEquals(init.result, "200");
  }
}

/** Pushes a segment of each stream, and the MPD. */
export async function pushSegments(
  server: RecordedServer,
  dash: DashEncoder,
  gop: number,
  { isMpdFirst = false, endsEarly = true, parts = 1, mpd = buildPushedMpd() }: Partial<PushOrder> =
    {},
): Promise<TestPublish[]> {
  const putMpd = async () => {
    assertEquals((await putWhole(server, MPD, mpd)).result, "200");
  };
  const requests = dash.streams.map((_, i) => server.put(dash.getPath(i, gop)));
  const bodies = dash.streams.map((encoder) => encoder.fragment(gop));
  for (let part = 0; part < parts; part++) {
    if (part === 0 && isMpdFirst) await putMpd();
    await server.wait(1 / parts);
    for (const [i, body] of bodies.entries()) {
      const slice = body.slice(part * body.length / parts, (part + 1) * body.length / parts);
      await requests[i]!.push(slice);
    }
  }
  if (!isMpdFirst && !endsEarly) await putMpd();
  for (const request of requests) await request.end();
  if (!isMpdFirst && endsEarly) await putMpd();
  return requests;
}
