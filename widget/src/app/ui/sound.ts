/**
 * A short tone for a new message, once however many tabs the visitor has open.
 *
 * All tabs hear of the message; those that may make sounds (the visitor clicked or typed in them) compete for a lock named after the
 * conversation, and only the one that gets it plays. A tab in which the visitor is looking at the chat takes the lock without a sound,
 * and first: the others start a moment later.
 */

let audio: AudioContext | undefined;

/** Longer than any two tabs differ in receiving the same message. */
const HELD_MS = 1_500;
const HEAD_START_MS = 150;

/** Browsers allow sound after a gesture only: take the first one, whatever it was. */
export function unlockSound(): void {
  const unlock = () => {
    audio ??= new AudioContext();
    void audio.resume();
  };
  for (const gesture of ["pointerdown", "keydown"]) addEventListener(gesture, unlock, { once: true, capture: true });
}

export function ring(chat_id: string, silently: boolean): void {
  if (silently) void once(chat_id, () => {});
  else if (audio?.state === "running") setTimeout(() => void once(chat_id, tone), HEAD_START_MS);
}

async function once(chat_id: string, play: () => void): Promise<void> {
  try {
    await navigator.locks.request(`semafor ${chat_id}`, { ifAvailable: true }, async (lock) => {
      if (!lock) return;
      play();
      await new Promise((resolve) => setTimeout(resolve, HELD_MS));
    });
  } catch {
    // Locks are denied together with storage: every tab plays for itself.
    play();
  }
}

function tone(): void {
  if (!audio) return;
  for (const [index, frequency] of [660, 880].entries()) {
    const at = audio.currentTime + index * 0.12;
    const oscillator = audio.createOscillator();
    const volume = audio.createGain();
    oscillator.frequency.value = frequency;
    volume.gain.setValueAtTime(0, at);
    volume.gain.linearRampToValueAtTime(0.12, at + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.001, at + 0.3);
    oscillator.connect(volume).connect(audio.destination);
    oscillator.start(at);
    oscillator.stop(at + 0.32);
  }
}
