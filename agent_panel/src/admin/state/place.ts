// Where somebody is in the settings, written as an address. Pure, so that addresses can be tested without a browser.
//
//   /admin                          the first page
//   /admin/departments              a page
//   /admin/departments/support      one thing on it

export interface Place {
  page: string;
  /** What of the page's things is open; null: none. "new" is one that is about to be added. */
  id: string | null;
}

const ROOT = "/admin";

/** The place that an address means; `first` where it names no page. */
export function placeOf(pathname: string, first: string): Place {
  const [page = "", id = ""] = pathname.replace(/^\/admin\/?/, "").split("/");
  return { page: page || first, id: decoded(id) };
}

export function addressOf(page: string, id: string | null = null): string {
  return id === null ? `${ROOT}/${page}` : `${ROOT}/${page}/${encodeURIComponent(id)}`;
}

function decoded(text: string): string | null {
  try {
    return text ? decodeURIComponent(text) : null;
  } catch {
    return null;
  }
}
