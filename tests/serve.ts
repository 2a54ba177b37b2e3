import { openInputs, openPackage, packageOf } from "/work/main/lib/presentation/open.ts";
import { formatPackage, parsePackage } from "/work/main/lib/package/package.ts";
import { mpd } from "/work/main/lib/manifest/dash.ts";
import { openFile } from "/work/main/lib/source/file.ts";
import { init } from "/work/main/lib/segment/init.ts";
import { cmafSegment } from "/work/main/lib/segment/cmaf.ts";
import { imageSegment } from "/work/main/lib/segment/image.ts";
import { execute } from "/work/main/lib/segment/plan.ts";
import { segmentAt } from "/work/main/lib/presentation/timeline.ts";
import type { Presentation } from "/work/main/lib/presentation/presentation.ts";
export type Fetch = (url: string) => Promise<Uint8Array>;
export async function serve(folder: string, media: string) {
  const open = (n: string) => openFile(`${folder}/${n}`, n);
  const bare = await openInputs([{ file: media }], { segmentDuration: 6, open });
  const two = await openInputs([{ file: media }], { segmentDuration: 2, open });
  const text = formatPackage(packageOf(two));
  two.close();
  const packaged = await openPackage(parsePackage(text), open);
  const ps: Record<string, Presentation> = { bare, packaged };
  return {
    mpdUrls: ["http://a/packaged/.mpd", "http://a/bare/.mpd"],
    fetch: async (url: string) => await answer(ps, new URL(url).pathname),
    [Symbol.asyncDispose]: () => {
      bare.close();
      packaged.close();
      return Promise.resolve();
    },
  };
}
export async function answer(ps: Record<string, Presentation>, path: string): Promise<Uint8Array> {
  const [, which, a, b, c] = path.split("/");
  const p = ps[which!]!;
  if (a === ".mpd") return new TextEncoder().encode(mpd(p));
  const r = p.renditions.get(b!)!;
  if (a !== p.version) throw new Error("version");
  if (r.type === "text") return r.webvtt;
  if (c === "init.mp4") return init(r);
  const i = segmentAt(r.timeline, Number(c!.split(".")[0]));
  if (i < 0) throw new Error("404 " + path);
  return await execute(
    r.type === "image" ? imageSegment(r, i) : cmafSegment(r, i),
    r.source,
    new Uint8Array(0),
  );
}
