import { assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { buildMpd } from "../../lib/dash/mpd.ts";
import { buildPlayReadyObject, buildPlayReadyPssh } from "../../lib/drm/playready.ts";
import type { VendorSignalling } from "../../lib/drm/vendor_signalling.ts";
import { buildWidevinePssh } from "../../lib/drm/widevine.ts";
import type { Presentation } from "../../lib/presentation/presentation.ts";
import { select } from "../../lib/selection/select.ts";
import {
  declareProtection,
  openProtected,
  type ProtectionOptions,
} from "../protected_presentations.ts";
import { openTestdata } from "../sample_presentations.ts";

const LADDER = [
  "ladder-avc-240p.mp4",
  "ladder-avc-360p.mp4",
  "ladder-avc-720p.mp4",
  "ladder-aac-eng.mp4",
  "ladder-aac-fra.mp4",
  "ladder-vtt-eng.vtt",
  "ladder-mjpeg-thumbs.mp4",
];

async function open(options: ProtectionOptions, files = LADDER): Promise<Presentation> {
  const presentation = await openProtected(files, options);
  presentation.close();
  return presentation;
}

interface Set {
  readonly id: number;
  readonly type: string;
  readonly text: string;
  /** ContentProtection elements, without indentation. */
  readonly protection: readonly string[];
}

function listSets(mpd: string): Set[] {
  return Array.from(mpd.matchAll(/<AdaptationSet .*?<\/AdaptationSet>/gs), ([text]) => ({
    id: Number(/id="(\d+)"/.exec(text)![1]),
    type: /contentType="(\w+)"/.exec(text)![1]!,
    text,
    protection: Array.from(
      text.matchAll(/<ContentProtection [^>]*?(?:\/>|>.*?<\/ContentProtection>)/gs),
      ([element]) => element.replace(/\n\s*/g, ""),
    ),
  }));
}

const SYSTEM = {
  widevine: 'schemeIdUri="urn:uuid:edef8ba9-79d6-4ace-a3c8-27dcd51d21ed" value="Widevine"',
  playready: 'schemeIdUri="urn:uuid:9a04f079-9840-4286-ab92-e65be0885f95" value="MSPR 2.0"',
  clearkey: 'schemeIdUri="urn:uuid:e2719d58-a985-b3c9-781a-b030af78d30e" value="ClearKey1.0"',
};

function mp4protection(scheme: string, kid: string): string {
  return `<ContentProtection schemeIdUri="urn:mpeg:dash:mp4protection:2011" value="${scheme}" ` +
    `cenc:default_KID="${kid}"/>`;
}

for (const scheme of ["cenc", "cbcs"] as const) {
  Deno.test(`buildMpd() declares the KID and each system of audio and video: ${scheme}`, async () => {
    const licences = {
      widevine: "https://wv.example/{content}?a&b",
      playready: "https://pr.example/",
      clearkey: "https://a.example/{package}/clearkey",
    };
    const presentation = await open({ scheme, licences });
    const { all: kid } = declareProtection({ scheme }).kids!;
    const { key } = presentation.protection!.keys.get(kid!)!;
    const object = buildPlayReadyObject({ key, scheme, licenseUrl: licences.playready });
    const expected = [
      mp4protection(scheme, kid!),
      `<ContentProtection ${SYSTEM.widevine}>` +
      `<cenc:pssh>${buildWidevinePssh(kid!, scheme).toBase64()}</cenc:pssh>` +
      "<dashif:Laurl>https://wv.example/heat?a&amp;b</dashif:Laurl></ContentProtection>",
      `<ContentProtection ${SYSTEM.playready}>` +
      `<cenc:pssh>${buildPlayReadyPssh(object).toBase64()}</cenc:pssh>` +
      `<mspr:pro>${object.toBase64()}</mspr:pro>` +
      "<dashif:Laurl>https://pr.example/</dashif:Laurl></ContentProtection>",
      `<ContentProtection ${SYSTEM.clearkey}>` +
      '<dashif:Laurl licenseType="EME-1.0">https://a.example/heat.json/clearkey</dashif:Laurl>' +
      "</ContentProtection>",
    ];
    const mpd = buildMpd(presentation);
    assertEquals(
      listSets(mpd).map(({ type, protection }) => [type, protection]),
      [["video", expected], ["audio", expected], ["audio", expected], ["text", []], ["image", []]],
    );
    assertMatch(
      mpd,
      /<MPD [^>]*xmlns:cenc="urn:mpeg:cenc:2013" xmlns:mspr="urn:microsoft:playready" xmlns:dashif="https:\/\/dashif.org\/CPS"/,
    );
  });
}

const SYSTEMS: [systems: ProtectionOptions["systems"], elements: number, namespaces: string[]][] = [
  [[], 1, ["cenc"]],
  [["fairplay"], 1, ["cenc"]],
  [["clearkey"], 2, ["cenc"]],
  [["widevine"], 2, ["cenc"]],
  [["playready", "fairplay"], 2, ["cenc", "mspr"]],
];

for (const [systems, elements, namespaces] of SYSTEMS) {
  Deno.test(`buildMpd() declares namespaces where they are used: ${systems}`, async () => {
    const mpd = buildMpd(await open({ scheme: "cbcs", systems: systems! }));
    assertEquals(listSets(mpd)[0]!.protection.length, elements);
    assertEquals(Array.from(mpd.matchAll(/xmlns:(\w+)/g), ([, prefix]) => prefix!), namespaces);
  });
}

Deno.test("buildMpd() declares clear presentations as before", async () => {
  const presentation = await openTestdata(LADDER);
  presentation.close();
  assertNotMatch(buildMpd(presentation), /xmlns:|ContentProtection|adaptation-set-switching/);
});

/** Returns `video 1 of 3`: how many representations a set has, and the sets between which players switch. */
function describeSets(mpd: string): string[] {
  return listSets(mpd).map(({ type, text }) => {
    const representations = text.match(/<Representation /g)!.length;
    const [, switching] = /adaptation-set-switching:2016" value="([\d,]+)"/.exec(text) ?? [];
    return `${type} ${representations}${switching ? ` to ${switching}` : ""}`;
  });
}

Deno.test("buildMpd() has sets for each key, between which players switch", async () => {
  const others = ["audio 1", "audio 1", "text 1", "image 1"];
  for (const per of ["all", "type"] as const) {
    const mpd = buildMpd(await open({ scheme: "cbcs", per }));
    assertEquals(describeSets(mpd), ["video 3", ...others]);
  }
  const mpd = buildMpd(await open({ scheme: "cbcs", per: "resolution" }));
  assertEquals(describeSets(mpd), ["video 2 to 2", "video 1 to 1", ...others]);
  const kids = declareProtection({ scheme: "cbcs", per: "resolution" }).kids!;
  assertEquals(
    listSets(mpd).slice(0, 3).map(({ protection }) => protection[0]),
    [kids.sd!, kids.hd!, kids.audio!].map((kid) => mp4protection("cbcs", kid)),
  );
});

Deno.test("buildMpd() has the labels, roles and names of the clear presentation", async () => {
  const pattern = /<Label.*|<Role.*|<Accessibility.*|<Representation id="[^"]*"|lang="\w+"/g;
  const describe = (presentation: Presentation) =>
    listSets(buildMpd(presentation)).map(({ text }) => text.match(pattern));
  const clear = await openTestdata(LADDER);
  clear.close();
  const expected = describe(clear);
  assertEquals(describe(await open({ scheme: "cenc" })), expected);
  const [sd, hd, ...others] = describe(await open({ scheme: "cenc", per: "resolution" }));
  assertEquals(others, expected.slice(1));
  const [lang, role] = [expected[0]![0], expected[0]![1]];
  assertEquals([sd![0], sd![1], hd![0], hd![1]], [lang, role, lang, role]);
});

