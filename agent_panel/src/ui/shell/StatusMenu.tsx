// Online, away with a reason, offline; and how many chats at a time.
import { useState } from "preact/hooks";
import { setStatus } from "../../net/orders.ts";
import { desk } from "../../state/store.ts";
import { t } from "../../words/words.ts";
import { Icon } from "../parts/Icon.tsx";
import { Menu } from "../parts/Menu.tsx";

const MOST_CHATS = 50;
const REASONS = ["break", "lunch", "meeting", "paperwork"] as const;

function Capacity() {
  const { capacity, status } = desk.value;
  const change = (by: number): void => {
    const next = Math.min(MOST_CHATS, Math.max(0, capacity + by));
    if (next !== capacity) void setStatus({ status, capacity: next });
  };
  return (
    <fieldset class="stepper">
      <legend class="small">{t("capacity.label")}</legend>
      <button
        type="button"
        class="btn quiet square"
        aria-label={t("capacity.less")}
        disabled={capacity <= 0}
        onClick={() => change(-1)}
      >
        <Icon name="minus" />
      </button>
      <output class="num" aria-live="polite">
        {capacity}
      </output>
      <button
        type="button"
        class="btn quiet square"
        aria-label={t("capacity.more")}
        disabled={capacity >= MOST_CHATS}
        onClick={() => change(1)}
      >
        <Icon name="plus" />
      </button>
    </fieldset>
  );
}

function Away({ close }: { close: () => void }) {
  const [other, setOther] = useState("");
  const away = (reason: string): void => {
    void setStatus({ status: "away", reason });
    close();
  };
  return (
    <>
      <p class="menu-head">{t("status.away_because")}</p>
      <div class="quick">
        {REASONS.map((reason) => (
          <button key={reason} type="button" class="btn quiet" onClick={() => away(t(`reason.${reason}`))}>
            {t(`reason.${reason}`)}
          </button>
        ))}
      </div>
      <form
        class="inline-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (other.trim()) away(other.trim());
        }}
      >
        <input
          value={other}
          maxLength={80}
          aria-label={t("status.other_reason")}
          placeholder={t("status.other_reason")}
          onInput={(event) => setOther(event.currentTarget.value)}
        />
        <button type="submit" class="btn soft" disabled={!other.trim()}>
          {t("status.go_away")}
        </button>
      </form>
    </>
  );
}

export function StatusMenu() {
  const { status, reason } = desk.value;
  const words = status === "away" && reason ? t("status.away_with", { reason }) : t(`status.${status}`);
  const light = { online: "g", away: "a", offline: "o" }[status];
  return (
    <Menu
      class={`btn soft status ${light}`}
      label={
        <>
          <span class={`dot ${light}`} aria-hidden="true" />
          <span class="clip">{words}</span>
          <Icon name="chevron" />
        </>
      }
    >
      {(close) => (
        <div class="menu-list">
          {(["online", "offline"] as const).map((next) => (
            <button
              key={next}
              type="button"
              class="menu-item"
              aria-pressed={status === next}
              onClick={() => {
                void setStatus({ status: next });
                close();
              }}
            >
              <span class={`dot ${next === "online" ? "g" : "o"}`} aria-hidden="true" />
              <span>
                {t(`status.${next}`)}
                <br />
                <span class="tiny">{t(`status.${next}_means`)}</span>
              </span>
            </button>
          ))}
          <Away close={close} />
          <Capacity />
        </div>
      )}
    </Menu>
  );
}
