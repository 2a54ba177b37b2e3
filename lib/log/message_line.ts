/** Log lines of the server itself. */

import { isExpectedError } from "../errors.ts";
import { escapeUnprintable, shorten } from "./escape.ts";
import type { LogLevel } from "./log_format.ts";
import { formatLogTime } from "./log_time.ts";
import { redactText } from "./redaction.ts";

export interface LogMessage {
  readonly level: LogLevel;
  readonly file?: string;
  readonly message: string;
}

/** Returns one line without a newline. */
export function formatMessage(
  format: "text" | "json",
  timeMs: number,
  { level, file: path, message: text }: LogMessage,
): string {
  const time = formatLogTime(timeMs);
  const file = path === undefined ? undefined : redactText(path);
  const message = redactText(path ? removeOwnName(text, path) : text);
  if (format === "json") {
    return JSON.stringify({ time, level, file: file && shorten(file), message });
  }
  const prefix = file ? `${shorten(escapeUnprintable(file))}: ` : "";
  return `${time} ${prefix}${escapeUnprintable(message, " …")}`;
}

/** Messages about a plain media file begin with its name, with or without its directory. */
function removeOwnName(text: string, file: string): string {
  const names = [file, file.slice(file.lastIndexOf("/") + 1)];
  const prefix = names.map((name) => `${name}: `).find((prefix) => text.startsWith(prefix));
  return text.slice(prefix?.length ?? 0);
}

export function describeError(error: unknown): string {
  if (typeof error === "string") return error;
  if (isExpectedError(error)) return error.message;
  return error instanceof Error ? error.stack ?? error.message : String(error);
}
