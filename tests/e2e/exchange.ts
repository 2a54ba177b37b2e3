/**
 * Exchanges two paths in a loop until it is killed: `deno run -A exchange.ts A B`. Each exchange is atomic, so that there is always
 * something at both paths. Linux only.
 */

const AT_FDCWD = -100;

const RENAME_EXCHANGE = 2;

const libc = Deno.dlopen("libc.so.6", {
  renameat2: { parameters: ["i32", "buffer", "i32", "buffer", "u32"], result: "i32" },
});

const [a, b] = Deno.args.map((path) => new TextEncoder().encode(`${path}\0`));
while (libc.symbols.renameat2(AT_FDCWD, a!, AT_FDCWD, b!, RENAME_EXCHANGE) === 0);
throw new Error("Cannot exchange the paths");
