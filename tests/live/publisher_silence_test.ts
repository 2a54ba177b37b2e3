import { assertEquals } from "@std/assert";
import { PublisherSilence } from "../../lib/live/publisher_silence.ts";
import { Encoder } from "./encoder.ts";
import { MemoryChannels, RecordedServer } from "./recorded_server.ts";

/** Publishers of a channel in simulated time; `lines` have the second in which they were written. */
class Simulation {
  readonly silence = new PublisherSilence();
  readonly lines: string[] = [];
  seconds = 0;

  constructor(readonly segmentDuration = 4) {}

  get now(): number {
    return this.seconds * 1e6;
  }

  wait(seconds: number): void {
    for (const end = this.seconds + seconds; this.seconds < end;) {
      this.seconds++;
      for (const { level, message } of this.silence.check(this.now, this.segmentDuration)) {
        this.lines.push(`${this.seconds} ${level} ${message}`);
      }
    }
  }

  /** A request with all of its body. */
  push(publisher = "main"): void {
    using request = this.silence.open(publisher, this.now);
    request.receive(this.now);
  }
}

Deno.test("PublisherSilence tells once when an encoder has disconnected, and when it is back", () => {
  const simulation = new Simulation();
  simulation.push();
  simulation.wait(30);
  simulation.push();
  simulation.wait(2);
  assertEquals(simulation.lines, [
    "10 warn Publisher main has disconnected: nothing was received for 10 s",
    "31 info Publisher main is back after 30 s",
  ]);
});

Deno.test("PublisherSilence tells when an encoder falls silent, and then when it disconnects", () => {
  const simulation = new Simulation();
  const request = simulation.silence.open("main", 0);
  request.receive(simulation.now);
  simulation.wait(25);
  request[Symbol.dispose]();
  simulation.wait(5);
  const again = simulation.silence.open("main", simulation.now);
  simulation.wait(5); // connected, and sends nothing
  again.receive(simulation.now);
  simulation.wait(1);
  assertEquals(simulation.lines, [
    "10 warn Nothing has been received from publisher main for 10 s",
    "26 warn Publisher main has disconnected: nothing was received for 26 s",
    "36 info Publisher main is back after 35 s",
  ]);
});

Deno.test("PublisherSilence knows each publisher of a channel, also of those that share their segments", () => {
  const simulation = new Simulation();
  simulation.push("main");
  for (let i = 0; i < 6; i++) {
    simulation.push("backup");
    simulation.wait(2);
  }
  assertEquals(simulation.lines, [
    "10 warn Publisher main has disconnected: nothing was received for 10 s",
  ]);
});

Deno.test("PublisherSilence is silent between requests for segments, however long these are", () => {
  const simulation = new Simulation(30);
  for (let i = 0; i < 20; i++) {
    simulation.push();
    simulation.wait(30);
  }
  assertEquals(simulation.lines, []);
});

Deno.test("PublisherSilence writes few lines about an encoder that pauses regularly", () => {
  const simulation = new Simulation();
  for (let i = 0; i < 1000; i++) {
    simulation.push();
    simulation.wait(12 + i % 3);
  }
  assertEquals(simulation.lines, [
    "10 warn Publisher main has disconnected: nothing was received for 10 s",
    "13 info Publisher main is back after 12 s",
  ]);
});

Deno.test("PublisherSilence tells of each of two outages that are far apart", () => {
  const simulation = new Simulation();
  const stream = (seconds: number) => {
    for (let i = 0; i < seconds; i++) {
      simulation.push();
      simulation.wait(1);
    }
  };
  stream(5);
  simulation.wait(100);
  stream(700);
  simulation.wait(11);
  assertEquals(simulation.lines.map((line) => line.split(" ")[0]), ["14", "106", "814"]);
});

Deno.test("PublisherSilence forgets publishers whose broadcast is over", () => {
  const simulation = new Simulation();
  simulation.push("main");
  const open = simulation.silence.open("backup", 0);
  simulation.silence.forget();
  simulation.wait(20);
  open[Symbol.dispose]();
  simulation.silence.forget();
  simulation.wait(20);
  assertEquals(simulation.lines, [
    "10 warn Nothing has been received from publisher backup for 10 s",
  ]);
});

Deno.test("Recorder logs an encoder that breaks off and comes back, and nothing of one that ends in order", async () => {
  const server = new RecordedServer(new MemoryChannels({ segmentDuration: 2 }));
  const encoder = new Encoder({});
  const request = await server.publish().push(encoder.init, encoder.fragment(0));
  await server.wait(1);
  await request.push(encoder.fragment(1));
  await request.end("broken");
  await server.wait(12);
  const again = await server.publish().push(new Uint8Array(0)); // a connection without a byte
  await server.wait(8);
  const restarted = new Encoder({ seed: 1 });
  await again.push(restarted.init, restarted.fragment(0));
  await server.wait(1.25);
  await again.push(restarted.fragment(1), restarted.end);
  assertEquals(await again.end(), "200");
  await server.wait(30);
  assertEquals(server.logs, [
    "info live/news.json: A broadcast begins",
    "warn live/news.json: Publisher main has disconnected: nothing was received for 10 s",
    "info live/news.json: A period begins: the encoder or ams has started again",
    "info live/news.json: Publisher main is back after 20 s",
    "info live/news.json: The broadcast is over",
  ]);
});
