// This browser's settings: sounds with a test, notifications, keys.
import { OCCASIONS, type Settings } from "../../state/settings.ts";
import { settings } from "../../state/store.ts";
import { t } from "../../words/words.ts";
import { askForNotifications, notificationsPossible } from "../alerts/notify.ts";
import { play } from "../alerts/sounds.ts";

function change(part: Partial<Settings>): void {
  settings.value = { ...settings.value, ...part };
}

function Toggle({ words, on, set, hint }: { words: string; on: boolean; set: (on: boolean) => void; hint?: string }) {
  return (
    <label class="toggle">
      <input type="checkbox" checked={on} onChange={(event) => set(event.currentTarget.checked)} />
      <span>
        {words}
        {hint && <span class="tiny block">{hint}</span>}
      </span>
    </label>
  );
}

function Sounds() {
  const { sounds, volume } = settings.value;
  return (
    <fieldset>
      <legend class="menu-head">{t("settings.sounds")}</legend>
      {OCCASIONS.map((occasion) => (
        <div class="sound" key={occasion}>
          <Toggle
            words={t(`sound.${occasion}`)}
            on={sounds[occasion]}
            set={(on) => change({ sounds: { ...sounds, [occasion]: on } })}
          />
          <button
            type="button"
            class="btn quiet small-btn"
            aria-label={t("sound.test_named", { name: t(`sound.${occasion}`) })}
            onClick={() => play(occasion, volume)}
          >
            {t("sound.test")}
          </button>
        </div>
      ))}
      <label class="volume small">
        {t("settings.volume")}
        <input
          type="range"
          min="0"
          max="1"
          step="0.1"
          value={volume}
          onInput={(event) => change({ volume: Number(event.currentTarget.value) })}
        />
      </label>
    </fieldset>
  );
}

async function setNotifications(on: boolean): Promise<void> {
  change({ notifications: on && (await askForNotifications()) });
}

export function SettingsPanel() {
  const { enterSends, singleKeys, notifications } = settings.value;
  const possible = notificationsPossible();
  return (
    <div class="settings">
      <Sounds />
      <fieldset>
        <legend class="menu-head">{t("settings.notifications")}</legend>
        <Toggle
          words={t("settings.notify")}
          hint={t(possible ? "settings.notify_hint" : "settings.notify_blocked")}
          on={notifications && possible}
          set={(on) => void setNotifications(on)}
        />
      </fieldset>
      <fieldset>
        <legend class="menu-head">{t("settings.keyboard")}</legend>
        <Toggle
          words={t("settings.enter_sends")}
          hint={t(enterSends ? "settings.enter_hint" : "settings.ctrl_enter_hint")}
          on={enterSends}
          set={(on) => change({ enterSends: on })}
        />
        <Toggle
          words={t("settings.single_keys")}
          hint={t("settings.single_keys_hint")}
          on={singleKeys}
          set={(on) => change({ singleKeys: on })}
        />
      </fieldset>
    </div>
  );
}
