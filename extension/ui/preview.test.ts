import { expect, test } from 'vitest';
import { sealedHtml } from './preview.tsx';

test('a logged HTML file comes after the policy that shuts it in', () => {
  const sealed = sealedHtml('<script>fetch("/api")</script>');
  expect(sealed.indexOf("default-src 'none'")).toBeLessThan(sealed.indexOf('<script>'));
  expect(sealed).not.toMatch(/connect-src/);
});
