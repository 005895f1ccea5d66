import jupyter from '@jupyter/eslint-plugin';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  {
    ignores: [
      'lib/',
      'dist/',
      'bundle/',
      'node_modules/',
      '.venv/',
      '.stepladder/',
      '.engines/',
      'test-results/',
      'test/golden/files/'
    ]
  },
  ...tseslint.configs.recommended,
  {
    rules: {
      'max-lines': ['error', { max: 400, skipBlankLines: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      eqeqeq: ['error', 'always', { null: 'ignore' }]
    }
  },
  {
    files: ['server/**/*.ts', 'kernel-bridge/**/*.ts'],
    ignores: ['server/cli/**', '**/*.test.ts'],
    rules: { 'no-console': 'error' }
  },
  {
    files: ['server/**/*.ts'],
    ignores: ['server/config.ts', 'server/cli/**', '**/*.test.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Only config.ts reads the environment' }
      ]
    }
  },
  {
    files: ['extension/**/*.ts', 'extension/**/*.tsx'],
    plugins: { '@jupyter': jupyter },
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      ...(jupyter.configs.recommended.rules ?? {}),
      'no-console': ['error', { allow: ['warn', 'error'] }]
    }
  }
);
