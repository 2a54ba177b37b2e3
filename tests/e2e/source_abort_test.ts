/** Clients that go while an origin does not respond: their requests for it are aborted, whatever the response is made of. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { freePort } from "../free_port.ts";
import { TestOrigin } from "../storage/remote/test_origin.ts";
import { startAms } from "./ams.ts";
import { fetchAssetUrls } from "./asset_urls.ts";
import { encodeNoisyFilm } from "./noisy_film.ts";
import { eventually } from "./page_driver.ts";
import { createTemporaryDirectory } from "./temporary_directory.ts";

const NAME = "film.mp4";

/** A response that does not begin within 2 seconds is a failure. */
const LONGER_THAN_AN_ATTEMPT_MS = 2500;

/** One of each kind of response; none has anything of the others. */
const RESPONSES: Readonly<Record<string, RegExp>> = {
  "a segment of MPEG-TS": /\/0\.ts$/,
  "a segment": /\/[1-9]\d*\.m4s$/,
};

Deno.test("requests for an origin are aborted when all clients of a response have gone", async (t) => {
  using directory = createTemporaryDirectory();
  await using origin = await TestOrigin.start();
  const film = join(directory.path, NAME);
  await encodeNoisyFilm(film, { seconds: 24, kilobits: 6000 });
  origin.files.set(`/${NAME}`, { bytes: await Deno.readFile(film), etag: '"1"' });
  const admin = `127.0.0.1:${freePort()}`;
  const mount = ["--mount", `/remote=${origin.url}/`, "--source-fresh", "600"];
  const flags = ["--workers", "1", "--no-sidecars", "--admin", admin, ...mount];
  await using ams = await startAms(directory.path, ...flags);
  const { media } = await fetchAssetUrls(`${ams.url}/remote/${NAME}`);
  const count = async (result: string) => {
    const text = await (await fetch(`http://${admin}/metrics`)).text();
    const pattern = new RegExp(`^ams_source_requests_total{.*result="${result}".*} (\\d+)$`, "m");
    return Number(pattern.exec(text)?.[1] ?? 0);
  };
  for (const [name, pattern] of Object.entries(RESPONSES)) {
    await t.step(name, async () => {
      const path = media.findLast((it) => pattern.test(it));
      assert(path, media.join(" "));
      const before = { requests: origin.requests.length, aborted: await count("aborted") };
      origin.fail("silent", Infinity);
      const clients = [new AbortController(), new AbortController()];
      const ended = clients.map(({ signal }) =>
        fetch(ams.url + path, { signal }).then(() => "response", () => "aborted")
      );
      await eventually(
        () => Promise.resolve(origin.requests.length),
        (requests) => requests > before.requests,
      );
      clients.forEach((client) => client.abort());
      assertEquals(await Promise.all(ended), ["aborted", "aborted"]);
      await eventually(() => count("aborted"), (aborted) => aborted > before.aborted);
      const failed = await count("failed");
      await new Promise((resolve) => setTimeout(resolve, LONGER_THAN_AN_ATTEMPT_MS));
      assertEquals(await count("failed"), failed); // nothing else waits for the origin
      origin.fail("silent", 0);
    });
  }
});
