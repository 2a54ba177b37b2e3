/** The page of a package or a bare file. */

import { showAsset } from "./asset_page.js";

await showAsset("about.json");
