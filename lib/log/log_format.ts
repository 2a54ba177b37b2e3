export const LOG_FORMATS = ["text", "json", "combined", "errors", "none"] as const;

/** `errors` is text without what is neither a warning nor a failure of the server. */
export type LogFormat = typeof LOG_FORMATS[number];

export type LogLevel = "info" | "warn" | "error";

/** Returns the level of a response. Clients cause other errors than those of the server. */
export function getStatusLevel(status: number): LogLevel {
  return status >= 500 ? "error" : "info";
}
