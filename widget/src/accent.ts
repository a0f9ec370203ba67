/**
 * The site's accent colour, made fit to read: 4.5:1 as text on the panel's ground, and with black or white on it (WCAG 1.4.3).
 *
 * A colour that is not fit is moved towards black (light scheme) or white (dark scheme) until it is; what is no colour is ignored.
 */

type Rgb = [number, number, number];

export function parse(colour: string): Rgb | null {
  const short = /^#([\da-f])([\da-f])([\da-f])$/i.exec(colour);
  const full = /^#([\da-f]{2})([\da-f]{2})([\da-f]{2})$/i.exec(colour);
  const parts = full?.slice(1) ?? short?.slice(1).map((digit) => digit + digit);
  return parts ? (parts.map((part) => Number.parseInt(part, 16)) as Rgb) : null;
}

/** Relative luminance, 0 to 1, as WCAG 2 defines it. */
function luminance(rgb: Rgb): number {
  const [red, green, blue] = rgb.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** 1 to 21 */
export function contrast(one: Rgb, other: Rgb): number {
  const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

const WHITE: Rgb = [255, 255, 255];
const BLACK: Rgb = [0, 0, 0];
/** The least favourable grounds that accent-coloured text stands on: accent-soft, light and dark. */
const LIGHT_GROUND: Rgb = [232, 238, 252];
const DARK_GROUND: Rgb = [35, 43, 58];

export interface Accent {
  accent: string;
  ink: string;
}

/** `share` of the way from one colour to the other. */
const mix = (from: Rgb, to: Rgb, share: number): Rgb =>
  from.map((part, index) => Math.round(part + ((to[index] as number) - part) * share)) as Rgb;

export function fit(colour: string, dark: boolean): Accent | null {
  const given = parse(colour);
  if (!given) return null;
  const [ground, towards] = dark ? [DARK_GROUND, WHITE] : [LIGHT_GROUND, BLACK];
  for (let share = 0; share <= 1; share += 0.05) {
    const accent = mix(given, towards, share);
    if (contrast(accent, ground) < 4.5) continue;
    const ink = contrast(accent, WHITE) >= 4.5 ? "#ffffff" : "#000000";
    return { accent: `rgb(${accent.join(" ")})`, ink };
  }
  return null;
}
