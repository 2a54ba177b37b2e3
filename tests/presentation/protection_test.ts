import { assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { KeysError, MediaError } from "../../lib/errors.ts";
import type {
  MediaRendition,
  Presentation,
  Rendition,
} from "../../lib/presentation/presentation.ts";
import {
  describeEncryption,
  encryptRenditions,
  requestKeys,
} from "../../lib/presentation/protection.ts";
import type { Source } from "../../lib/storage/source.ts";
import {
  declareProtection,
  getSeededKeys,
  openProtected,
  OTHER_SEED,
  type ProtectionOptions,
} from "../protected_presentations.ts";
import { openTestdata } from "../sample_presentations.ts";

const LADDER = [
  "ladder-avc-240p.mp4",
  "ladder-avc-720p.mp4",
  "ladder-aac-eng.mp4",
  "ladder-vtt-eng.vtt",
  "ladder-mjpeg-thumbs.mp4",
];

async function open(options: ProtectionOptions): Promise<Presentation> {
  const presentation = await openProtected(LADDER, options);
  presentation.close();
  return presentation;
}

function listKids({ renditions }: Presentation): (string | undefined)[] {
  return Array.from(
    renditions.values(),
    (rendition) => rendition.type === "text" ? undefined : rendition.encryption?.key.kid,
  );
}

Deno.test("requestKeys() gives audio and video the key of their label", async () => {
  const kids = declareProtection({ scheme: "cbcs", per: "type" }).kids!;
  assertEquals(kids, {
    audio: "75794092-4434-8559-bd33-c5716f3ba359",
    video: "a56ce54c-0cc3-87e6-8470-40368011fbf6",
  });
  const presentation = await open({ scheme: "cbcs", per: "type" });
  const { audio, video } = kids;
  assertEquals(listKids(presentation), [video, video, audio, undefined, undefined]);
  assertEquals([...presentation.protection!.keys.keys()], [audio, video]);
});

Deno.test("requestKeys() splits switching sets by key", async () => {
  const types = async (options: ProtectionOptions) =>
    (await open(options)).sets.map(({ type, renditions }) => `${type} ${renditions.length}`);
  assertEquals(await types({ scheme: "cenc" }), ["video 2", "audio 1", "text 1", "image 1"]);
  assertEquals(
    await types({ scheme: "cenc", per: "resolution" }),
    ["video 1", "video 1", "audio 1", "text 1", "image 1"],
  );
});

Deno.test("requestKeys() fills the templates of licenses, and names keys that the server gives", async () => {
  const licences = {
    widevine: "https://wv.example/{content}/{kid}",
    clearkey: "https://ck.example/{package}/clearkey",
  };
  const listLicences = async (options: ProtectionOptions) =>
    Array.from((await open(options)).protection!.keys, ([kid, key]) => [kid, key.licences]);
  const [kid] = Object.values(declareProtection({ scheme: "cbcs" }).kids!);
  assertEquals<unknown>(await listLicences({ scheme: "cbcs", licences }), [[kid, {
    widevine: `https://wv.example/heat/${kid}`,
    clearkey: "https://ck.example/heat.json/clearkey",
  }]]);
  const [served] = Object.values(declareProtection({ scheme: "aes-128" }).kids!);
  assertEquals<unknown>(await listLicences({ scheme: "aes-128", servesKeys: true }), [
    [served, { "aes-128": `key/${served}` }],
  ]);
});

Deno.test("encryptRenditions() derives IVs from key, digest and name", async () => {
  const cbcs = await open({ scheme: "cbcs", per: "type" });
  const [video] = cbcs.renditions.values() as Iterable<MediaRendition>;
  const { encryption } = video!;
  assertEquals(
    encryption?.scheme === "cbcs" && encryption.iv.toHex(),
    "d478259eb723c8ffb5a2cda72872cdcc",
  );
  const ivs = async (options: ProtectionOptions) =>
    Array.from(
      (await open(options)).renditions.values(),
      (rendition) =>
        rendition.type !== "text" && rendition.encryption?.scheme === "cenc"
          ? rendition.encryption.firstIv
          : undefined,
    ).filter((iv) => iv !== undefined);
  const first = await ivs({ scheme: "cenc" });
  assertEquals(new Set(first).size, 3);
  assertEquals(await ivs({ scheme: "cenc" }), first);
  assertNotEquals(await ivs({ scheme: "cenc", seed: OTHER_SEED }), first);
});

Deno.test("encryptRenditions() has the samples of one rendition in memory at a time", async () => {
  const clear = await openTestdata(LADDER);
  const access = { file: "a.json", getKeys: getSeededKeys({ scheme: "cenc" }), servesKeys: false };
  const renditions = [...clear.renditions.values()];
  const keys = await requestKeys(declareProtection({ scheme: "cenc" }), renditions, access);
  let [reading, most, reads] = [0, 0, 0];
  const observed = renditions.map((rendition): Rendition => {
    if (rendition.type === "text") return rendition;
    const source: Source = {
      ...rendition.source,
      synchronous: false,
      async read(offset, into) {
        reads++;
        most = Math.max(most, ++reading);
        await Promise.resolve();
        rendition.source.read(offset, into);
        reading--;
      },
    };
    return { ...rendition, source };
  });
  await encryptRenditions(observed, keys, { digest: new Uint8Array(32), targetDuration: 2 });
  clear.close();
  assertEquals([reads, most], [2, 1]);
});

Deno.test("describeEncryption() makes versions differ by scheme, KIDs and keys alone", async () => {
  const options: ProtectionOptions[] = [
    { scheme: "cbcs" },
    { scheme: "cenc" },
    { scheme: "aes-128" },
    { scheme: "cbcs", per: "type" },
    { scheme: "cbcs", seed: OTHER_SEED },
  ];
  const versions = await Promise.all(options.map(async (one) => (await open(one)).version));
  assertEquals(new Set(versions).size, options.length);
  const other = await open({
    scheme: "cbcs",
    systems: ["clearkey"],
    licences: { clearkey: "https://a.example/" },
  });
  assertEquals(other.version, versions[0]);
});

Deno.test("describeEncryption() contains no key", async () => {
  const clear = await openTestdata(LADDER);
  const access = { file: "a.json", getKeys: getSeededKeys({ scheme: "cbcs" }), servesKeys: false };
  const declared = declareProtection({ scheme: "cbcs" });
  const keys = await requestKeys(declared, [...clear.renditions.values()], access);
  const text = describeEncryption(keys).join("\n");
  for (const { key } of keys.protection.keys.values()) {
    assertEquals(text.includes(key.key.reveal().toHex()), false);
  }
  const encrypted = await encryptRenditions([...clear.renditions.values()], keys, {
    digest: new Uint8Array(32),
    targetDuration: 2,
  });
  clear.close();
  assertEquals(encrypted.filter((one) => one.type !== "text" && one.encryption).length, 3);
});

Deno.test("requestKeys() rejects a package without keys, and without the KID of a rendition", async () => {
  const clear = await openTestdata(LADDER);
  clear.close();
  const renditions = [...clear.renditions.values()];
  const declared = declareProtection({ scheme: "cbcs", per: "type" });
  const missing = await assertRejects(
    () => requestKeys(declared, renditions, undefined),
    KeysError,
  );
  assertEquals([missing.code, missing.message], [
    "KEYS_MISSING",
    "Cannot find source 'house': no key file is set",
  ]);
  const getKeys = () => Promise.reject(new Error("keys are not needed"));
  const access = { file: "a.json", getKeys, servesKeys: false };
  const kids = { audio: declared.kids!.audio! };
  const error = await assertRejects(
    () => requestKeys({ ...declared, kids }, renditions, access),
    MediaError,
  );
  assertEquals([error.code, error.message], [
    "PACKAGE_INVALID",
    "a.json: protection.kids: Cannot find the KID of 'video_und=32886': expected the label video",
  ]);
});
