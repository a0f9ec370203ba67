/**
 * Wear the accent that the server has made fit to read (server/contrast.py), and follow the system's scheme.
 *
 * It stands in data-accent: accent and ink of the light scheme, then of the dark one; element.style is allowed by the page's policy, a
 * style attribute is not.
 */
export function wear(): void {
  const colours = document.body.dataset.accent?.split(" ");
  if (!colours) return;
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    const [accent, ink] = colours.slice(scheme.matches ? 2 : 0) as [string, string];
    const { style } = document.documentElement;
    style.setProperty("--accent", accent);
    style.setProperty("--accent-ink", ink);
    style.setProperty("--accent-soft", `color-mix(in srgb, ${accent} 12%, var(--surface))`);
  };
  apply();
  scheme.addEventListener("change", apply);
}
