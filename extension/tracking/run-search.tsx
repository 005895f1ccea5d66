// The search box over runs, with completion; while somebody types, what was found before stands.
import React, { useEffect, useRef, useState } from 'react';
import type { Lab } from '../tokens.ts';
import { Suggest } from '../ui/suggest.tsx';
import { completionsOf, type KnownKeys, readSearch, type Search } from './search.ts';

const NONE: KnownKeys = { params: [], metrics: [], tags: [] };
const PAUSE = 250;

/** The filter to be asked for: after a pause, and only when the text is one. */
export function useSearch(text: string, known: KnownKeys | undefined): Search {
  const [settled, settle] = useState(text);
  const last = useRef<string | undefined>(undefined);
  useEffect(() => {
    const timer = setTimeout(() => settle(text), PAUSE);
    return () => clearTimeout(timer);
  }, [text]);
  const read = readSearch(settled, known ?? NONE);
  if (!read.unfinished) last.current = read.filter;
  return { filter: last.current, unfinished: read.unfinished ?? false };
}

interface RunSearchProps {
  lab: Lab;
  text: string;
  change(text: string): void;
  known: KnownKeys | undefined;
  placeholder?: string;
  fault?: string | undefined;
}

export function RunSearch(props: RunSearchProps): React.JSX.Element {
  const { lab, text, change, known, fault } = props;
  const { trans } = lab;
  return (
    <Suggest
      text={text}
      change={change}
      offers={(text, caret) => completionsOf(text, caret, known ?? NONE)}
      placeholder={props.placeholder ?? 'rmse < 21 and rounds = 200'}
      label={trans.__('Search runs')}
      fault={fault}
    />
  );
}
