// A search box that offers what could come next: arrow keys walk the offers, Tab or Enter takes one, Escape puts them away.
import React, { useRef, useState } from 'react';

export interface Offer {
  text: string;
  from: number;
  hint: string;
}

interface SuggestProps {
  text: string;
  change(text: string): void;
  offers(text: string, caret: number): readonly Offer[];
  placeholder: string;
  label: string;
  /** What is wrong with what was typed. */
  fault?: string | undefined;
}

export function Suggest(props: SuggestProps): React.JSX.Element {
  const { text, change, placeholder, label, fault } = props;
  const input = useRef<HTMLInputElement>(null);
  const [caret, setCaret] = useState(text.length);
  const [open, setOpen] = useState(false);
  const [current, setCurrent] = useState(-1);
  const offers = open ? props.offers(text, caret) : [];
  const list = `sl-offers-${label}`.replace(/[^\w-]/g, '_');

  const take = (offer: Offer) => {
    const begun = `${text.slice(0, offer.from)}${offer.text} `;
    change(begun + text.slice(caret).trimStart());
    setCurrent(-1);
    setCaret(begun.length);
    requestAnimationFrame(() => input.current?.setSelectionRange(begun.length, begun.length));
  };
  // Tab completes a word that was begun; else it leaves the box as everywhere.
  const begun = offers[0] !== undefined && offers[0].from < caret;
  const onKeyDown = (event: React.KeyboardEvent) => {
    const offer = offers[current] ?? (event.key === 'Tab' && begun ? offers[0] : undefined);
    if (event.key === 'ArrowDown' && offers.length === 0) setOpen(true);
    else if (event.key === 'ArrowDown') setCurrent((current + 1) % offers.length);
    else if (event.key === 'ArrowUp' && offers.length > 0)
      setCurrent(current <= 0 ? offers.length - 1 : current - 1);
    else if ((event.key === 'Enter' || event.key === 'Tab') && offer) take(offer);
    else if (event.key === 'Enter' || (event.key === 'Escape' && offers.length > 0)) setOpen(false);
    else if (event.key === 'Escape') change('');
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const seen = () => setCaret(input.current?.selectionStart ?? text.length);
  return (
    <div className="sl-search sl-suggest">
      <input
        ref={input}
        type="search"
        role="combobox"
        aria-expanded={offers.length > 0}
        aria-controls={list}
        aria-autocomplete="list"
        aria-activedescendant={offers[current] ? `${list}-${current}` : undefined}
        aria-invalid={fault !== undefined}
        aria-describedby={fault === undefined ? undefined : `${list}-fault`}
        autoComplete="off"
        spellCheck={false}
        value={text}
        placeholder={placeholder}
        aria-label={label}
        onChange={event => {
          change(event.target.value);
          setCaret(event.target.selectionStart ?? event.target.value.length);
          setOpen(true);
          setCurrent(-1);
        }}
        onFocus={() => {
          seen();
          setOpen(true);
        }}
        onBlur={() => setOpen(false)}
        onSelect={seen}
        onKeyDown={onKeyDown}
      />
      <ul
        className="sl-offers"
        role="listbox"
        id={list}
        aria-label={label}
        hidden={offers.length === 0}
      >
        {offers.map((offer, index) => (
          <li
            key={offer.text}
            id={`${list}-${index}`}
            role="option"
            aria-selected={index === current}
            // Before the box loses the focus.
            onMouseDown={event => {
              event.preventDefault();
              take(offer);
            }}
          >
            <span className="sl-code">{offer.text}</span>
            <span className="sl-muted">{offer.hint}</span>
          </li>
        ))}
      </ul>
      {fault !== undefined && (
        <p className="sl-bad sl-search-fault" id={`${list}-fault`} role="alert">
          {fault}
        </p>
      )}
    </div>
  );
}
