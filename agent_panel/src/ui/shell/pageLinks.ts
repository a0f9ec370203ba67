// Which links of the bar are seen at once, and which are behind "More".

export interface PageLink {
  href: string;
  words: string;
  /** One is on this page. */
  present: boolean;
}

interface Shares {
  shown: PageLink[];
  hidden: PageLink[];
}

/** The first `room` links, in their order; a present page further back takes the last one's place. A single link is
 * never hidden: it is not wider than the word "More". */
export function shareOut(links: readonly PageLink[], room: number): Shares {
  if (links.length <= room + 1) return { shown: [...links], hidden: [] };
  const present = links.findIndex((link) => link.present);
  const isFar = present >= room;
  const isShown = (index: number): boolean => (isFar ? index < room - 1 || index === present : index < room);
  return {
    shown: links.filter((_, index) => isShown(index)),
    hidden: links.filter((_, index) => !isShown(index)),
  };
}
