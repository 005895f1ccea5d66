// Which names each cell takes in and hands on, and the questions about source code that pipelines and exports ask.
import type { NotebookAnalysis } from '../contract/analysis.ts';
import type { Notebook } from '../contract/notebook.ts';
import { assets } from './assets.ts';
import { bounded, withoutGuesses } from './bounded.ts';
import { readKnowledge } from './interpret/knowledge.ts';
import type { Dialect } from './interpret/machine.ts';
import { languageOf } from './language.ts';
import type { Outline } from './outline.ts';
import { analyzePython } from './python/analyze.ts';
import { createPythonDialect } from './python/dialect.ts';
import { toPlainPython } from './python/magics.ts';
import { normalisePython } from './python/normalise.ts';
import { importedModules, outlinePython } from './python/outline.ts';
import { readPythonCell } from './python/read-cell.ts';
import { createPythonParser } from './python/syntax.ts';
import { remember } from './remember.ts';
import { suggestName } from './step-name.ts';
import { typeScriptAnalysis, typeScriptOutline, typeScriptReader } from './typescript/lazy.ts';

export { chooseWriter } from './choose.ts';
export { copyFolder, LARGEST_COPY } from './evidence-folder.ts';
export { analyzeWithEvidence, type EvidenceOptions } from './evidence.ts';
export type { Outline, OutlinePart } from './outline.ts';
export type Language = NotebookAnalysis['language'];

export interface AnalysisService {
  /** Static: no kernel needed. Syntax errors are findings, not exceptions. */
  analyze(notebook: Notebook): NotebookAnalysis;
  /** The code without comments and formatting, magics kept: equal for cells that do the same. */
  normalise(source: string, language?: Language): string;
  /** A step name that fits `STEP_NAME`, from the markdown above the cell or from its code. */
  suggestName(source: string, heading?: string): string;
  /** Top-level packages that the code imports. */
  importsOf(source: string, language?: Language): string[];
  /** Magics and shell lines as plain Python with the same lines: `%time f()` becomes `f()`, `!ls` a subprocess. */
  stripMagics(source: string): string;
  /** The cell's top-level statements, sorted into imports, definitions and the rest. */
  definitionsOf(source: string, language?: Language): Outline;
}

export async function createAnalysisService(): Promise<AnalysisService> {
  const parse = await createPythonParser();
  const dialect = createPythonDialect(parse);
  const pythonLibraries = readKnowledge(assets.pythonKnowledge());
  const typescriptLibraries = readKnowledge(assets.typescriptKnowledge());
  const plain = (source: string) => toPlainPython(source).source;
  let typescript: Dialect | undefined;

  function analyzeTypeScript(notebook: Notebook): NotebookAnalysis {
    const part = typeScriptAnalysis();
    typescript ??= part.createTypeScriptDialect();
    return part.analyzeTypeScript(notebook, readTypeScript, typescript, typescriptLibraries);
  }

  function analyzeWithin(whole: Notebook, strict: boolean): NotebookAnalysis {
    const language = languageOf(whole);
    const { notebook, findings } = bounded(whole, language, strict);
    const found =
      language === 'typescript'
        ? analyzeTypeScript(notebook)
        : analyzePython(notebook, readPython, dialect, pythonLibraries);
    if (findings.length === 0) return found;
    return { ...found, findings: [...findings, ...withoutGuesses(found.findings, findings)] };
  }

  const readPython = remember(source => readPythonCell(parse, source));
  const readTypeScript = remember(source => typeScriptReader().readTypeScriptCell(source));
  const normalisePythonCell = remember(source => {
    const code = plain(source);
    return normalisePython(parse(code, true), code);
  });
  const pythonImports = remember(source => importedModules(parse(plain(source))));
  const outlinePythonCell = remember(source => outlinePython(parse(plain(source))));
  return {
    analyze(notebook) {
      try {
        return analyzeWithin(notebook, false);
      } catch (error) {
        // Nested deeper than the stack.
        if (error instanceof RangeError) return analyzeWithin(notebook, true);
        throw error;
      }
    },
    normalise(source, language = 'python') {
      if (language === 'typescript') return typeScriptOutline().normaliseTypeScript(source);
      return normalisePythonCell(source);
    },
    suggestName,
    importsOf: (source, language = 'python') =>
      language === 'typescript'
        ? typeScriptOutline().typeScriptModules(source)
        : pythonImports(source),
    stripMagics: plain,
    definitionsOf: (source, language = 'python') =>
      language === 'typescript'
        ? typeScriptOutline().outlineTypeScript(source)
        : outlinePythonCell(source)
  };
}
