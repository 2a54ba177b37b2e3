import type { OpenPresentation } from "../open_presentation.ts";
import { Ajv2020 } from "ajv/2020";
import { assert, assertAlmostEquals, assertEquals, assertLess } from "@std/assert";
import published from "../../lib/info/info.schema.json" with { type: "json" };
import listing from "../../lib/library/directory_listing.schema.json" with { type: "json" };
import { buildChannelInfo } from "../../lib/info/channel_info.ts";
import { buildInfo, type InfoLimits } from "../../lib/info/info.ts";
import { buildMultivariantPlaylist } from "../../lib/hls/multivariant_playlist.ts";
import { buildSmoothManifest } from "../../lib/smooth/manifest.ts";
import { RequestError } from "../../lib/errors.ts";
import { SYNC_FLAGS } from "../../lib/mp4/samples/sample_table.ts";
import type { PackageTrack } from "../../lib/package/package.ts";
import type {
  MediaRendition,
  Presentation,
  StppTrack,
  SubtitleRendition,
} from "../../lib/presentation/presentation.ts";
import { planCmafSegment } from "../../lib/cmaf/segment.ts";
import { planImage } from "../../lib/cmaf/image.ts";
import { CLEAR } from "../clear_protection.ts";
import { getPlanSize } from "../../lib/storage/read_plan.ts";
import { openProtected } from "../protected_presentations.ts";
import type { SyntheticTrack } from "../robustness/synthetic_movie.ts";
import { createChannel } from "./described_channel.ts";
import { codeSpans, read, tableRows } from "../documents.ts";
import { LONG_VIDEO, openLongMovie } from "../long_movie.ts";
import {
  MEDIA,
  openSample,
  openTestdata,
  openTestPackage,
  PRESENTATION_NAMES,
} from "../sample_presentations.ts";

// deno-lint-ignore no-explicit-any -- parsed JSON
type Json = any;

const validate = new Ajv2020().compile(published);

const schemas: [name: string, schema: Json][] = [["about", published], ["listing", listing]];

/** Paths of all keys, without array indexes: `renditions.segments.url`. */
function keysOf(value: Json, path = "", found = new Set<string>()): Set<string> {
  if (Array.isArray(value)) value.forEach((item) => keysOf(item, path, found));
  else if (typeof value === "object" && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      const name = path ? `${path}.${key}` : key;
      found.add(name);
      keysOf(inner, name, found);
    }
  }
  return found;
}

/** Paths of all keys of a schema. */
function schemaKeys(root: Json, schema: Json = root, path = "", found = new Set<string>()) {
  const here = schema.$ref ? root.$defs[schema.$ref.replace("#/$defs/", "")] : schema;
  if (here.items) schemaKeys(root, here.items, path, found);
  for (const [key, inner] of Object.entries(here.properties ?? {})) {
    const name = path ? `${path}.${key}` : key;
    found.add(name);
    schemaKeys(root, inner, name, found);
  }
  return found;
}

async function withTitle<T>(
  opening: Promise<OpenPresentation>,
  use: (presentation: Presentation) => T | Promise<T>,
): Promise<T> {
  using closing = new DisposableStack();
  return await use(closing.adopt(await opening, (it) => it.close()));
}

function describe(presentation: Presentation, limits?: InfoLimits): Json {
  const options = { limits, downloads: [{ file: "a", url: "../a" }] };
  const value = JSON.parse(buildInfo(presentation, "a/film.json", options));
  assert(validate(value), JSON.stringify(validate.errors));
  return value;
}

/** Has every key that any document has. */
const LABELLED: readonly PackageTrack[] = [
  {
    file: "ladder-avc-240p.mp4",
    track: 1,
    type: "video",
    language: "eng",
    name: "a",
    captions: [{ channel: "CC1", language: "eng", label: "Captions" }],
  },
  { file: "test-avc-scenecuts.mp4", track: 1, type: "video", language: "eng", name: "b" },
  {
    file: "ladder-aac-fra.mp4",
    track: 1,
    type: "audio",
    language: "fra",
    name: "c",
    label: "Français",
    role: "dub",
    default: true,
  },
];

