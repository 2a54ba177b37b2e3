/** Reads the files that sources name again on SIGHUP: values of `Authorization`, certificates and credentials. */

import type { CredentialsSupply } from "./credentials.ts";
import type { ReloadableFiles } from "./reload.ts";
import type { ServerSetup } from "./server_setup.ts";
import { configureOrigins } from "./source_setup.ts";
import type { ConfiguredOrigin } from "./storage_worker_messages.ts";

interface SecretsReceiver {
  replaceSecrets(origins: readonly ConfiguredOrigin[]): void;
}

/** Returns nothing if no source needs a file. */
export function listSourceFiles(
  { sources, root }: Pick<ServerSetup, "sources" | "root">,
  receiver: SecretsReceiver,
  credentials: CredentialsSupply,
): ReloadableFiles[] {
  const { origins = [] } = sources.remote ?? {};
  const hasFiles = origins.some(({ authorization, caCert }) =>
    authorization !== undefined || caCert !== undefined
  );
  if (!hasFiles && !credentials.isUsed) return [];
  return [{
    name: "files of sources",
    read: () => {
      const origins = configureOrigins(sources, root);
      return () => {
        receiver.replaceSecrets(origins);
        credentials.reload();
      };
    },
  }];
}
