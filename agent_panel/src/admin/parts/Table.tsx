// A table that becomes a list of cards on a phone: every cell carries the name of its column.
import type { ComponentChildren } from "preact";

export interface Column<R> {
  name: string;
  /** The first column names the row. */
  cell: (row: R) => ComponentChildren;
  class?: string;
}

export interface TableProps<R> {
  caption: string;
  columns: readonly Column<R>[];
  rows: readonly R[];
  keyOf: (row: R) => string;
  /** Rows that matter less, such as closed or disabled ones. */
  faded?: (row: R) => boolean;
}

export function Table<R>({ caption, columns, rows, keyOf, faded }: TableProps<R>) {
  return (
    <table class="table">
      <caption class="sr">{caption}</caption>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column.name} scope="col" class={column.class}>
              {column.name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={keyOf(row)} class={faded?.(row) ? "faded" : undefined}>
            {columns.map((column, index) =>
              index === 0 ? (
                <th key={column.name} scope="row" class={column.class}>
                  {column.cell(row)}
                </th>
              ) : (
                <td key={column.name} class={column.class} data-name={column.name}>
                  <div>{column.cell(row)}</div>
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
