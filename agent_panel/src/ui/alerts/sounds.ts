// Sounds made on the spot, so that there is no file to load: one short figure of tones per occasion.
import type { Occasion } from "../../state/settings.ts";

/** [frequency in Hz, start in s, length in s] */
type Tone = [number, number, number];

const FIGURES: Record<Occasion, Tone[]> = {
  assigned: [
    [587, 0, 0.14],
    [784, 0.14, 0.24],
  ],
  message: [[880, 0, 0.16]],
  waiting: [[440, 0, 0.18]],
  alarm: [
    [740, 0, 0.18],
    [523, 0.22, 0.18],
    [740, 0.44, 0.18],
    [523, 0.66, 0.28],
  ],
};

let context: AudioContext | null = null;

function tone(audio: AudioContext, [frequency, start, length]: Tone, volume: number): void {
  const oscillator = audio.createOscillator();
  const gain = audio.createGain();
  const from = audio.currentTime + start;
  oscillator.type = "triangle";
  oscillator.frequency.value = frequency;
  // A ramp at both ends: a tone that starts at full level clicks.
  gain.gain.setValueAtTime(0, from);
  gain.gain.linearRampToValueAtTime(volume * 0.4, from + 0.015);
  gain.gain.exponentialRampToValueAtTime(0.0005, from + length);
  oscillator.connect(gain).connect(audio.destination);
  oscillator.start(from);
  oscillator.stop(from + length + 0.02);
}

/** Plays an occasion's figure; called from a click (the test button) it also unlocks sound for the page. */
export function play(occasion: Occasion, volume: number): void {
  if (volume <= 0 || typeof AudioContext === "undefined") return;
  context ??= new AudioContext();
  void context.resume();
  for (const each of FIGURES[occasion]) tone(context, each, volume);
}
