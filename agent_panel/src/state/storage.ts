// The browser's storage, which may be full, denied or absent; the panel works without it, it only forgets more.

export function load(key: string): string | null {
  try {
    return localStorage.getItem(`semafor.${key}`);
  } catch {
    return null;
  }
}

export function save(key: string, value: unknown): void {
  try {
    localStorage.setItem(`semafor.${key}`, JSON.stringify(value));
  } catch {
    // Nothing to do: what is on the screen is still right, only a reload will not find it.
  }
}
