import { settings } from "../../state/store.ts";
import { t } from "../../words/words.ts";
import { KEYS } from "../shell/useKeys.ts";
import { Dialog } from "./Dialog.tsx";

function Keys({ keys }: { keys: string[] }) {
  return (
    <dt>
      {keys.map((key, index) => (
        <span key={key}>
          {index > 0 && " + "}
          <kbd>{key}</kbd>
        </span>
      ))}
    </dt>
  );
}

export function KeysDialog({ onClose }: { onClose: () => void }) {
  const { singleKeys, enterSends } = settings.value;
  const shown = (key: string): string => (key === "?" ? key : key.toUpperCase());
  return (
    <Dialog title={t("keys.title")} onClose={onClose}>
      <div class="dialog-body">
        <dl class="keys">
          {KEYS.map((key) => [
            <Keys key={key} keys={singleKeys ? [shown(key)] : ["Alt", shown(key)]} />,
            <dd key={`${key}-what`}>{t(`keys.${key}`)}</dd>,
          ])}
          <Keys keys={enterSends ? ["Enter"] : ["Ctrl", "Enter"]} />
          <dd>{t("keys.send")}</dd>
          <Keys keys={enterSends ? ["Shift", "Enter"] : ["Enter"]} />
          <dd>{t("keys.new_line")}</dd>
          <Keys keys={["/"]} />
          <dd>{t("keys.canned")}</dd>
        </dl>
        <p class="tiny">{t(singleKeys ? "keys.alt_too" : "keys.single_off")}</p>
        <label class="toggle">
          <input
            type="checkbox"
            checked={singleKeys}
            onChange={(event) => {
              settings.value = { ...settings.value, singleKeys: event.currentTarget.checked };
            }}
          />
          <span>{t("settings.single_keys")}</span>
        </label>
      </div>
    </Dialog>
  );
}
