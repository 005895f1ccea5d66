// What a file is, by its name, as MLflow tells its clients: whatever is text is plain text.

const TEXTS =
  'txt log err cfg conf cnf cf ini properties prop hocon toml yaml yml xml json js py py3 csv tsv md rst ipynb'.split(
    ' '
  );
/** Files that are known by their whole name. */
const NAMES = ['MLmodel', 'mlproject'];

const TYPES: Record<string, string> = {
  avif: 'image/avif',
  bmp: 'image/bmp',
  css: 'text/css',
  gif: 'image/gif',
  gz: 'application/gzip',
  htm: 'text/html',
  html: 'text/html',
  ico: 'image/vnd.microsoft.icon',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  mp3: 'audio/mpeg',
  mp4: 'video/mp4',
  pdf: 'application/pdf',
  png: 'image/png',
  svg: 'image/svg+xml',
  tar: 'application/x-tar',
  tif: 'image/tiff',
  tiff: 'image/tiff',
  wav: 'audio/x-wav',
  webm: 'video/webm',
  webp: 'image/webp',
  zip: 'application/zip'
};

export function mediaTypeOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  if (NAMES.includes(name)) return 'text/plain';
  const extension = dot < 0 ? '' : name.slice(dot + 1);
  if (TEXTS.includes(extension)) return 'text/plain';
  return TYPES[extension.toLowerCase()] ?? 'application/octet-stream';
}
