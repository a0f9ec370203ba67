// Where somebody wanted to go who had to sign in first: /agent?next=/admin/people leads there afterwards.

/** Only pages of our own, with their filters: an address elsewhere, however it is written, is none. */
const OURS = /^\/(admin|manager|account)(\/[a-z0-9/_-]*)?(\?[\w.~%=&+-]*)?$/;

export function nextPage(search: string): string | null {
  const next = new URLSearchParams(search).get("next") ?? "";
  return OURS.test(next) ? next : null;
}
