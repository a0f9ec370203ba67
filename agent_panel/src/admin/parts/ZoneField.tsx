// A time zone by its name; the browser's own list helps to find it, and anything else may be typed.
import { useId } from "preact/hooks";
import { TextField } from "./TextField.tsx";

interface ZoneFieldProps {
  label: string;
  hint?: string | undefined;
  value: string;
  error: string | null;
  set: (zone: string) => void;
}

export function ZoneField(props: ZoneFieldProps) {
  const id = useId();
  return (
    <div>
      <TextField {...props} list={id} autocomplete="off" autocapitalize="none" spellcheck={false} maxLength={64} />
      <datalist id={id}>
        {zones().map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
    </div>
  );
}

let known: string[] | null = null;

function zones(): string[] {
  known ??= ["UTC", ...Intl.supportedValuesOf("timeZone")];
  return known;
}
