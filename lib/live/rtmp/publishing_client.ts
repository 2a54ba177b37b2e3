/** Follows the commands of a client that publishes, from `connect` to `deleteStream` (RTMP 1.0 §7.2). */

import { connectResult } from "./connect_response.ts";
import {
  setChunkSize,
  setPeerBandwidth,
  streamBegin,
  windowAcknowledgementSize,
} from "./control_messages.ts";
import {
  command,
  getCommandObject,
  getCommandText,
  onStatus,
  result,
  type RtmpCommand,
} from "./rtmp_commands.ts";
import { RtmpError } from "./rtmp_error.ts";
import type { RtmpEvent } from "./rtmp_event.ts";
import type { RtmpOutput } from "./rtmp_output.ts";

/** In bytes: after so many, each side acknowledges what it has received, until it is set another. */
export const ACKNOWLEDGEMENT_WINDOW = 2_500_000;

/** In bytes, of what is sent: no response is larger. */
const CHUNK_SIZE = 4096;

/** Whether the client publishes: it has requested to, was accepted, or has ended or was rejected. */
type Publishing = "no" | "requested" | "yes" | "over";

export class PublishingClient {
  readonly #output: RtmpOutput;
  /** As `connect` names it, without its query. */
  #app: string | undefined;
  #streams = 0;
  #publishing: Publishing = "no";
  /** The message stream and name of `publish`. */
  #streamId = 0;
  #name = "";

  constructor(output: RtmpOutput) {
    this.#output = output;
  }

  /**
   * Returns whether media is part of what is published.
   *
   * @throws RtmpError if the client has never requested to publish
   */
  takesMedia(): boolean {
    if (this.#publishing === "no") throw new RtmpError("Cannot take media before publish");
    return this.#publishing !== "over";
  }

  /** Responds to a command, and returns what it means for the stream. */
  run(command: RtmpCommand): RtmpEvent | undefined {
    if (command.name === "connect") return this.#connect(command);
    if (this.#app === undefined) throw new RtmpError("Cannot take commands before connect");
    switch (command.name) {
      case "createStream":
        return this.#respond(command, ++this.#streams);
      case "FCPublish":
        return this.#announce(command);
      case "publish":
        return this.#publish(command, this.#app);
      case "FCUnpublish":
        this.#respond(command, undefined);
        return this.#isPublished(getCommandText(command, 1)) ? this.#end() : undefined;
      case "deleteStream":
        return this.#isDeleted(command) ? this.#end() : undefined;
      case "closeStream":
        return command.streamId === this.#streamId ? this.#end() : undefined;
      case "play":
      case "play2":
        return this.#refuseToPlay(command);
      default: // releaseStream, _checkbw, getStreamLength: encoders wait for a response, not for a value
        return this.#respond(command, undefined);
    }
  }

  /** Accepts the client that has requested to publish, unless it has ended already. */
  accept(): void {
    if (this.#publishing === "over") return;
    if (this.#publishing !== "requested") throw new Error("Cannot find a request to publish");
    this.#publishing = "yes";
    this.#output.send(
      streamBegin(this.#streamId),
      onStatus(this.#streamId, {
        level: "status",
        code: "NetStream.Publish.Start",
        description: "The stream is being recorded.",
      }),
    );
  }

  /**
   * Rejects the client that has requested to publish, or ends what it publishes with an error, unless it has ended that itself. What it
   * sends from now on is ignored.
   */
  reject(description: string): void {
    if (this.#publishing === "no") throw new Error("Cannot find a request to publish");
    if (this.#publishing === "over") return;
    this.#publishing = "over";
    this.#sendBadName(this.#streamId, description);
  }

  #connect(connect: RtmpCommand): undefined {
    if (this.#app !== undefined) throw new RtmpError("Cannot connect twice");
    const app = getCommandObject(connect).get("app");
    this.#app = typeof app === "string" ? removeQuery(app) : "";
    this.#output.send(
      windowAcknowledgementSize(ACKNOWLEDGEMENT_WINDOW),
      setPeerBandwidth(ACKNOWLEDGEMENT_WINDOW),
      setChunkSize(CHUNK_SIZE),
      connectResult(connect),
    );
  }

  #respond(command: RtmpCommand, value: number | undefined): undefined {
    if (command.transactionId !== 0) this.#output.send(result(command, value));
  }

  /** Flash Media Live Encoder waits for onFCPublish before it sends `publish`. */
  #announce(request: RtmpCommand): undefined {
    this.#respond(request, undefined);
    const status = new Map([
      ["code", "NetStream.Publish.Start"],
      ["description", getCommandText(request, 1)],
    ]);
    this.#output.send(command(0, "onFCPublish", 0, null, status));
  }

  #publish(publish: RtmpCommand, app: string): RtmpEvent | undefined {
    if (this.#publishing === "requested" || this.#publishing === "yes") {
      this.#sendBadName(publish.streamId, "This connection publishes another stream.");
      return undefined;
    }
    this.#publishing = "requested";
    this.#streamId = publish.streamId;
    this.#name = getCommandText(publish, 1);
    return { kind: "publish", app, name: this.#name };
  }

  /** Some encoders leave out the query. */
  #isPublished(name: string): boolean {
    return removeQuery(name) === removeQuery(this.#name);
  }

  /** GStreamer sends the name of the stream for its ID. */
  #isDeleted({ values: [, id] }: RtmpCommand): boolean {
    return typeof id === "string" ? this.#isPublished(id) : id === this.#streamId;
  }

  #end(): RtmpEvent | undefined {
    if (this.#publishing === "no" || this.#publishing === "over") return undefined;
    this.#publishing = "over";
    this.#output.send(
      onStatus(this.#streamId, {
        level: "status",
        code: "NetStream.Unpublish.Success",
        description: "The stream has ended.",
      }),
    );
    return { kind: "end" };
  }

  #sendBadName(streamId: number, description: string): void {
    const code = "NetStream.Publish.BadName";
    this.#output.send(onStatus(streamId, { level: "error", code, description }));
  }

  #refuseToPlay({ streamId }: RtmpCommand): undefined {
    this.#output.send(
      onStatus(streamId, {
        level: "error",
        code: "NetStream.Play.StreamNotFound",
        description: "Streams are received by RTMP, and served by DASH and HLS.",
      }),
    );
  }
}

function removeQuery(name: string): string {
  return name.replace(/\?.*/s, "");
}
