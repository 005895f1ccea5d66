// What kernels do differently, in one place. Whoever is not named here is taken to follow the protocol.

export interface KernelDialect {
  /** Our hook may be put into such a kernel; nothing is ever injected into another. */
  readonly takesHook: boolean;
  /** Says errors by an `error` message; else by text on stderr and a reply with `status: error`. */
  readonly sendsErrorMessage: boolean;
}

/** By `implementation` of the kernel's info, or by the kernelspec's name before that has arrived. */
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
