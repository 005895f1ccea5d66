import { Argument, type Command, Option } from 'commander';
import {
  getModel,
  listModels,
  previewPromotion,
  promote,
  registerModel,
  setModelBump,
  undoPromotion
} from '../../contract/registry.ts';
import type { ModelSummary, ModelVersion, PromotionPreview } from '../../contract/registry.ts';
import { OverrideBump } from '../../contract/semantic-version.ts';
import { formatTime, formatValue, print, printJson, printTable } from '../output.ts';
import { withConnection } from '../session.ts';
import { reasonOf } from './version-parts.ts';

interface Json {
  json?: boolean;
}

export function registryCommands(program: Command): void {
  program
    .command('models')
    .description('list the registered models; with a name, its versions')
    .argument('[model]')
    .option('--json', 'one JSON object a line')
    .action(async (model: string | undefined, { json }: Json, command: Command) => {
      await withConnection(command, async ({ call }) => {
        if (model !== undefined) {
          const { all } = await call(getModel, { model });
          if (json) return all.forEach(printJson);
          return printTable(
            ['version', 'semantic', 'aliases', 'registered', 'run', 'metrics', 'why'],
            all.map(versionRow)
          );
        }
        const { items } = await call(listModels, {});
        if (json) return items.forEach(printJson);
        if (items.length === 0)
          return print(
            'No models yet: register the model of a run with "stepladder register MODEL RUN"'
          );
        printTable(['model', 'champion', 'latest', 'versions'], items.map(modelRow));
      });
    });

  program
    .command('register')
    .description('register the model that a run logged')
    .argument('<model>', 'name in the registry')
    .argument('<run>', 'id of the run')
    .option('--logged-model <name>', 'which one, when the run logged several')
    .addOption(bumpOption('the semantic version to raise, instead of what the rule says'))
    .option('--json')
    .action(
      async (
        model: string,
        runId: string,
        { loggedModel, bump, json }: Json & { loggedModel?: string; bump?: OverrideBump },
        command: Command
      ) => {
        await withConnection(command, async ({ call }) => {
          const version = await call(registerModel, {
            model,
            runId,
            ...(loggedModel === undefined ? {} : { loggedModel }),
            ...(bump === undefined ? {} : { bump })
          });
          if (json) return printJson(version);
          print(`Registered ${version.model} version ${version.version}`);
          printSemantic(version);
        });
      }
    );

  program
    .command('bump')
    .description('decide what a version of a model is to the one before it, instead of the rule')
    .argument('<model>')
    .argument('<version>')
    .addArgument(
      new Argument('[part]', 'the semantic version to raise (default: what the rule says)').choices(
        OverrideBump.options
      )
    )
    .option('--json')
    .action(
      async (
        model: string,
        version: string,
        part: OverrideBump | undefined,
        { json }: Json,
        command: Command
      ) => {
        await withConnection(command, async ({ call }) => {
          const bump = part === undefined ? {} : { bump: part };
          const answer = await call(setModelBump, { model, version: plain(version), ...bump });
          if (json) return printJson(answer);
          print(`${model} version ${answer.version}`);
          printSemantic(answer);
        });
      }
    );

  program
    .command('promote')
    .description('give a version an alias; what changes is shown first')
    .argument('<model>')
    .argument('<version>')
    .option('--alias <alias>', 'which alias', 'champion')
    .option('--dry-run', 'only show what would change')
    .option('--json')
    .action(
      async (
        model: string,
        version: string,
        options: Json & { alias: string; dryRun?: boolean },
        command: Command
      ) => {
        const { alias, dryRun, json } = options;
        await withConnection(command, async ({ call }) => {
          const preview = await call(previewPromotion, { model, version: plain(version), alias });
          if (!json) printPreview(preview);
          else if (dryRun) printJson(preview);
          if (dryRun) return;
          const detail = await call(promote, { model, version: plain(version), alias });
          if (json) return printJson(detail);
          print(`${model} version ${plain(version)} is now ${alias}`);
        });
      }
    );

  program
    .command('undo-promotion')
    .description('move an alias back to where it was')
    .argument('<model>')
    .option('--alias <alias>', 'which alias', 'champion')
    .option('--json')
    .action(async (model: string, { alias, json }: Json & { alias: string }, command: Command) => {
      await withConnection(command, async ({ call }) => {
        const detail = await call(undoPromotion, { model, alias });
        if (json) return printJson(detail);
        const holder = detail.all.find(version => version.aliases.includes(alias));
        print(
          holder
            ? `${alias} of ${model} is version ${holder.version} again`
            : `${model} has no ${alias} again`
        );
      });
    });
}

/** `v3` and `3` are the same version. */
const plain = (version: string) => version.replace(/^v(?=\d)/, '');

function printPreview({
  model,
  alias,
  candidate,
  current,
  metrics,
  params,
  endpoints
}: PromotionPreview): void {
  print(
    `${model} version ${candidate.version} as ${alias}${current ? `, in the place of version ${current.version}` : ''}`
  );
  for (const { key, current, candidate, verdict } of metrics) {
    print(
      `  ${key}: ${formatValue(current)} → ${formatValue(candidate)}${verdict === 'unknown' ? '' : ` (${verdict})`}`
    );
  }
  for (const { key, current, candidate } of params)
    print(`  ${key}: ${current ?? '–'} → ${candidate ?? '–'}`);
  if (endpoints.length > 0) print(`  switches: ${endpoints.join(', ')}`);
}

const bumpOption = (description: string) =>
  new Option('--bump <part>', description).choices(OverrideBump.options);

function printSemantic({ semantic }: ModelVersion): void {
  if (semantic) print(`  ${semantic.version}: ${reasonOf(semantic)}`);
}

function modelRow({ name, champion, latest, versions }: ModelSummary): string[] {
  return [
    name,
    champion ? `v${champion.version}` : '–',
    latest ? `v${latest.version}` : '–',
    String(versions)
  ];
}

function versionRow({
  version,
  semantic,
  aliases,
  createdTime,
  runName,
  metrics
}: ModelVersion): string[] {
  const values = Object.entries(metrics)
    .slice(0, 3)
    .map(([key, value]) => `${key} ${formatValue(value)}`);
  return [
    `v${version}`,
    semantic?.version ?? '',
    aliases.join(', '),
    formatTime(createdTime),
    runName ?? '',
    values.join(', '),
    semantic ? reasonOf(semantic) : ''
  ];
}
