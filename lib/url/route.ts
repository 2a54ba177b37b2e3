/** What a URL asks for, once it is read. */

/** What a URL asks for. Files and folders are paths relative to the root, with `/`, decoded; "" is the root. */
export type Route =
  | {
    readonly kind: "file";
    readonly file: string; /** Where there is no such file. */
    readonly or?: AssetRoute;
  }
  | { readonly kind: "page"; /** Of a file that plays, or of a folder. */ readonly file: string }
  | { readonly kind: "contents"; /** So is this. */ readonly file: string }
  | { readonly kind: "asset"; readonly digest: string; readonly name: string }
  | AssetRoute;

/** Something of a presentation: a package, a bare file, or a folder whose files are one together. */
export type AssetRoute =
  | { readonly kind: ManifestKind; readonly file: string }
  | { readonly kind: "about"; readonly file: string }
  | PlaylistRoute
  | SmoothFragmentRoute
  | MediaRoute;

/** A manifest of all renditions: it may change, and is revalidated. */
export type ManifestKind = "mpd" | "mpdWvtt" | "hls" | "hlsTs" | "smooth";

/** A manifest of one. */
export type PlaylistKind = "media" | "mediaTs" | "iframes";

/** A fragment of Smooth Streaming: media of one version, but its rendition goes by stream and bitrate. */
export interface SmoothFragmentRoute {
  readonly kind: "fragment";
  readonly file: string;
  readonly version: string;
  readonly bitrate: number;
  readonly stream: string;
  readonly time: number;
}

export interface PlaylistRoute {
  readonly kind: PlaylistKind;
  readonly file: string;
  readonly rendition: string;
}

/** Media of one version: it never changes. */
export type MediaRoute = MediaName & {
  /** Of the package, or of the bare file. */
  readonly file: string;
  readonly version: string;
  readonly rendition: string;
};

export type MediaName =
  | { readonly kind: "init" }
  | { readonly kind: "wvttInit" } // of cues as WebVTT in MP4
  | { readonly kind: "text" } // all cues of a rendition, as WebVTT
  | { readonly kind: "textFrom"; readonly time: number } // those from a time on, which is their 0
  | { readonly kind: SegmentKind; readonly time: number }
  | { readonly kind: "packedAudio"; readonly time: number; readonly extension: string };

/** What a rendition is cut into. */
export type SegmentKind = "cmaf" | "image" | "mpegts" | "webvtt" | "webvttTs" | "wvtt";
