import { assertEquals } from "@std/assert";
import {
  encodePathSegment,
  formatCommand,
  isLoopbackUrl,
  normalizePageUrl,
  quoteArgument,
} from "../../lib/ui/urls.js";

const NAMES = [
  "film.json",
  'it\'s (a) "film" *!.mp4',
  "100% #1 a?b&c=d;e.mp4",
  "line\nbreak\ttab.mp4",
  "<img src=x onerror=alert(1)>.mp4",
  "$(reboot)`reboot`.mp4",
  "שלום 🎬.mp4",
];

for (const name of NAMES) {
  Deno.test(`segment() leaves nothing in ${JSON.stringify(name)} that a shell knows`, () => {
    assertEquals(/^[\w.~%-]+$/.test(encodePathSegment(name)), true);
    assertEquals(decodeURIComponent(encodePathSegment(name)), name);
  });

  Deno.test(`normalizePageUrl() spells ${JSON.stringify(name)} in its one way`, () => {
    const href = new URL(`http://host:8080/films/${encodeURIComponent(name)}/?play#boxes`).href;
    assertEquals(normalizePageUrl(href), `http://host:8080/films/${encodePathSegment(name)}/`);
  });
}

Deno.test("normalizePageUrl() keeps a percent sign that is none of an escape", () => {
  assertEquals(normalizePageUrl("http://host/100%/"), "http://host/100%25/");
});

const words: [word: string, windows: boolean, expected: string][] = [
  ["http://host:8080/a.json/.mpd", false, "http://host:8080/a.json/.mpd"],
  ["http://host/a%20b/.mpd", false, "'http://host/a%20b/.mpd'"],
  ["http://[::1]/a/.mpd", false, "'http://[::1]/a/.mpd'"],
  ["http://host/a%20b/.mpd", true, '"http://host/a%20b/.mpd"'],
  ["it's; reboot", false, "'it'\\''s; reboot'"],
  ['a" & reboot "', true, '"a & reboot "'],
];

for (const [word, windows, expected] of words) {
  Deno.test(`quoted() makes ${expected} of ${word}`, () => {
    assertEquals(quoteArgument(word, windows), expected);
  });
}

Deno.test("command() is one that a shell gives the very URL to", async () => {
  const url = normalizePageUrl(`http://host/${encodeURIComponent("it's $(echo no) 'x'")}/`);
  const args = ["-c", formatCommand("printf %s", url, false)];
  const { stdout } = await new Deno.Command("sh", { args }).output();
  assertEquals(new TextDecoder().decode(stdout), url);
});

const hosts: [host: string, local: boolean][] = [
  ["localhost:8080", true],
  ["127.0.0.1", true],
  ["127.9.8.7:80", true],
  ["[::1]:8080", true],
  ["192.168.0.2", false],
  ["127.0.0.1.example", false],
  ["localhost.example", false],
];

for (const [host, local] of hosts) {
  Deno.test(`isLoopbackUrl() says ${local} of ${host}`, () => {
    assertEquals(isLoopbackUrl(`http://${host}/`), local);
  });
}
