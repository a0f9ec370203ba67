// The values of a chart as a table, folded away, in pages.

import { useState } from "preact/hooks";

export interface TableProps {
  summary: string;
  caption: string;
  head: string[];
  rows: (string | number)[][];
  words: { earlier: string; later: string; page: (page: number, pages: number) => string };
}

const PAGE_ROWS = 50;

export function ValueTable({ summary, caption, head, rows, words }: TableProps) {
  const [wanted, setPage] = useState(0);
  const pages = Math.max(1, Math.ceil(rows.length / PAGE_ROWS));
  const page = Math.min(wanted, pages - 1);
  const shown = rows.slice(page * PAGE_ROWS, (page + 1) * PAGE_ROWS);
  return (
    <details class="values">
      <summary>{summary}</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table scrolls, and must do so by keyboard too */}
      {/* biome-ignore lint/a11y/useSemanticElements: a named region around the table, not a group of fields */}
      <div class="scroll" tabIndex={0} role="group" aria-label={caption}>
        <table class="num">
          <caption class="unseen">{caption}</caption>
          <thead>
            <tr>
              {head.map((name) => (
                <th scope="col" key={name}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((cells) => (
              <tr key={cells.join()}>
                {cells.map((cell, i) =>
                  i ? (
                    <td key={head[i]}>{cell}</td>
                  ) : (
                    <th scope="row" key={head[i]}>
                      {cell}
                    </th>
                  ),
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {pages > 1 && (
        <p class="pager small">
          <button type="button" class="btn quiet" disabled={page === 0} onClick={() => setPage(page - 1)}>
            {words.earlier}
          </button>
          <span>{words.page(page + 1, pages)}</span>
          <button type="button" class="btn quiet" disabled={page === pages - 1} onClick={() => setPage(page + 1)}>
            {words.later}
          </button>
        </p>
      )}
    </details>
  );
}
