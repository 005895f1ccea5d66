// What kernels do differently, in one place. Whoever is not named here is taken to follow the protocol.

export interface KernelDialect {
  /** Our hook may be put into such a kernel; nothing is ever injected into another. */
  readonly takesHook: boolean;
  /** Says errors by an `error` message; else by text on stderr and a reply with `status: error`. */
  readonly sendsErrorMessage: boolean;
}

/** By `implementation` of the kernel's info. */
export function dialectOf(implementation: string): KernelDialect {
  switch (implementation) {
    case 'ipython':
      return { takesHook: true, sendsErrorMessage: true };
    case 'tslab':
    case 'jslab':
      return { takesHook: false, sendsErrorMessage: false };
    default:
      return { takesHook: false, sendsErrorMessage: true };
  }
}

interface KernelSpec {
  readonly language: string;
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, unknown>>;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** What the kernelspec says of `takesHook` before the kernel itself has said anything. */
export function isIpykernel(spec: KernelSpec): boolean {
  return (
    spec.language.toLowerCase() === 'python' &&
    spec.argv.some(word => /^ipykernel(_launcher|$)/.test(word))
  );
}

/** Whether such a kernel, when Jupyter starts it here, has the environment that brings our hook. */
export function inheritsHook({ env = {}, metadata = {} }: KernelSpec): boolean {
  const isOwn = ['PYTHONSTARTUP', 'STEPLADDER_URL', 'STEPLADDER_TOKEN'].some(name => name in env);
  const provisioner = metadata['kernel_provisioner'] as { provisioner_name?: string } | undefined;
  const isLocal = (provisioner?.provisioner_name ?? 'local-provisioner') === 'local-provisioner';
  return isLocal && !isOwn;
}

/** The error in what tslab wrote to stderr: `TypeError: x is …` of an exception, `1:7 - Type …` of the type checker. */
export function errorInText(stderr: string): { name: string; value: string } {
  const lines = stderr
    // Terminal colours.
    .replace(/\u001b\[[0-9;]*m/g, '')
    .split('\n')
    .map(line => line.trim())
    .filter(Boolean);
  for (const line of [...lines].reverse()) {
    const thrown = /^(?:Uncaught )?([A-Za-z_$][\w$.]*(?:Error|Exception))(?:: (.*))?$/.exec(line);
    if (thrown) return { name: thrown[1]!, value: thrown[2] ?? '' };
  }
  const checked = lines.find(line => /^(?:\S+:)?\d+:\d+ - /.test(line));
  return checked
    ? { name: 'TypeScriptError', value: checked }
    : { name: 'Error', value: lines.at(-1) ?? '' };
}