Deno.test("buildInfo() conforms to its schema, of which every key occurs", async () => {
  const found = new Set<string>();
  for (const name of PRESENTATION_NAMES) {
    await withTitle(openSample(name), (presentation) => keysOf(describe(presentation), "", found));
  }
  for (const file of MEDIA) {
    await withTitle(openTestdata([file]), (presentation) => describe(presentation));
  }
  const metadata = { title: "a", description: "b", chapters: [{ start: 0, title: "c" }] };
  await withTitle(openTestPackage(LABELLED), (presentation) => {
    keysOf(describe({ ...presentation, metadata }), "", found);
    keysOf(describe(presentation, { segments: 9, keyFrames: 9 }), "", found);
  });
  await withTitle(openProtected(["ladder-avc-240p.mp4"], { scheme: "cbcs" }), (presentation) => {
    keysOf(describe(presentation), "", found);
  });
  const info = JSON.parse(buildChannelInfo(await createChannel("over")));
  assert(validate(info), JSON.stringify(validate.errors));
  keysOf(info, "", found);
  assertEquals([...schemaKeys(published)].filter((key) => !found.has(key)), []);
});

for (const [name, schema] of schemas) {
  Deno.test(`docs/about.md has the keys of ${name}.schema.json, optional ones with a "?"`, () => {
    const rows = tableRows(read("docs/about.md")).flatMap(([cell]) => codeSpans(cell!));
    const objects = [schema, ...Object.values(schema.$defs) as Json[]];
    const inner = objects.flatMap(({ properties, required }) =>
      Object.keys(properties).map((key) => required.includes(key) ? key : `${key}?`)
    );
    assertEquals(inner.filter((key) => !rows.includes(key)), []);
  });
}

Deno.test("docs/about.md has no key that is not in a schema", () => {
  const rows = tableRows(read("docs/about.md")).flatMap(([cell]) => codeSpans(cell!));
  const known = schemas.flatMap(([, schema]) => [...schemaKeys(schema)]);
  const names = new Set(known.map((path) => path.split(".").at(-1)!));
  const keys = rows.filter((code) => !code.includes("<")).map((code) => code.replace("?", ""));
  assertEquals(keys.filter((key) => !names.has(key)), []);
});

for (const name of PRESENTATION_NAMES) {
  Deno.test(`buildInfo() lists the available manifests: ${name}`, async () => {
    await withTitle(openSample(name), (presentation) => {
      const there = {
        hls: works(() => buildMultivariantPlaylist(presentation, "fmp4")),
        hlsTs: works(() => buildMultivariantPlaylist(presentation, "ts")),
        smooth: works(() => buildSmoothManifest(presentation)),
      };
      const { dash, ...others } = describe(presentation).manifests;
      assertEquals(dash, ".mpd");
      const offered = Object.fromEntries(
        Object.keys(there).map((key) => [key, key in others]),
      );
      assertEquals(offered, there);
    });
  });
}

function works(build: () => string): boolean {
  try {
    return build() !== "";
  } catch (error) {
    if (error instanceof RequestError) return false;
    throw error;
  }
}

for (const name of ["three bitrates with two languages, subtitles and thumbnails", "open GOPs"]) {
  Deno.test(`buildInfo() counts the bytes of segments as served: ${name}`, async () => {
    await withTitle(openSample(name), (presentation) => {
      for (const described of describe(presentation).renditions) {
        const rendition = presentation.renditions.get(described.name)!;
        if (rendition.type === "text") {
          assertEquals([described.bytes, described.segments.bytes], [
            rendition.webvttBytes.length,
            undefined,
          ]);
          continue;
        }
        const make = rendition.type === "image" ? planImage : planCmafSegment;
        const sizes = described.segments.times.map((_: number, i: number) =>
          getPlanSize(make(rendition, i, CLEAR))
        );
        assertEquals(described.segments.bytes, sizes);
        assertEquals(described.bytes, sizes.reduce((sum: number, size: number) => sum + size, 0));
      }
    });
  });
}

/** Key frames of the sample table, sample by sample. */
function syncTimes({ track, timing }: MediaRendition): number[] {
  const { flags } = track.samples.readSamples(timing.first, timing.end);
  return [...flags].flatMap((flag, i) =>
    flag === SYNC_FLAGS ? [timing.presentationTime(timing.first + i) / timing.timescale] : []
  );
}

