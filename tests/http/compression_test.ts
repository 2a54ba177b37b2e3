import { assertEquals, assertNotEquals } from "@std/assert";
import { gunzipSync } from "node:zlib";
import { gzipResource, withEtag } from "../../lib/http/compression.ts";
import { REVALIDATED } from "../../lib/http/resource.ts";

const METADATA = { file: "a", type: "text/plain", caching: REVALIDATED };

Deno.test("withEtag() returns equal ETags for equal bytes only", () => {
  const [a, again, b] = [[1, 2], [1, 2], [1, 3]].map((bytes) =>
    withEtag(Uint8Array.from(bytes), METADATA)
  );
  assertEquals(a, again);
  assertNotEquals(a!.etag, b!.etag);
  assertEquals([a!.size, a!.coding], [2, ""]);
});

Deno.test("gzipResource() has an ETag and headers of its own", () => {
  const plain = withEtag(new Uint8Array(1000), METADATA);
  plain.cachedHeaders = plain.cachedPrivateHeaders = { plain: new Headers() };
  const gzipped = gzipResource(plain);
  assertEquals(gzipped.etag, plain.etag.replace(/"$/, '-gzip"'));
  assertEquals([gzipped.coding, gzipped.size], ["gzip", gzipped.body.length]);
  assertEquals([gzipped.cachedHeaders, gzipped.cachedPrivateHeaders], [undefined, undefined]);
  assertEquals(new Uint8Array(gunzipSync(gzipped.body)), plain.body);
});
