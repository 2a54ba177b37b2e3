/** A worker that fails, by an internal error, at a request for `/crash`. */

const serve = Deno.serve as (options: object, handler: Deno.ServeHandler) => Deno.HttpServer;

Object.defineProperty(Deno, "serve", {
  value: (options: object, handler: Deno.ServeHandler) =>
    serve(options, (request, info) => {
      if (!request.url.endsWith("/crash")) return handler(request, info);
      Promise.reject(new Error("test failure"));
      return new Promise(() => {});
    }),
});

await import("../../lib/ams/worker.ts");
