// A labelled input with its error under it, said to the input by aria-describedby.
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import type { WireError } from "../../net/wire.ts";

interface FieldProps {
  label: string;
  hint?: string | undefined;
  error?: string | null | undefined;
  children: (ids: { id: string; "aria-describedby": string | undefined; "aria-invalid": boolean }) => ComponentChildren;
}

export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId();
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ") || undefined;
  return (
    <div class="field">
      <label htmlFor={id}>{label}</label>
      {children({ id, "aria-describedby": described, "aria-invalid": Boolean(error) })}
      <FieldNotes {...{ id, hint, error }} />
    </div>
  );
}

/** What stands under a field, found by its id: `<id>-hint` and `<id>-error`. */
export function FieldNotes({ id, hint, error }: Pick<FieldProps, "hint" | "error"> & { id: string }) {
  return (
    <>
      {hint && (
        <p class="tiny" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error && (
        <p class="error" id={`${id}-error`}>
          {error}
        </p>
      )}
    </>
  );
}

/** The message of an error that names this field. */
export function errorOf(error: WireError | null, ...fields: string[]): string | null {
  return error?.field !== undefined && error.field !== null && fields.includes(error.field) ? error.message : null;
}

/** An error that names none of a form's fields, for the foot of the form. */
export function FormError({ error, fields }: { error: WireError | null; fields: string[] }) {
  if (!error || (error.field && fields.includes(error.field))) return null;
  return (
    <p class="error" role="alert">
      {error.message}
    </p>
  );
}
