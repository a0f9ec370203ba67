// What an agent sets for this browser: sounds, keys, how to send.

/** The occasions that can make a sound. */
export const OCCASIONS = ["assigned", "message", "waiting", "alarm"] as const;
export type Occasion = (typeof OCCASIONS)[number];

export interface Settings {
  enterSends: boolean;
  singleKeys: boolean;
  notifications: boolean;
  sounds: Record<Occasion, boolean>;
  /** 0 to 1. */
  volume: number;
  cardOpen: boolean;
}

export const DEFAULT_SETTINGS: Settings = {
  enterSends: true,
  singleKeys: true,
  notifications: false,
  sounds: { assigned: true, message: true, waiting: false, alarm: true },
  volume: 0.6,
  cardOpen: true,
};

function flag(value: unknown, otherwise: boolean): boolean {
  return typeof value === "boolean" ? value : otherwise;
}

/** Stored settings of this or an older version; whatever is unknown or broken falls back to the default. */
export function parseSettings(stored: string | null): Settings {
  let found: Record<string, unknown> = {};
  try {
    const parsed: unknown = JSON.parse(stored ?? "{}");
    if (typeof parsed === "object" && parsed !== null) found = parsed as Record<string, unknown>;
  } catch {
    return DEFAULT_SETTINGS;
  }
  const sounds = (found.sounds ?? {}) as Record<string, unknown>;
  const volume = typeof found.volume === "number" && found.volume >= 0 && found.volume <= 1 ? found.volume : null;
  return {
    enterSends: flag(found.enterSends, DEFAULT_SETTINGS.enterSends),
    singleKeys: flag(found.singleKeys, DEFAULT_SETTINGS.singleKeys),
    notifications: flag(found.notifications, DEFAULT_SETTINGS.notifications),
    sounds: {
      assigned: flag(sounds.assigned, DEFAULT_SETTINGS.sounds.assigned),
      message: flag(sounds.message, DEFAULT_SETTINGS.sounds.message),
      waiting: flag(sounds.waiting, DEFAULT_SETTINGS.sounds.waiting),
      alarm: flag(sounds.alarm, DEFAULT_SETTINGS.sounds.alarm),
    },
    volume: volume ?? DEFAULT_SETTINGS.volume,
    cardOpen: flag(found.cardOpen, DEFAULT_SETTINGS.cardOpen),
  };
}
