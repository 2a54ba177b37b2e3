import { assertEquals } from "@std/assert";
import { parseIndex, peekIndex } from "../../lib/package/index_text.ts";
import { upgradeIndex } from "../../lib/package/older_index.ts";
import { isSerializedIndex } from "../../lib/package/serialized_index.ts";
import { inflateRawSync } from "node:zlib";
import { sealOlder, WITH_MOOV } from "./sample_indexes.ts";

/** Written by AMS of revision 1, of `WITH_MOOV` with other points, corrected samples and decode times. */
const OLDER =
  "7fdfe215fb8ec34dzVNNj9owEP0vc/YqcT7tSD2YbatuL+2qx9UevLEBC0hQ4rCliP/eGQcWoiJx7UiJHPvNvOd5kwN0dud61zZQcQa+0/UKqoRBPXiooL4TwGBptUGkvhOINEOnPTL1UB2g15vt2uJSxnHMoB82SMuljJM0yTFQwtrqHkXg6dx1vUfsS8xyhL8G/PjNYylzzoukxHg9Mmjn8976KUfCPzhELqRMs1xeCB5ynkw4eJxk9CquiUqWJTKTRZkISTx2s/V7PEkZR2wm8jJB+Nr13pp/tuvl0KyCpiuaLJbEYGxfd2576gzRTze/XmXgPYjbu40dd9IszWWZirQQ12sSfr78CwqRkgkxNs7rLlQLtz6lyFSSSt96vaazLKYIQshe2kKb2FjB2Lo1J3pe8lKKQnKRXa8RtW1dQzygfopvaH5nUbRrFhNfqK2kaenmQVPOHtLXiy8cr7pp293Yt7X95f7YqYOj2VCdrZEFVgsoHsaqa99DB2Lq9vjgiCHF296TAHh8Xn3/z55PQPNia5oXMHcCsEX9vqmn8w7qWSn1+Qu9fkSRjICMt1uowqh//CJoThlFkZipJzVT6lFRuTfdmHdn/DLUxHFZUIcFWjH8tkYNxrWYabGkm3c6DOLhknT+ofXOdnphZ5f9mAb3FvgmWtBByHi6ycJvJfHj8fgX";

const JSON_TEXT = inflateRawSync(Uint8Array.fromBase64(OLDER.slice(16))).toString();

Deno.test("parseIndex() reads an index of revision 1", () => {
  const indices = Float64Array.of(3, 4, 2 ** 20);
  const expected = {
    ...WITH_MOOV,
    points: Uint8Array.of(0, 255, 7),
    tables: { ...WITH_MOOV.tables, emptySamples: indices, syncSamples: indices },
    retiming: {
      samples: Float64Array.of(0, 7),
      shifts: Float64Array.of(5, -3),
      minCompositionOffset: -1,
    },
  };
  assertEquals(parseIndex(OLDER), expected);
  assertEquals(parseIndex(sealOlder(JSON_TEXT)), expected);
  assertEquals(peekIndex(OLDER), { track: 2, moovDigest: WITH_MOOV.tables.moovDigest });
});

Deno.test("parseIndex() refuses values of another type in an index of revision 1", () => {
  const written = JSON.parse(JSON_TEXT);
  const required = ["durations", "times", "samples", "starts", "totals", "heads", "chunks"];
  for (const key of [...required, "offsets", "decodes", "points", "moov", "syncs"]) {
    for (const wrong of [null, 1, "x", ["1"], [null]]) {
      const json = JSON.stringify({ ...written, [key]: wrong });
      assertEquals(parseIndex(sealOlder(json)), undefined, `${key}: ${wrong}`);
    }
  }
  const changes = [
    { durations: { ...written.durations, sums: ["1"] } },
    { durations: { ...written.durations, firsts: "1" } },
    { moov: { ...written.moov, bytes: "AAAA" } },
    { moov: { ...written.moov, bytes: 1 } },
    { syncs: { ...written.syncs, samples: "AAAAAA==" } },
    { syncs: { ...written.syncs, samples: [1, 2, 3] } },
    { syncs: { ...written.syncs, offsets: "?" } },
    { syncs: { ...written.syncs, samples: "" } },
    { starts: [1] },
  ];
  const read = changes.map((change) =>
    parseIndex(sealOlder(JSON.stringify({ ...written, ...change })))
  );
  assertEquals(
    read.map((index) => index !== undefined),
    changes.map((change) => "starts" in change),
  );
});

Deno.test("upgradeIndex() returns undefined for other revisions", () => {
  const written = JSON.parse(JSON_TEXT);
  assertEquals(isSerializedIndex(upgradeIndex(written)), true);
  for (const revision of [0, 2, "1", undefined]) {
    assertEquals(upgradeIndex({ ...written, revision }), undefined);
  }
  for (const value of [undefined, null, 1, "x", []]) assertEquals(upgradeIndex(value), undefined);
});
