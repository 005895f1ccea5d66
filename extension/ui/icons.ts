import { LabIcon } from '@jupyterlab/ui-components';

const icon = (name: string, paths: string) =>
  new LabIcon({
    name: `stepladder:${name}`,
    svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24"><g class="jp-icon3" fill="#616161">${paths}</g></svg>`
  });

export const ladderIcon = icon(
  'ladder',
  '<path d="M6 2h2v20H6zM16 2h2v20h-2z"/><path d="M7 5h10v2H7zM7 11h10v2H7zM7 17h10v2H7z"/>'
);
export const modelIcon = icon(
  'model',
  '<path d="M12 2 3 7v10l9 5 9-5V7zm0 2.3L18 7.6 12 11 6 7.6zM5 9.3l6 3.4v6.5l-6-3.3zm14 0v6.6l-6 3.3v-6.5z"/>'
);
export const deployIcon = icon(
  'deploy',
  '<path d="M12 2 6 8h4v7h4V8h4z"/><path d="M4 17h2v3h12v-3h2v5H4z"/>'
);
export const stepIcon = icon(
  'step',
  '<circle cx="6" cy="5" r="3"/><circle cx="6" cy="19" r="3"/><circle cx="18" cy="12" r="3"/><path d="M5 7h2v10H5zM7 11h9v2H7z"/>'
);
export const runsIcon = icon(
  'runs',
  '<path d="M3 3h2v16h16v2H3z"/><path d="m7 15 4-6 4 3 5-7 1.6 1.2L15.4 15l-4-3-2.8 4.2z"/>'
);
export const proofIcon = icon('proof', '<path d="M4 9h16v2H4zM4 14h16v2H4z"/>');
export const runPipelineIcon = icon(
  'run-pipeline',
  '<circle cx="5" cy="5" r="2.6"/><circle cx="5" cy="19" r="2.6"/><path d="M4 7h2v10H4zM11 5v14l11-7z"/>'
);
