/** Moments as a visitor reads them, in their own zone and language. Pure: the present is an argument. */

const DAY_MS = 86_400_000;

export interface Calendar {
  /** "14:02" */
  clock: (at: string) => string;
  /** "Today", "Yesterday", "Monday 16 November" */
  day: (at: string) => string;
  /** "14:02" today, "tomorrow, 10:00", "Monday, 09:00", "16 November, 09:00" */
  moment: (at: string) => string;
  /** Two moments on the same day of the visitor. */
  sameDay: (one: string, other: string) => boolean;
}

export function calendar(language: string, now: () => number, timeZone?: string): Calendar {
  const zone = timeZone ? { timeZone } : {};
  const format = (options: Intl.DateTimeFormatOptions) => {
    const formatter = new Intl.DateTimeFormat(language, { ...options, ...zone });
    return (at: string) => formatter.format(Date.parse(at));
  };
  const clock = format({ hour: "2-digit", minute: "2-digit" });
  const weekday = format({ weekday: "long" });
  const date = format({ day: "numeric", month: "long" });
  const longDate = format({ weekday: "long", day: "numeric", month: "long" });
  const numbers = new Intl.DateTimeFormat("en-CA", { year: "numeric", month: "2-digit", day: "2-digit", ...zone });
  const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  /** Whole days from today to that day, by the calendar: 23:59 and 00:01 are one day apart. */
  const daysAhead = (at: string) =>
    Math.round((Date.parse(numbers.format(Date.parse(at))) - Date.parse(numbers.format(now()))) / DAY_MS);
  const capital = (text: string) => text.charAt(0).toLocaleUpperCase(language) + text.slice(1);

  return {
    clock,
    day: (at) => {
      const days = daysAhead(at);
      return capital(days === 0 || days === -1 ? relative.format(days, "day") : longDate(at));
    },
    moment: (at) => {
      const days = daysAhead(at);
      if (days === 0) return clock(at);
      if (Math.abs(days) === 1) return `${relative.format(days, "day")}, ${clock(at)}`;
      return `${days > 1 && days < 7 ? weekday(at) : date(at)}, ${clock(at)}`;
    },
    sameDay: (one, other) => numbers.format(Date.parse(one)) === numbers.format(Date.parse(other)),
  };
}
