/** A form that is sent: no field complains before somebody has tried, and then the first of those that do has the focus. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { lacking } from "../state/lacking.ts";
import type { Instead } from "../state/model.ts";
import { offers } from "../state/screen.ts";
import { Fields, type Wrong } from "./fields.tsx";
import { type Props, Trouble } from "./parts.tsx";

type AskingProps = Props & {
  /** Null: it starts a chat. */
  as: Instead | null;
  label: string;
  above: ComponentChildren;
  children?: ComponentChildren;
};

export function Asking({ as, label, above, children, ...props }: AskingProps) {
  const { state, deeds, t } = props;
  // As what it was tried: choosing a closed department makes a message of a chat, and that has not been tried yet.
  const [tried, setTried] = useState<Instead | "chat" | null>(null);
  const deed = as ? "chat:to_ticket" : "chat:start";
  const lacks = lacking(state, as, Date.now());
  const wrong: Wrong = {};
  const { error } = state;
  if (error?.deed === deed && error.field && error.field in state.form)
    wrong[error.field as keyof Wrong] = error.message;
  if (tried === (as ?? "chat"))
    for (const [field, word] of Object.entries(lacks)) wrong[field as keyof Wrong] = t(word);
  return (
    <form
      class="scroll pad"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(as ?? "chat");
        const [first] = Object.keys(lacks);
        if (first) (event.currentTarget.elements.namedItem(first) as HTMLElement | null)?.focus();
        else if (as) deeds.toTicket();
        else deeds.start();
      }}
    >
      {above}
      <Fields {...props} as={as} wrong={wrong} />
      <Trouble state={state} t={t} deed={deed} />
      <div class="actions">
        <button type="submit" class="wide" disabled={!!state.busy}>
          {label}
        </button>
        {children}
      </div>
    </form>
  );
}

const WAYS = { write: "write_instead", callback: "callback", suggestion: "suggest" } as const;

/** The ways that need nobody at the desk. */
export function Ways({ state, deeds, t, ways }: Props & { ways: (keyof typeof WAYS)[] }) {
  return (
    <div class="ways">
      {ways
        .filter((as) => offers(state, as))
        .map((as) => (
          <button
            key={as}
            type="button"
            class="plain"
            disabled={!!state.busy}
            onClick={() => deeds.dispatch({ type: "writing", as })}
          >
            {t(WAYS[as])}
          </button>
        ))}
    </div>
  );
}
