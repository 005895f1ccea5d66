// A note on a run, in Markdown; MLflow's own tag, so that its clients see it too.
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import React, { useState } from 'react';
import { setRunNote } from '../client/routes.ts';
import type { Lab } from '../tokens.ts';
import { Markdown } from '../ui/markdown.tsx';
import { Button } from '../ui/states.tsx';

interface RunNoteProps {
  lab: Lab;
  runId: string;
  note: string;
  rendermime: IRenderMimeRegistry;
}

export function RunNote({ lab, runId, note, rendermime }: RunNoteProps): React.JSX.Element {
  const { client, trans } = lab;
  const [draft, setDraft] = useState<string>();
  const save = async () => {
    const saved = await lab.act(() => client.call(setRunNote, { runId, note: draft ?? '' }));
    if (saved) setDraft(undefined);
  };
  if (draft !== undefined) {
    return (
      <section aria-label={trans.__('Note')}>
        <h3>{trans.__('Note')}</h3>
        <textarea
          className="sl-note"
          rows={6}
          maxLength={8000}
          value={draft}
          autoFocus
          aria-label={trans.__('Note, in Markdown')}
          onChange={event => setDraft(event.target.value)}
          onKeyDown={event => {
            if (event.key === 'Escape') setDraft(undefined);
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void save();
          }}
        />
        <div className="sl-actions sl-flush">
          <Button primary label={trans.__('Save')} onClick={() => void save()} />
          <Button label={trans.__('Cancel')} onClick={() => setDraft(undefined)} />
        </div>
      </section>
    );
  }
  if (note === '') {
    return (
      <p>
        <Button label={trans.__('Add a note')} onClick={() => setDraft('')} />
      </p>
    );
  }
  return (
    <section aria-label={trans.__('Note')}>
      <Markdown text={note} rendermime={rendermime} />
      <Button label={trans.__('Edit the note')} onClick={() => setDraft(note)} />
    </section>
  );
}
