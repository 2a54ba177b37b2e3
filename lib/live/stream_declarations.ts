/** What encoders declare of their streams in manifests. */

import type { ChannelTrack } from "../package/channel_file.ts";
import type { PeriodTrack } from "./segmenter/channel_events.ts";
import type { StreamDeclaration } from "./manifests/pushed_manifest.ts";

export class StreamDeclarations {
  readonly #publishers = new Map<string, ReadonlyMap<string, StreamDeclaration>>();

  /** @param declarations by name of the stream */
  set(publisher: string, declarations: ReadonlyMap<string, StreamDeclaration>): void {
    this.#publishers.set(publisher, declarations);
  }

  /**
   * Returns what is declared of a track. Of a stream with several tracks, the language is that of audio.
   *
   * @param operator what the channel file declares: that takes precedence
   */
  merge(
    publisher: string,
    { stream, live, init }: Pick<PeriodTrack, "stream" | "live" | "init">,
    operator: ChannelTrack = {},
  ): Omit<ChannelTrack, "skip"> {
    const { skip: _, ...declared } = operator;
    const pushed = this.#publishers.get(publisher)?.get(stream) ?? {};
    if (init.tracks.size === 1) return { ...pushed, ...declared };
    const { language } = pushed;
    return { ...live.type === "audio" && language !== undefined && { language }, ...declared };
  }
}
