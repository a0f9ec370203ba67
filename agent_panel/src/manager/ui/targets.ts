// The desk's promises: the server's settings where it says them, else the documented defaults.

import { computed } from "@preact/signals";
import { session } from "../state/store.ts";

const SERVICE_TARGET_S = 90;

export const service_target_s = computed(() => {
  const now = session.value;
  return (
    (now.state === "ready" || now.state === "own" ? now.me.settings?.service_target_s : undefined) ?? SERVICE_TARGET_S
  );
});
