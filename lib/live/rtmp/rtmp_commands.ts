/** Commands of clients and the responses to them (RTMP 1.0 §7.2). */

import { MediaError } from "../../errors.ts";
import { type AmfObject, type AmfValue, buildAmf0, readAmf0Values } from "./amf0.ts";
import { MESSAGE_TYPES, type RtmpMessage } from "./rtmp_message.ts";

/** In bytes; those of encoders have at most a few hundred. */
export const MAX_COMMAND_SIZE = 65536;

export interface RtmpCommand {
  readonly name: string;
  /** 0: the client expects no response. */
  readonly transactionId: number;
  /** ID of the message stream that it came in. */
  readonly streamId: number;
  /** After the transaction ID: first the command object, which most commands leave null. */
  readonly values: readonly AmfValue[];
}

/**
 * Reads a command message, of AMF 0 or AMF 3: those start with a 0 that announces AMF 0.
 *
 * @throws MediaError if it is too large or malformed
 */
export function readCommand({ type, streamId, payload }: RtmpMessage): RtmpCommand {
  if (payload.length > MAX_COMMAND_SIZE) {
    const size = `${payload.length} bytes, expected at most ${MAX_COMMAND_SIZE}`;
    throw new MediaError(`Cannot read a command of ${size}`);
  }
  const body = type === MESSAGE_TYPES.commandAmf3 ? stripFormat(payload) : payload;
  const [name, transactionId, ...values] = readAmf0Values(body);
  if (typeof name !== "string") throw new MediaError("Cannot find the name of a command");
  const isNumber = typeof transactionId === "number" && Number.isFinite(transactionId);
  return { name, transactionId: isNumber ? transactionId : 0, streamId, values };
}

/** Removes the format selector of messages of AMF 3, if it is there. No value that they start with has this marker. */
export function stripFormat(payload: Uint8Array): Uint8Array {
  return payload[0] === 0 ? payload.subarray(1) : payload;
}

/** Returns the text at `index` of the values of a command; "" if it is anything else. */
export function getCommandText({ values }: RtmpCommand, index: number): string {
  const value = values[index];
  return typeof value === "string" ? value : "";
}

/** Returns the command object of `connect`, empty if it is missing. */
export function getCommandObject({ values }: RtmpCommand): AmfObject {
  const [value] = values;
  return value instanceof Map ? value : new Map();
}

/** Builds a command message. */
export function command(streamId: number, ...values: AmfValue[]): RtmpMessage {
  return { type: MESSAGE_TYPES.commandAmf0, timestamp: 0, streamId, payload: buildAmf0(values) };
}

/** Builds the response that a command succeeded. */
export function result({ transactionId }: RtmpCommand, value: AmfValue): RtmpMessage {
  return command(0, "_result", transactionId, null, value);
}

interface Status {
  readonly level: "status" | "error";
  /** Such as `NetStream.Publish.Start`. */
  readonly code: string;
  readonly description: string;
}

/** Builds onStatus of a message stream. */
export function onStatus(streamId: number, status: Status): RtmpMessage {
  return command(streamId, "onStatus", 0, null, new Map(Object.entries(status)));
}
