// A component that is fetched when it is first shown.
import type { TranslationBundle } from '@jupyterlab/translation';
import React, { type ComponentType, useEffect, useState } from 'react';
import { Failing, Loading } from './states.tsx';

interface LazyProps<Props extends object> {
  load(): Promise<ComponentType<Props>>;
  props: Props;
  trans: TranslationBundle;
}

export function Lazy<Props extends object>({
  load,
  props,
  trans
}: LazyProps<Props>): React.JSX.Element {
  const [Part, setPart] = useState<ComponentType<Props>>();
  const [failed, setFailed] = useState<string>();
  useEffect(() => {
    load().then(
      part => setPart(() => part),
      (error: unknown) => setFailed(String(error))
    );
  }, [load]);
  if (failed !== undefined) {
    return (
      <Failing
        problem={{
          title: trans.__('This part could not be loaded'),
          detail: failed,
          remedy: trans.__('Reload the page')
        }}
        trans={trans}
      />
    );
  }
  return Part ? (
    <Boundary trans={trans}>
      <Part {...props} />
    </Boundary>
  ) : (
    <Loading label={trans.__('Loading')} />
  );
}

interface BoundaryProps {
  trans: TranslationBundle;
  children: React.ReactNode;
}

/** A fault in one panel stays in that panel. */
class Boundary extends React.Component<BoundaryProps, { error?: Error }> {
  override state: { error?: Error } = {};
  static getDerivedStateFromError(error: Error): { error: Error } {
    return { error };
  }
  override render(): React.ReactNode {
    const { trans, children } = this.props;
    if (!this.state.error) return children;
    const problem = { title: trans.__('This panel has a fault'), detail: this.state.error.message };
    return (
      <Failing
        problem={problem}
        retry={() => this.setState({ error: undefined as unknown as Error })}
        trans={trans}
      />
    );
  }
}