Deno.test("buildMpd() lets players switch only between sets that a query selects", async () => {
  const whole = await open({ scheme: "cbcs", per: "resolution" });
  const filtered = select(whole, {
    filter: (rendition) => rendition.type !== "video" || rendition.name.endsWith("=79854"),
    mediaQuery: "",
    playlistQuery: "",
  });
  assertEquals(describeSets(buildMpd(filtered)).slice(0, 2), ["video 1", "audio 1"]);
});

Deno.test("buildMpd() declares no aligned segments where those of another key differ", async () => {
  const files = ["ladder-avc-240p.mp4", "ladder-avc-720p.mp4"];
  const whole = await open({ scheme: "cbcs", per: "resolution" }, files);
  assertEquals(buildMpd(whole).match(/segmentAlignment="true"/g)!.length, 2);
  const [sd, hd] = whole.sets;
  const [rendition] = hd!.renditions;
  if (rendition?.type !== "video") throw new TypeError("expected video");
  const times = rendition.timeline.times.map((time) => time + (time > 0 ? 6400 : 0));
  const other = { ...rendition, timeline: { ...rendition.timeline, times } };
  const sets = [sd!, { ...hd!, renditions: [other] }];
  assertNotMatch(buildMpd({ ...whole, sets }), /segmentAlignment/);
});

Deno.test("buildMpd() contains what the key server supplies", async () => {
  const whole = await open({ scheme: "cbcs", systems: ["widevine", "playready"] });
  const [[kid, key]] = whole.protection!.keys as unknown as [[string, never]];
  const vendor: VendorSignalling = {
    contentProtection: {
      "cenc:pssh": [{ "#text": "AAAA" }],
      Extra: [{ "@xmlns": "urn:vendor", "@a": '<"&', Child: [{ "#text": "</MPD>" }] }],
    },
  };
  const box = buildPlayReadyPssh(new Uint8Array([1, 2, 3]));
  const signalling = new Map([["widevine", vendor], ["playready", { pssh: box }]]);
  const keys = new Map([[kid, { ...key as object, signalling }]]) as never;
  const mpd = buildMpd({ ...whole, protection: { ...whole.protection!, keys } });
  assertEquals(listSets(mpd)[0]!.protection.slice(1), [
    `<ContentProtection ${SYSTEM.widevine}><cenc:pssh>AAAA</cenc:pssh>` +
    '<Extra xmlns="urn:vendor" a="&lt;&quot;&amp;"><Child>&lt;/MPD&gt;</Child></Extra></ContentProtection>',
    `<ContentProtection ${SYSTEM.playready}><cenc:pssh>${box.toBase64()}</cenc:pssh>` +
    "<mspr:pro>AQID</mspr:pro></ContentProtection>",
  ]);
});
