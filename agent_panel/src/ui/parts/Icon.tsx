// Line icons on a 16 px grid. Always beside a word or inside a control with a name, so they stay silent.
const PATHS = {
  hide: "M4 4l8 8M12 4l-8 8",
  pin: "M6 2.5h4l-.5 4 2 2.5h-7l2-2.5zM8 9v4.5",
  why: "M6 6a2 2 0 1 1 2.6 1.9c-.4.2-.6.5-.6 1V9.5M8 12v.1",
  back: "M10 3L5 8l5 5",
  card: "M2.5 3.5h11v9h-11zM9.5 3.5v9",
  gear: "M8 5.7a2.3 2.3 0 1 1 0 4.6 2.3 2.3 0 0 1 0-4.6zM8 1.8v2M8 12.2v2M1.8 8h2M12.2 8h2M3.6 3.6L5 5M11 11l1.4 1.4M12.4 3.6L11 5M5 11l-1.4 1.4",
  bell: "M4 11V7.5a4 4 0 0 1 8 0V11l1 1.5H3zM6.8 14h2.4",
  up: "M8 12.5v-9M4.5 7L8 3.5 11.5 7",
  urgent: "M8 2.5l6 10.5H2zM8 6.5v3M8 11v.1",
  down: "M8 3.5v9M4.5 9L8 12.5 11.5 9",
  check: "M3.5 8.5l3 3 6-7",
  checks: "M1.5 8.5l3 3 5.5-7M7.5 11l.5.5 6-7",
  clock: "M8 2.2a5.8 5.8 0 1 1 0 11.6A5.8 5.8 0 0 1 8 2.2zM8 5v3.2l2 1.3",
  shield: "M8 2l5 2v4c0 3-2 5-5 6-3-1-5-3-5-6V4zM5.8 8l1.6 1.6L10.4 6.5",
  mail: "M2 4h12v8.5H2zM2.3 4.5L8 9l5.7-4.5",
  plus: "M8 3v10M3 8h10",
  minus: "M3 8h10",
  out: "M6.5 2.5h-4v11h4M6.5 8h7M11 5.5L13.5 8 11 10.5",
  chevron: "M4.5 6.5L8 10l3.5-3.5",
  clip: "M13.3 7.6l-5.5 5.5a3.3 3.3 0 0 1-4.7-4.7l5.7-5.7a2.2 2.2 0 0 1 3.1 3.1l-5.6 5.7a1.1 1.1 0 0 1-1.6-1.6l5.2-5.2",
  file: "M4 2h5l3 3v9H4zM9 2v3h3",
  failed: "M8 2.2a5.8 5.8 0 1 1 0 11.6A5.8 5.8 0 0 1 8 2.2zM8 5v3.6M8 11v.1",
  returned: "M3 6.5h7a3 3 0 0 1 0 6H7M5.5 4L3 6.5 5.5 9",
  keys: "M1.8 4.5h12.4v7H1.8zM4.5 7v.1M7 7v.1M9.5 7v.1M12 7v.1M5 9.3h6",
  chat: "M2.5 3.5h11v7.5H7L4 13.5V11H2.5z",
  phone:
    "M5 2.5l1.6 3-1.3 1.3a8 8 0 0 0 3.9 3.9l1.3-1.3 3 1.6v1.6a1 1 0 0 1-1.1 1A10.6 10.6 0 0 1 2.4 3.6a1 1 0 0 1 1-1.1z",
  callback:
    "M4.6 4l1.2 2.3-1 1a6 6 0 0 0 3 3l1-1 2.3 1.2v1.2a.8.8 0 0 1-.9.8A8 8 0 0 1 2.6 4.9a.8.8 0 0 1 .8-.9zM9.5 6.5l4-4M9.5 3.3v3.2h3.2",
  widget: "M2 3h12v10H2zM2 5.8h12M8.5 8.5h3.5v2.5H8.5z",
  moon: "M12.8 9.8A5.5 5.5 0 0 1 6.2 3.2a5.5 5.5 0 1 0 6.6 6.6z",
  bulb: "M8 2a4 4 0 0 1 2.4 7.2c-.4.4-.6.8-.6 1.3H6.2c0-.5-.2-.9-.6-1.3A4 4 0 0 1 8 2zM6.5 13h3",
  code: "M5.5 4.5L2 8l3.5 3.5M10.5 4.5L14 8l-3.5 3.5",
  lock: "M3.5 7h9v6.5h-9zM5.5 7V5a2.5 2.5 0 0 1 5 0v2",
  star: "M8 2.2l1.8 3.7 4 .5-3 2.8.8 4L8 11.2l-3.6 2 .8-4-3-2.8 4-.5z",
  gone: "M2.5 3.5h7v9h-7M7 8h7M11.5 5.5L14 8l-2.5 2.5",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
