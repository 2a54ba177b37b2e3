/** Opens presentations for tests, which use and close them as one object. */

import type { AssetMedia } from "../lib/presentation/asset_media.ts";
import * as lib from "../lib/presentation/open.ts";
import type { Presentation } from "../lib/presentation/presentation.ts";

export type { InputOptions } from "../lib/presentation/open.ts";

export interface OpenPresentation extends Presentation, AssetMedia {}

export async function openPackage(
  ...args: Parameters<typeof lib.openPackage>
): Promise<OpenPresentation> {
  return join(await lib.openPackage(...args));
}

export async function openInputs(
  ...args: Parameters<typeof lib.openInputs>
): Promise<OpenPresentation> {
  return join(await lib.openInputs(...args));
}

export function join({ presentation, media }: lib.OpenedPresentation): OpenPresentation {
  return { ...media, ...presentation };
}
