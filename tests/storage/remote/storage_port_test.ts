import { assertEquals, assertRejects } from "@std/assert";
import { SourceError } from "../../../lib/errors.ts";
import {
  allocatePages,
  BLOCK_BYTES,
  SharedPages,
} from "../../../lib/storage/remote/shared_pages.ts";
import { StoragePort } from "../../../lib/storage/remote/storage_port.ts";
import { createContent, RemoteSetup } from "./remote_setup.ts";

const QUERY = { kind: "stat", mount: "films", path: "a.mp4" } as const;

Deno.test("StoragePort.ask() returns what the other thread does, in any order", async () => {
  using setup = new RemoteSetup();
  setup.origin.write("a.mp4", createContent(10));
  const list = setup.port.ask({ kind: "list", mount: "films", path: "" });
  const { entry } = await setup.port.ask(QUERY);
  assertEquals(entry?.kind === "file" && entry.file.size, 10);
  assertEquals((await list).entries, [{ name: "a.mp4", kind: "file" }]);
});

Deno.test("StoragePort.ask() rejects with the errors of the other thread", async () => {
  using setup = new RemoteSetup();
  setup.origin.failure = new SourceError("SOURCE_UNAVAILABLE", "Cannot read 'a.mp4'");
  const error = await assertRejects(() => setup.port.ask(QUERY), SourceError, "Cannot read");
  assertEquals(error.code, "SOURCE_UNAVAILABLE");
  const query = { ...QUERY, mount: "none" };
  await assertRejects(() => setup.port.ask(query), Error, "Cannot find the mount 'none'");
});

Deno.test("StoragePort.ask() cancels a query when its signal aborts", async () => {
  using setup = new RemoteSetup();
  const requested = Promise.withResolvers<void>();
  const aborted = Promise.withResolvers<void>();
  setup.origin.open = (_path, signal) => {
    signal.addEventListener("abort", () => aborted.resolve());
    requested.resolve();
    return new Promise((_, reject) =>
      signal.addEventListener("abort", () => reject(signal.reason))
    );
  };
  const caller = new AbortController();
  const asked = assertRejects(() => setup.port.ask(QUERY, caller.signal), Error, "gone");
  await requested.promise;
  caller.abort(new Error("gone"));
  await asked;
  await aborted.promise;
  await assertRejects(() => setup.port.ask(QUERY, caller.signal), Error, "gone");
});

Deno.test("StoragePort.connect() asks another thread for what the one before did not return", async () => {
  using setup = new RemoteSetup();
  setup.origin.write("a.mp4", createContent(10));
  const port = new StoragePort();
  const asked = port.ask(QUERY); // before there is a connection
  const hung = new MessageChannel();
  port.connect(hung.port2, allocatePages(BLOCK_BYTES));
  assertEquals(port.pages?.capacity, BLOCK_BYTES);
  const pages = new SharedPages(allocatePages(2 * BLOCK_BYTES));
  setup.connect(port, setup.createThread(pages), pages);
  const { entry } = await asked;
  assertEquals([entry?.kind, port.pages?.capacity], ["file", 2 * BLOCK_BYTES]);
  port.close();
  hung.port1.close();
});
