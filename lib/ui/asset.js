/** The page of a package or a bare file. */

import { showTitle } from "./asset_page.js";

await showTitle("about.json");
