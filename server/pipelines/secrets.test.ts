import { expect, test } from 'vitest';
import { findSecrets, secretsIn } from './secrets.ts';

// Put together here, so that no tool that looks for secrets stumbles over this file.
const letters = 'aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hJ6lM9o';

test.each([
  ['an AWS access key', `key = "${'AKIA'}IOSFODNN7EXAMPL2"`],
  ['a GitHub token', `!git clone https://${'ghp'}_${letters.slice(0, 36)}@github.com/a/b`],
  ['an API key of a model provider', `client = OpenAI(api_key="${'sk'}-${letters}")`],
  ['an API key of a model provider', `client = Anthropic("${'sk'}-ant-api03-${letters}")`],
  ['a Hugging Face token', `login("${'hf'}_${letters.slice(0, 34)}")`],
  ['a Slack token', `WebClient("${'xoxb'}-1234567890-abcdefghij")`],
  ['a private key', `pem = """-----BEGIN ${'RSA PRIVATE'} KEY-----`],
  [
    'a connection string with a password',
    'create_engine("postgresql://ada:Tr0ub4dor@db.example.com/sales")'
  ],
  ['a connection string with a password', 'redis.from_url("redis://:s3cr3tpass@cache:6379")'],
  ['an Azure storage key', `"DefaultEndpointsProtocol=https;AccountKey=${letters}${letters}=="`],
  ['a bearer token', `headers = {"Authorization": "Bearer ${letters}"}`],
  ['a password or token', 'os.environ["DB_PASSWORD"] = "c0rrect-Horse"'],
  ['a password or token', "web.DataReader('AAPL', api_key='QZOB1Q2SK8AC1MUD')"],
  ['a password or token', 'token: str = "9f86d081884c7d659a2f"']
])('%s is found', (what, line) => {
  expect(secretsIn(`import os\n${line}`)).toMatchObject([{ line: 2, what }]);
});

test.each([
  'password = os.environ["DB_PASSWORD"]',
  'password = getpass.getpass("Password: ")',
  'api_key = "YOUR_API_KEY"',
  'api_key = "<your key here>"',
  'token = "${TOKEN}"',
  'create_engine("postgresql://user:password@localhost/db")',
  'tokenizer = AutoTokenizer.from_pretrained("bert-base-uncased")',
  '"tokenizer_class": "T5TokenizerFast2"',
  'model.config.pad_token = "[PAD]"',
  'max_tokens = 4096',
  'df = df.rename(columns={"secret_santa": "Santa 2024"})',
  'sns.heatmap(corr, cmap="viridis")  # token frequencies',
  '<label class="sk-toggleable__label sk-toggleable__label-arrow">Pipeline</label>',
  '#sk-container-id-12 div.sk-estimator-doc-link {color: black}',
  'commit = "2fd4e1c67a2d28fced849ee1bb76e7391b93eb12"',
  'key = "customer_id_2024"'
])('%s is none', line => {
  expect(secretsIn(line)).toEqual([]);
});

test('what is in an output is said of the output, and only enough is shown to find it', () => {
  const secret = `${'ghp'}_${letters.slice(0, 36)}`;
  const cell = {
    cell_type: 'code',
    metadata: {},
    source: 'print(token)',
    outputs: [{ output_type: 'stream', name: 'stdout', text: [`${secret}\n`] }]
  };
  const found = findSecrets({ cells: [cell], metadata: {}, nbformat: 4, nbformat_minor: 5 });
  expect(found.source).toEqual([]);
  expect(found.outputs).toMatchObject([{ cell: 0, remedy: expect.stringContaining('Clear') }]);
  expect(JSON.stringify(found)).not.toContain(secret);
});
