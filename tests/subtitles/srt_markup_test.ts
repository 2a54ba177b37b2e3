import { assertEquals } from "@std/assert";
import { ParseWarnings } from "../../lib/subtitles/parse_warnings.ts";
import { SrtMarkup } from "../../lib/subtitles/srt_markup.ts";
import { StyleClasses } from "../../lib/subtitles/text_style.ts";

const texts: [srt: string, webvtt: string, settings?: string][] = [
  ["plain", "plain"],
  ["<i>a</i> <b>b</b> <u>c</u>", "<i>a</i> <b>b</b> <u>c</u>"],
  ["<I>a</I>", "<i>a</i>"],
  ["{i}a{/i} {b}b{/b}", "<i>a</i> <b>b</b>"],
  ["<i>a\nb</i>", "<i>a\nb</i>"],
  ["<i>open", "<i>open</i>"],
  ["closed</i>", "closed"],
  ["<b><i>x</b>y</i>", "<b><i>x</i></b><i>y</i>"],
  ["<i></i>x", "x"],
  ["<s>x</s>", "<c.line-through>x</c>"],
  [`<font color="#ff0000">x</font>`, "<c.red>x</c>"],
  [`<font color='yellow'>x</font>`, "<c.yellow>x</c>"],
  [`<FONT COLOR=#FF8800>x</FONT>`, "<c.color-ff8800>x</c>"],
  [`<font color="00ff00">x</font>`, "<c.lime>x</c>"],
  [`<font size=3 face="Arial">x</font>`, "x"],
  [`<font color="nocolour">x</font>`, "x"],
  [`<font color="red"><i>x</i></font>`, "<c.red><i>x</i></c>"],
  ["a < b & c > d", "a &lt; b &amp; c &gt; d"],
  ["I <3 you", "I &lt;3 you"],
  ["<John> hello", "&lt;John&gt; hello"],
  ["Tom &amp; Jerry&nbsp;!", "Tom &amp; Jerry\u00A0!"],
  ["&copy; &hellip; &unknown;", "© … &amp;unknown;"],
  [`&quot;x&quot; &apos;y&apos; &#39;z&#39; &lt;i&gt;`, `"x" 'y' 'z' &lt;i&gt;`],
  ["a<br>b<br/>c<BR />d</br>e<br>\nf", "a\nb\nc\nd\ne\nf"],
  ["<em>a</em> <strong>b</strong> <strike>c</strike>", "<i>a</i> <b>b</b> <c.line-through>c</c>"],
  [`<p align="center">a</p> <span style='color:red'>b</span> <a href=http://x>c</a>`, "a b c"],
  ["<div><p>a</p></div><!-- b\n -->", "a"],
  ["<ruby>a<rp>(</rp><rt>b</rt><rp>)</rp></ruby>", "a(b)"],
  ["List<i32> and a <b", "List&lt;i32&gt; and a &lt;b"],
  ["a <b and c> d", "a &lt;b and c&gt; d"],
  ["<- arrow -> <unknown> <p1>", "&lt;- arrow -&gt; &lt;unknown&gt; &lt;p1&gt;"],
  ["<v Roger>a <c.yellow>b</c> <00:00:07.500>c</v>", "a b c"],
  ["a\\Nb", "a\nb"],
  ["{\\an8}top", "top", "line:0"],
  ["{\\an1}x", "x", "align:left"],
  ["{\\an2}x", "x", ""],
  ["{\\an3}x", "x", "align:right"],
  ["{\\an4}x", "x", "line:50%,center align:left"],
  ["{\\an9}x", "x", "line:0 align:right"],
  ["{\\a6}x", "x", "line:0"],
  ["{\\a5}x", "x", "line:0 align:left"],
  ["{\\an8}{\\an2}x", "x", "line:0"],
  ["{\\i1}a{\\i0}b", "<i>a</i>b"],
  ["{\\b1\\an8}a", "<b>a</b>", "line:0"],
  ["{\\c&H0000FF&}a{\\c}b", "<c.red>a</c>b"],
  ["{\\be1}a", "a"],
  ["{\\pos(10,20)}a", "a"],
  ["{comment}", "{comment}"],
  ["-->", "--&gt;"],
];

for (const [srt, webvtt, settings = ""] of texts) {
  Deno.test(`SrtMarkup converts ${JSON.stringify(srt)} to ${JSON.stringify(webvtt)}`, () => {
    const markup = new SrtMarkup(new StyleClasses(), new ParseWarnings(), 1);
    assertEquals([markup.read(srt), markup.settings], [webvtt, settings]);
  });
}

const warned: [srt: string, warnings: string[]][] = [
  ["<i>x</i> {\\an8}", []],
  [`<font face=x>a</font> <font size=1>b</font>`, ["Fonts and sizes of <font> are ignored"]],
  [`<font color="wat">a</font>`, [`Line 7: "wat" is not a colour`]],
  ["{\\fad(1,2)}a", ["Code {\\fad(1,2)} is ignored"]],
];

for (const [srt, warnings] of warned) {
  Deno.test(`SrtMarkup warns of ${srt}: ${warnings.length}`, () => {
    const found = new ParseWarnings();
    new SrtMarkup(new StyleClasses(), found, 7).read(srt);
    assertEquals(found.list, warnings);
  });
}

Deno.test("SrtMarkup.read() reads 130,000 open tags, and applies the first 32", () => {
  const read = (text: string) =>
    new SrtMarkup(new StyleClasses(), new ParseWarnings(), 1).read(text);
  assertEquals(read("<b>".repeat(130_000) + "a"), "<b>a</b>");
  assertEquals(read("<b>".repeat(31) + "<i>a"), "<b><i>a</i></b>");
  assertEquals(read("<b>".repeat(32) + "<i>a"), "<b>a</b>");
});
