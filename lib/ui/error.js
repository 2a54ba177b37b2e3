/** Page of an error response: the server writes its reason, and this adds what to do. */

import { byId } from "./dom.js";
import { ResponseError, showError } from "./error_message.js";

const main = byId("main", HTMLElement);
const reason = main.querySelector(".problem")?.textContent ?? "";
const { code = "", status } = main.dataset;
showError(new ResponseError(reason, { code, status: Number(status) }));
