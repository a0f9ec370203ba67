// The opening hours of a department, for quick picks; always open until they are known.
import { useMemo } from "preact/hooks";
import { departments } from "../../net/api.ts";
import { type Opening, openingOf } from "../../state/hours.ts";
import { useLoad } from "./useLoad.ts";

export function useOpening(department: string | undefined): Opening {
  const [loaded] = useLoad("departments", departments);
  return useMemo(() => {
    const known = loaded.state === "ready" ? loaded.data.departments : [];
    return openingOf(known.find(({ id }) => id === department) ?? {});
  }, [loaded, department]);
}
