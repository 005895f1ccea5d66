import type { NotebookAnalysis } from '../contract/analysis.ts';
import type { Notebook } from '../contract/notebook.ts';

/** The notebook's language, by its kernel; Python when it does not say. */
export function languageOf({ metadata }: Notebook): NotebookAnalysis['language'] {
  const { kernelspec, language_info } = metadata as Record<
    string,
    Record<string, unknown> | undefined
  >;
  const said = [kernelspec?.['language'], kernelspec?.['name'], language_info?.['name']];
  return said.some(each => /^(typescript|javascript|tslab|jslab)/i.test(String(each ?? '')))
    ? 'typescript'
    : 'python';
}
