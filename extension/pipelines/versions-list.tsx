// The versions of one line, newest first, ten thousand of them if there are so many; those that fit what is looked for.
import React, { useMemo } from 'react';
import type { VersionSummary } from '../../server/contract/pipelines.ts';
import { Semantic } from '../client/semantic-version.tsx';
import type { Lab } from '../tokens.ts';
import { List } from '../ui/list.tsx';
import { Search } from '../ui/search.tsx';
import { Empty } from '../ui/states.tsx';
import { Ago } from '../ui/time.tsx';
import { fits } from './version-words.ts';

const ROW = 48;

interface VersionsListProps {
  items: readonly VersionSummary[];
  /** Of the whole line, of which `items` may be the newest part. */
  total: number;
  shown: string | undefined;
  /** The version that all others are compared with, where somebody chose one. */
  base: string | undefined;
  search: string;
  find(text: string): void;
  show(version: string): void;
  more(): void;
  lab: Lab;
}

export function VersionsList(props: VersionsListProps): React.JSX.Element {
  const { items, total, shown, base, search, find, show, more, lab } = props;
  const { trans } = lab;
  const found = useMemo(() => items.filter(item => fits(item, search)), [items, search]);
  return (
    <nav className="sl-versions sl-scroll" aria-label={trans.__('Versions')}>
      <Search
        text={search}
        change={find}
        placeholder={trans.__('Number, tag, word or author')}
        label={trans.__('Find a version')}
      />
      <p className="sl-muted sl-pad" role="status">
        {search.trim() === ''
          ? trans._n('%2 version', '%2 versions', total, total.toLocaleString('en-US'))
          : trans.__(
              '%1 of %2 versions',
              found.length.toLocaleString('en-US'),
              total.toLocaleString('en-US')
            )}
      </p>
      {found.length === 0 && (
        <Empty
          text={trans.__('No version fits.')}
          action={{ label: trans.__('Clear the search'), run: () => find('') }}
        />
      )}
      <List
        items={found}
        idOf={({ version }) => version}
        rowHeight={ROW}
        label={trans.__('Versions')}
        selected={shown}
        select={({ version }) => show(version)}
        reachedEnd={more}
        row={version => <Row version={version} isBase={version.version === base} lab={lab} />}
      />
    </nav>
  );
}

interface RowProps {
  version: VersionSummary;
  isBase: boolean;
  lab: Lab;
}

function Row({ version: shown, isBase, lab: { trans } }: RowProps): React.JSX.Element {
  const { version, semantic, tags, message, author, time } = shown;
  return (
    <div className="sl-version">
      <span className="sl-version-line">
        <b>{version}</b> <Semantic semantic={semantic} trans={trans} />{' '}
        <span className="sl-clip">
          {isBase && <span className="sl-flag sl-live">{trans.__('compared with')}</span>}
          <Tags tags={tags} />
        </span>{' '}
        <Ago time={time} trans={trans} />
      </span>{' '}
      <span className="sl-muted sl-clip" title={`${message} · ${author}`}>
        {message} · {author}
      </span>
    </div>
  );
}

export function Tags({ tags }: { tags: readonly string[] }): React.JSX.Element {
  return (
    <>
      {tags.map(tag => (
        <span key={tag} className="sl-flag">
          {tag}
        </span>
      ))}
    </>
  );
}
