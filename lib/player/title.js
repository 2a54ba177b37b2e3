/** The page of a package or a bare file. */

import { showTitle } from "./title_page.js";

await showTitle("about.json");
