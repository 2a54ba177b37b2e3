import type { OptionSources } from "../cli/option_layers.ts";
import { readTextFile, SetupError } from "./setup.ts";

/** The environment and the files of this process. */
export const SYSTEM_SOURCES: OptionSources = {
  /** @throws SetupError without permission, for which Deno would ask on a terminal */
  getVariable(name) {
    const { state } = Deno.permissions.querySync({ name: "env", variable: name });
    if (state === "granted") return Deno.env.get(name);
    throw new SetupError(`Cannot read ${name} without --allow-env="AMS_*,PORT,OTEL_*,AWS_*"`);
  },
  readTextFile,
};
