/** Somebody's text: never markup; addresses of pages become links. */
const ADDRESS = /(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]])/;

export function Text({ children }: { children: string }) {
  // split with one group: every odd part is an address
  return (
    <>
      {children.split(ADDRESS).map((part, index) =>
        index % 2 ? (
          <a key={`${index}${part}`} href={part} target="_blank" rel="noreferrer nofollow">
            {part}
          </a>
        ) : (
          part
        ),
      )}
    </>
  );
}