for (const file of ["test-avc-scenecuts.mp4", "flash-avc-trimmed.mp4", "frag-avc-everyframe.mp4"]) {
  Deno.test(`buildInfo() lists exactly the key frames of ${file}`, async () => {
    await withTitle(openTestdata([file]), (presentation) => {
      const [rendition] = [...presentation.renditions.values()] as MediaRendition[];
      const { keyFrames } = describe(presentation).renditions[0];
      const expected = syncTimes(rendition!);
      assert(expected.length > 1);
      assertEquals(keyFrames.length, expected.length);
      expected.forEach((time, i) => assertAlmostEquals(keyFrames[i], time, 1e-6));
    });
  });
}

Deno.test("buildInfo() declares track and codec of subtitles", async () => {
  await withTitle(openTestdata(["ladder-vtt-eng.vtt"]), (presentation) => {
    const described = (more: Partial<SubtitleRendition>) => {
      const [text] = presentation.renditions.values();
      const renditions = new Map([["text", {
        ...text as SubtitleRendition,
        ...more,
        name: "text",
      }]]);
      const [{ track, codec }] = describe({ ...presentation, renditions }).renditions;
      return [track, codec];
    };
    const stpp = { codec: "stpp.ttml.im1t" } as StppTrack;
    assertEquals(described({}), [undefined, "wvtt"]);
    assertEquals(described({ trackId: 3 }), [3, "wvtt"]);
    assertEquals(described({ trackId: 3, stpp }), [3, "stpp.ttml.im1t"]);
  });
});

Deno.test("buildInfo() declares where segment boundaries differ, and from which rendition", async () => {
  await withTitle(openTestPackage(LABELLED), (presentation) => {
    const { renditions, sets, warnings } = describe(presentation);
    assertEquals(renditions.map(({ parts }: Json) => parts), [
      undefined,
      { from: "a", at: 2 },
      undefined,
    ]);
    assertEquals(sets.map(({ aligned }: Json) => aligned), [false, true]);
    assertEquals(warnings, presentation.warnings);
    assert(warnings.some((warning: string) => warning.includes("is not aligned with")));
  });
});

Deno.test("buildInfo() limits lists, and counts omitted entries", async () => {
  await withTitle(openTestPackage(LABELLED), (presentation) => {
    const [whole] = describe(presentation).renditions;
    const [part] = describe(presentation, { segments: 12, keyFrames: 6 }).renditions;
    const { count, times, seconds, bytes } = whole.segments;
    assertEquals(count, 6);
    assertEquals(part.segments, {
      ...whole.segments,
      times: times.slice(0, 4),
      seconds: seconds.slice(0, 5),
      bytes: bytes.slice(0, 4),
      leftOut: 2,
    });
    assertEquals([part.keyFrames, part.keyFramesLeftOut], [whole.keyFrames.slice(0, 2), 4]);
    assertEquals(part.bytes, whole.bytes);
  });
});

Deno.test("buildInfo() counts omitted key frames where every frame is one", async () => {
  const { like } = LONG_VIDEO;
  const every: SyntheticTrack = {
    like,
    timescale: 30000,
    durations: [[100, 1001]],
    sizes: { each: 1, count: 100 },
  };
  await withTitle(openLongMovie(every), (presentation) => {
    const [{ keyFrames, keyFramesLeftOut }] =
      describe(presentation, { segments: 9, keyFrames: 30 }).renditions;
    assertEquals([keyFrames.length, keyFramesLeftOut], [30, 70]);
  });
});

Deno.test("buildInfo() of ten hours is short and deterministic", async () => {
  await withTitle(openLongMovie(LONG_VIDEO), (presentation) => {
    const text = buildInfo(presentation, "long.mp4");
    const [{ segments, keyFrames }] = JSON.parse(text).renditions;
    assertEquals([segments.count, segments.times.length, segments.leftOut], [
      17982,
      17982,
      undefined,
    ]);
    assertEquals(keyFrames.length, 17983);
    assertLess(text.length, 700_000);
    assertEquals(buildInfo(presentation, "long.mp4"), text);
  });
});
