import { assertEquals } from "@std/assert";
import type { Broadcast } from "../../../lib/presentation/broadcast.ts";
import { checkArchive } from "../../../lib/verify/archive/archive_check.ts";
import type { ArchiveContents } from "../../../lib/verify/archive/archive_contents.ts";
import {
  BROADCAST_GENERATORS,
  type BroadcastGenerators,
} from "../../../lib/verify/archive/broadcast_generators.ts";
import {
  type ChannelManifests,
  checkChannelManifests,
} from "../../../lib/verify/archive/channel_manifests.ts";
import { openVerifiedChannel } from "../../../lib/verify/channel.ts";
import { Findings } from "../../../lib/verify/findings.ts";
import { GENERATORS } from "../../../lib/verify/generators.ts";
import type { MemoryFileSystem } from "../../archive/memory_file_system.ts";
import { MANIFEST_FAULTS } from "./manifest_faults.ts";
import { recordArchive } from "./recorded_archive.ts";
import { withChannel } from "./written_channel.ts";

interface OpenedChannel {
  readonly contents: ArchiveContents;
  readonly manifests: ChannelManifests;
}

/** Runs work with an archive as a server opens it. */
async function withOpened<T>(
  files: MemoryFileSystem,
  work: (opened: OpenedChannel) => T,
): Promise<T> {
  return await withChannel(files, async (file) => {
    const { contents } = checkArchive(files, { findings: new Findings(), watch() {} });
    using channel = await openVerifiedChannel(file);
    return work({ contents, manifests: await channel!.openManifests() });
  });
}

/** Of the first two periods, which are over: window and whole differ. */
const OVER = await recordArchive();
for (const file of OVER.list("00000003")) OVER.remove(`00000003/${file}`);
OVER.remove("00000003");

/** The last period is a broadcast that is live. */
const LIVE = await recordArchive();

/** `<format>[ <period>][ <rendition>]: <rule>: <message>` */
function check(
  { contents, manifests }: OpenedChannel,
  broadcastGenerators: Partial<BroadcastGenerators> = {},
): { rows: string[]; found: string[] } {
  const findings = new Findings();
  const { tallies } = checkChannelManifests(contents, manifests, {
    findings,
    generators: GENERATORS,
    broadcastGenerators: { ...BROADCAST_GENERATORS, ...broadcastGenerators },
  });
  return {
    rows: tallies.map(({ location: { format }, segments }) => `${format} ${segments}`),
    found: findings.list().map(({ format, period, rendition, rule, message }) =>
      [[format, period, rendition.split("_")[0]].filter(Boolean).join(" "), rule, message]
        .join(": ")
    ),
  };
}

Deno.test("checkChannelManifests() finds nothing in a broadcast that is over", async () => {
  await withOpened(OVER, (opened) => {
    assertEquals(check(opened), {
      rows: [
        "DASH manifest 16",
        "HLS playlists 6",
        "HLS playlists 24",
        "HLS playlists, MPEG-TS 6",
        "HLS playlists, MPEG-TS 24",
        "Smooth manifest 16",
      ],
      found: [],
    });
  });
});

Deno.test("checkChannelManifests() finds nothing in a broadcast that is live", async () => {
  await withOpened(LIVE, (opened) => {
    assertEquals(check(opened).found, []);
    assertEquals(opened.manifests.views!.listed.isLive, true);
  });
});

Deno.test("checkChannelManifests() allows what was appended after the archive was read", async () => {
  const earlier = LIVE.clone();
  earlier.damage("00000003/index", (bytes) => bytes.slice(0, -64 * 6));
  const { contents } = checkArchive(earlier, { findings: new Findings(), watch() {} });
  await withOpened(LIVE, ({ manifests }) => {
    assertEquals(check({ contents, manifests }).found, []);
  });
});

type Views = NonNullable<ChannelManifests["views"]>;

