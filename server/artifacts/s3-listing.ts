// What a bucket lists below a prefix, page by page.
import type { S3Client } from './s3-client.ts';

export interface S3Object {
  key: string;
  bytes: number;
  etag: string;
}

export interface S3Listing {
  objects: S3Object[];
  /** Prefixes of what lies deeper, when only one level was asked for. */
  folders: string[];
}

export async function* listBucket(
  client: S3Client,
  prefix: string,
  isDeep: boolean
): AsyncGenerator<S3Listing> {
  for (let token: string | undefined; ;) {
    const answer = await client.send({
      method: 'GET',
      query: {
        'list-type': '2',
        'encoding-type': 'url',
        prefix,
        ...(isDeep ? {} : { delimiter: '/' }),
        ...(token === undefined ? {} : { 'continuation-token': token })
      }
    });
    const xml = await answer.text();
    // Not every storage heeds the wish.
    const decode = textOf(xml, 'EncodingType') === 'url' ? decodeForm : (text: string) => text;
    yield {
      objects: elements(xml, 'Contents').map(content => ({
        key: decode(textOf(content, 'Key')),
        bytes: Number(textOf(content, 'Size')),
        etag: textOf(content, 'ETag')
      })),
      folders: elements(xml, 'CommonPrefixes').map(folder => decode(textOf(folder, 'Prefix')))
    };
    token = textOf(xml, 'NextContinuationToken');
    if (token === '') return;
  }
}

const elements = (xml: string, name: string): string[] =>
  [...xml.matchAll(new RegExp(`<${name}>(.*?)</${name}>`, 'gs'))].map(match => match[1]!);

/** @returns nothing at all as the empty text. */
export function textOf(xml: string, name: string): string {
  const [text = ''] = elements(xml, name);
  return text.replace(/&(lt|gt|quot|apos|amp|#(\d+)|#x([0-9a-f]+));/gi, (whole, name, ten, hex) => {
    if (ten) return String.fromCodePoint(Number(ten));
    if (hex) return String.fromCodePoint(parseInt(hex, 16));
    return { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' }[String(name)] ?? String(whole);
  });
}

const decodeForm = (text: string): string => decodeURIComponent(text.replaceAll('+', ' '));
