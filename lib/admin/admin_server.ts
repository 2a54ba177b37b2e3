import type { Address } from "../http/server.ts";
import { type AdminServices, handleAdminRequest } from "./admin_handler.ts";

export interface AdminServer extends AsyncDisposable {
  readonly address: Address;
}

/** @throws Error if the address cannot be used */
export function startAdminServer({ host, port }: Address, services: AdminServices): AdminServer {
  const aborter = new AbortController();
  const server = Deno.serve(
    { hostname: host, port, signal: aborter.signal, onListen() {} },
    (request) => handleAdminRequest(request, services),
  );
  return {
    address: { host, port: (server.addr as Deno.NetAddr).port },
    async [Symbol.asyncDispose]() {
      aborter.abort();
      await server.finished;
    },
  };
}
