/** Where the files of a mount are: a directory on a web server, or keys of a bucket. Records hold names of secret files, no secrets. */

interface OriginOptions {
  /** Certificates (PEM) that are trusted as well. */
  readonly caFile?: string;
  /** Whether sidecar files are looked for, each of which is a request. */
  readonly sidecars: boolean;
}

export interface HttpOrigin extends OriginOptions {
  readonly kind: "http";
  /** Without query; ends with a slash. */
  readonly url: string;
  /** Contains the value of the header `Authorization`. */
  readonly authorizationFile?: string;
  /** Paths are percent-encoded and may have a query, as packages write URLs: of `--allow-source`. */
  readonly encoded?: true;
}

export interface S3Origin extends OriginOptions {
  readonly kind: "s3";
  readonly bucket: string;
  /** "", or the start of keys with a slash at its end. */
  readonly prefix: string;
  /** Without a slash at its end. */
  readonly endpoint: string;
  readonly region: string;
  /** Where the bucket is in URLs. */
  readonly style: "path" | "host";
  /** A file in the format of `~/.aws/credentials`. */
  readonly credentialsFile?: string;
  /** Requests are not signed. */
  readonly anonymous: boolean;
}

export type RemoteOrigin = HttpOrigin | S3Origin;
