import React from 'react';

interface SearchProps {
  text: string;
  change(text: string): void;
  placeholder: string;
  label: string;
}

/** Escape clears it. */
export function Search({ text, change, placeholder, label }: SearchProps): React.JSX.Element {
  return (
    <div className="sl-search">
      <input
        type="search"
        value={text}
        placeholder={placeholder}
        aria-label={label}
        onChange={event => change(event.target.value)}
        onKeyDown={event => event.key === 'Escape' && change('')}
      />
    </div>
  );
}
