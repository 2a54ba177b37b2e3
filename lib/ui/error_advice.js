/** What viewers can do about an error, by the codes of docs/errors.md. */

const LATER = "Wait a moment, then try again.";
const NEW_LINK = "Ask for a new link where you got this one.";
const OPERATOR = "Only the operator of this server can change that: report the sentence above.";
const REPAIR =
  "The operator of this server can find the cause with “amspackager verify”, and replace the file.";
const CONVERT =
  "The operator of this server can convert the file to MP4, or find the cause with “amspackager verify”.";

/** @type {Record<string, [title: string, advice: string]>} */
const ERRORS = {
  BAD_REQUEST: ["Not understood", "Check the address."],
  FORBIDDEN: ["Not allowed", OPERATOR],
  TOKEN_MISSING: ["Not allowed", "Open it with the whole link that you were given."],
  TOKEN_INVALID: ["Not allowed", `Check that the link is complete. ${NEW_LINK}`],
  TOKEN_EXPIRED: ["Link expired", NEW_LINK],
  TOKEN_NOT_YET: ["Not yet allowed", "The link becomes valid later: try again then."],
  TOKEN_PATH: ["Not allowed", `The link is for other files. ${NEW_LINK}`],
  TOKEN_ADDRESS: ["Not allowed", `The link is for another device or network. ${NEW_LINK}`],
  NOT_FOUND: ["Not found", "Check the address, or choose from the list of all files."],
  NOT_PUBLISHED: ["Not yet on air", "Try again once the broadcast has begun."],
  METHOD_NOT_ALLOWED: ["Not understood", "Open the address in a browser."],
  NOT_IMPLEMENTED: ["Not available", "Ask for it as JSON."],
  OVERLOADED: ["Too busy", LATER],
  DRAINING: ["Restarting", LATER],
  STORAGE_GONE: ["Files unavailable", LATER],
  MEDIA_INVALID: ["Broken file", REPAIR],
  MEDIA_UNSUPPORTED: ["Cannot be streamed", CONVERT],
  MEDIA_MISSING: ["Missing file", REPAIR],
  MEDIA_READ: ["Unreadable file", LATER],
  PACKAGE_INVALID: ["Broken package", REPAIR],
  PACKAGE_EXPOSED: ["Not protected", OPERATOR],
  KEYS_MISSING: ["No keys", OPERATOR],
  KEYS_INVALID: ["No keys", OPERATOR],
  KEYS_UNAVAILABLE: ["Keys unavailable", LATER],
  SOURCE_UNAVAILABLE: ["Files unavailable", LATER],
  SOURCE_BUSY: ["Too busy", LATER],
  SOURCE_INVALID: ["Files unavailable", OPERATOR],
  SOURCE_DENIED: ["Files unavailable", OPERATOR],
};

/** @param {string} code "" if the server sent none */
export function getErrorTitle(code) {
  return ERRORS[code]?.[0] ?? "Something went wrong";
}

/** @param {string} code "" if the server sent none */
export function getErrorAdvice(code) {
  return ERRORS[code]?.[1] ?? "Check that the server is reachable, then try again.";
}
