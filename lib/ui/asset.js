/** Page of a package or a plain media file. */

import { showAsset } from "./asset_page.js";

await showAsset("about.json");
