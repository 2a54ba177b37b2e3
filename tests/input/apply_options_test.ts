import { assertEquals } from "@std/assert";
import type { Role } from "../../lib/package/role.ts";
import type { TrackInput } from "../../lib/input/track_input.ts";
import { applyOptions, type InputOptions, roleApplies } from "../../lib/input/apply_options.ts";

const CC1 = [{ channel: "CC1", language: "eng" }];

/** Returns a track with this metadata in its file. */
function buildInput(
  type: TrackInput["type"],
  own: { name?: string; role?: Role } = {},
): TrackInput {
  const kinds = own.role ? [{ scheme: "urn:mpeg:dash:role:2011", value: own.role }] : [];
  const metadata = type === "text"
    ? { ...own.name ? { fileLabel: own.name } : {}, ...own.role ? { fileRole: own.role } : {} }
    : { track: { name: own.name ?? "", kinds } };
  return { type, options: { file: "a.mp4" }, ...metadata } as unknown as TrackInput;
}

const [video, audio, text, image] = (["video", "audio", "text", "image"] as const)
  .map((type) => buildInput(type)) as [TrackInput, TrackInput, TrackInput, TrackInput];

const cases: [
  name: string,
  inputs: TrackInput[],
  options: Partial<InputOptions>,
  expected: object[],
][] = [
  ["a label to audio and subtitles", [video, audio, text], { label: "x" }, [{}, { label: "x" }, {
    label: "x",
  }]],
  ["a label to video and images without audio", [video, image], { label: "x" }, [{ label: "x" }, {
    label: "x",
  }]],
  ["a role to tracks of its type", [video, audio, text], { role: "caption" }, [{}, {}, {
    role: "caption",
  }]],
  ["a role of audio to audio", [audio, text], { role: "dub" }, [{ role: "dub" }, {}]],
  ["a role of video to video", [video, audio], { role: "sign" }, [{ role: "sign" }, {}]],
  ["a role of any type to audio and subtitles", [video, audio, text], { role: "commentary" }, [
    {},
    { role: "commentary" },
    { role: "commentary" },
  ]],
  ["a role that applies to no track to audio", [video, audio], { role: "caption" }, [{}, {
    role: "caption",
  }]],
  ["a default to the first audio track", [video, text, audio, buildInput("audio")], {
    default: true,
  }, [
    {},
    {},
    {
      default: true,
    },
    {},
  ]],
  ["a default to the first subtitle track", [video, text, buildInput("text")], { default: true }, [
    {},
    { default: true },
    {},
  ]],
  ["captions to video", [video, image, audio, video], { captions: CC1 }, [
    { captions: CC1 },
    {},
    {},
    { captions: CC1 },
  ]],
  ["nothing without options and metadata", [video, audio, text], {}, [{}, {}, {}]],
  [
    "the file's metadata",
    [
      buildInput("video", { name: "720p", role: "main" }),
      buildInput("audio", { name: "Talk", role: "commentary" }),
      buildInput("text", { name: "Words", role: "forced" }),
    ],
    {},
    [{}, { label: "Talk", role: "commentary" }, { label: "Words", role: "forced" }],
  ],
  [
    "options instead of the file's metadata",
    [buildInput("audio", { name: "Talk", role: "commentary" })],
    { label: "x", role: "main" },
    [{ label: "x", role: "main" }],
  ],
];

for (const [name, inputs, given, expected] of cases) {
  Deno.test(`applyOptions() gives ${name}`, () => {
    const { inputs: found, warnings } = applyOptions(inputs, { file: "a.mp4", ...given });
    assertEquals(
      found.map(({ options }) => options),
      expected.map((one) => ({ file: "a.mp4", ...one })),
    );
    assertEquals(warnings, []);
  });
}

Deno.test("applyOptions() warns of captions without video", () => {
  const { warnings } = applyOptions([audio], { file: "a.mp4", captions: CC1 });
  assertEquals(warnings, ["a.mp4: --captions is ignored, since the file has no video"]);
});

const roles: [role: Role, types: string][] = [
  ["main", "video audio text image"],
  ["commentary", "video audio text image"],
  ["description", "video audio text image"],
  ["caption", "text"],
  ["forced", "text"],
  ["dub", "audio"],
  ["sign", "video"],
];

for (const [role, types] of roles) {
  Deno.test(`roleApplies() returns true of ${role} for ${types}`, () => {
    const all = ["video", "audio", "text", "image"] as const;
    assertEquals(all.filter((type) => roleApplies(role, type)).join(" "), types);
  });
}