/** Changes one of the views. */
function changeView(
  { contents, manifests }: OpenedChannel,
  view: keyof Views,
  change: (broadcast: Broadcast) => Partial<Broadcast>,
): OpenedChannel {
  const views = manifests.views!;
  const changed = { ...views[view], ...change(views[view]) };
  return { contents, manifests: { ...manifests, views: { ...views, [view]: changed } } };
}

const VIEW_FAULTS: [
  name: string,
  view: keyof Views,
  change: (broadcast: Broadcast) => Partial<Broadcast>,
  expected: string,
][] = [
  [
    "another epoch",
    "whole",
    ({ epoch }) => ({ epoch: epoch + 1 }),
    "archive: broadcast: its epoch",
  ],
  ["another target", "listed", () => ({ targetDuration: 9 }), "archive: broadcast: its target"],
  ["a broadcast that is live", "listed", () => ({ isLive: true }), "archive: broadcast: whether"],
  [
    "a period that is missing",
    "whole",
    ({ periods }) => ({ periods: periods.slice(1) }),
    "archive 1: missing segment: the period is not listed",
  ],
  [
    "a period that is not in the window",
    "listed",
    ({ periods }) => ({ periods: [{ ...periods[0]!, number: 1 }, ...periods] }),
    "archive 1: unknown segment: the period is listed",
  ],
  [
    "a period at another time",
    "listed",
    ({ periods }) => ({ periods: periods.map((it) => ({ ...it, start: it.start + 1 })) }),
    "archive 2: period: it starts at",
  ],
  [
    "ordinals of others",
    "listed",
    ({ periods }) => ({
      periods: periods.map((period) => ({
        ...period,
        sequences: new Map([...period.sequences].map(([name, sequence]) => [name, {
          ...sequence,
          firstOrdinal: sequence.firstOrdinal - 1,
        }])),
      })),
    }),
    "archive 2 video: ordinal: the first segment has",
  ],
  ["a rendition that is missing", "listed", withoutAudio, "archive 2 audio: missing rendition"],
];

function withoutAudio({ periods }: Broadcast): Partial<Broadcast> {
  return {
    periods: periods.map((period) => ({
      ...period,
      presentation: {
        ...period.presentation,
        renditions: new Map(
          [...period.presentation.renditions].filter(([, { type }]) => type === "video"),
        ),
      },
    })),
  };
}

for (const [name, view, change, expected] of VIEW_FAULTS) {
  Deno.test(`checkChannelManifests() finds ${name}`, async () => {
    await withOpened(OVER, (opened) => {
      const { found } = check(changeView(opened, view, change));
      assertEquals(found.some((it) => it.startsWith(expected)) ? [] : found, []);
    });
  });
}

Deno.test("checkChannelManifests() finds a channel that lists nothing", async () => {
  await withOpened(OVER, ({ contents }) => {
    const manifests = { views: undefined, window: 5 };
    assertEquals(check({ contents, manifests }).found, [
      "archive: missing segment: nothing is listed",
    ]);
  });
});

for (const [name, generators, expected] of MANIFEST_FAULTS) {
  Deno.test(`checkChannelManifests() finds ${name} in a manifest`, async () => {
    await withOpened(OVER, (opened) => {
      const { found } = check(opened, generators);
      assertEquals(found.some((it) => it.startsWith(expected)) ? [] : found, []);
    });
  });
}

Deno.test("checkChannelManifests() allows another broadcast that has begun after the archive was read", async () => {
  const { contents } = checkArchive(OVER, { findings: new Findings(), watch() {} });
  await withOpened(LIVE, ({ manifests }) => {
    assertEquals(check({ contents, manifests }).found, []);
  });
});

Deno.test("checkChannelManifests() allows a broadcast that has ended after the archive was read", async () => {
  const earlier = OVER.clone();
  earlier.damage("00000002/index", (bytes) => bytes.slice(0, -64 * 6));
  const { contents } = checkArchive(earlier, { findings: new Findings(), watch() {} });
  await withOpened(OVER, ({ manifests }) => {
    assertEquals(check({ contents, manifests }).found, []);
  });
});
