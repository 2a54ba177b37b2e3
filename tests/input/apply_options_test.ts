import { assertEquals } from "@std/assert";
import type { Role } from "../../lib/package/role.ts";
import type { TrackInput } from "../../lib/input/track_input.ts";
import { applyOptions, type InputOptions, roleApplies } from "../../lib/input/apply_options.ts";

const CC1 = [{ channel: "CC1", language: "eng" }];

function piece(type: TrackInput["type"], own: { name?: string; role?: Role } = {}): TrackInput {
  const kinds = own.role ? [{ scheme: "urn:mpeg:dash:role:2011", value: own.role }] : [];
  const words = type === "text"
    ? { ...own.name ? { fileLabel: own.name } : {}, ...own.role ? { fileRole: own.role } : {} }
    : { track: { name: own.name ?? "", kinds } };
  return { type, options: { file: "a.mp4" }, ...words } as unknown as TrackInput;
}

const [video, audio, text, image] = (["video", "audio", "text", "image"] as const)
  .map((type) => piece(type)) as [TrackInput, TrackInput, TrackInput, TrackInput];

/** Pieces of a file, what is said of it, and what each is left with. */
const cases: [what: string, pieces: TrackInput[], said: Partial<InputOptions>, wishes: object[]][] =
  [
    ["a label to sounds and texts", [video, audio, text], { label: "x" }, [{}, { label: "x" }, {
      label: "x",
    }]],
    ["a label to pictures that are alone", [video, image], { label: "x" }, [{ label: "x" }, {
      label: "x",
    }]],
    ["a role to what it fits", [video, audio, text], { role: "caption" }, [{}, {}, {
      role: "caption",
    }]],
    ["a role of sounds to these", [audio, text], { role: "dub" }, [{ role: "dub" }, {}]],
    ["a role of pictures to these", [video, audio], { role: "sign" }, [{ role: "sign" }, {}]],
    ["a role of any type to sounds and texts", [video, audio, text], { role: "commentary" }, [
      {},
      { role: "commentary" },
      { role: "commentary" },
    ]],
    ["a role that fits none to sounds", [video, audio], { role: "caption" }, [{}, {
      role: "caption",
    }]],
    ["a default to the first sound", [video, text, audio, piece("audio")], { default: true }, [
      {},
      {},
      {
        default: true,
      },
      {},
    ]],
    ["a default to the first text", [video, text, piece("text")], { default: true }, [
      {},
      { default: true },
      {},
    ]],
    ["captions to pictures", [video, image, audio, video], { captions: CC1 }, [
      { captions: CC1 },
      {},
      {},
      { captions: CC1 },
    ]],
    ["nothing where nothing is said", [video, audio, text], {}, [{}, {}, {}]],
    [
      "the file's own words",
      [
        piece("video", { name: "720p", role: "main" }),
        piece("audio", { name: "Talk", role: "commentary" }),
        piece("text", { name: "Words", role: "forced" }),
      ],
      {},
      [{}, { label: "Talk", role: "commentary" }, { label: "Words", role: "forced" }],
    ],
    [
      "the operator's words in place of the file's",
      [piece("audio", { name: "Talk", role: "commentary" })],
      { label: "x", role: "main" },
      [{ label: "x", role: "main" }],
    ],
  ];

for (const [what, pieces, said, expected] of cases) {
  Deno.test(`applyOptions() gives ${what}`, () => {
    const { pieces: found, warnings } = applyOptions(pieces, { file: "a.mp4", ...said });
    assertEquals(
      found.map(({ options }) => options),
      expected.map((one) => ({ file: "a.mp4", ...one })),
    );
    assertEquals(warnings, []);
  });
}

Deno.test("applyOptions() warns of captions where there is no video", () => {
  const { warnings } = applyOptions([audio], { file: "a.mp4", captions: CC1 });
  assertEquals(warnings, ["a.mp4: it has no video that could hold captions"]);
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
  Deno.test(`fits() says that ${role} fits ${types}`, () => {
    const all = ["video", "audio", "text", "image"] as const;
    assertEquals(all.filter((type) => roleApplies(role, type)).join(" "), types);
  });
}
