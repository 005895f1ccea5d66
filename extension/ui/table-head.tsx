import React from 'react';

/** The row of names above a table's columns. */
export function TableHead({ children }: { children: React.ReactNode }): React.JSX.Element {
  return (
    <thead>
      <tr>{children}</tr>
    </thead>
  );
}

interface ColumnProps {
  /** Stands over numbers, which are aligned right. */
  number?: boolean;
  children: React.ReactNode;
}

export function Column({ number = false, children }: ColumnProps): React.JSX.Element {
  return (
    <th scope="col" className={number ? 'sl-number' : undefined}>
      {children}
    </th>
  );
}
