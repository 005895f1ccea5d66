// The chosen version: what it is called and why, who made it when, and what can be done with it.
import React from 'react';
import type { VersionSummary } from '../../server/contract/pipelines.ts';
import { Semantic, verdictText } from '../client/semantic-version.tsx';
import type { Lab } from '../tokens.ts';
import { Button } from '../ui/states.tsx';
import { Ago } from '../ui/time.tsx';
import type { VersionVerbs } from './version-verbs.ts';
import type { VersionLine } from './version-words.ts';
import { Tags } from './versions-list.tsx';

interface VersionHeadProps {
  shown: VersionSummary;
  line: VersionLine;
  verbs: VersionVerbs;
  lab: Lab;
}

export function VersionHead({ shown, line, verbs, lab }: VersionHeadProps): React.JSX.Element {
  const { trans } = lab;
  const { version, semantic, message, author, time, steps, commit, tags } = shown;
  // Where nobody wrote a message it is the rule's reason, which stands in the verdict.
  const isVerdict = semantic.bump !== 'first' && message === semantic.reason;
  return (
    <header>
      <div className="sl-page-head">
        <h2>{version}</h2>
        <Semantic semantic={semantic} trans={trans} />
        <Tags tags={tags} />
        <span className="sl-fill" />
        <Button
          label={trans.__('Tag…')}
          title={trans.__('Give %1 a name', version)}
          onClick={() => void lab.act(() => verbs.tag(line, version))}
        />
        <Button
          label={trans.__('Branch…')}
          title={trans.__('Try something out beside the others, beginning at %1', version)}
          onClick={() => void lab.act(() => verbs.branch(line, version))}
        />
        <Button
          label={trans.__('Why…')}
          title={trans.__('What changed between a run that was good and %1', version)}
          onClick={() => verbs.why(line, version)}
        />
        <Button
          primary
          label={trans.__('Restore %1', version)}
          title={trans.__('Puts %1 back into the notebook; you can undo it', version)}
          onClick={() => void lab.act(() => verbs.restore(line, version))}
        />
      </div>
      {!isVerdict && <p>{message}</p>}
      <p className="sl-muted">
        {verdictText(semantic, trans)}
        <br />
        {author} · <Ago time={time} trans={trans} sentence /> ·{' '}
        {trans._n('%1 step', '%1 steps', steps)} ·{' '}
        <span className="sl-code" title={commit}>
          {commit.slice(0, 10)}
        </span>
        {line.branch !== undefined && ` · ${trans.__('on the branch %1', line.branch)}`}
      </p>
    </header>
  );
}
