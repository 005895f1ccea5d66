// Carries out what the knowledge says of one library function or method.
import { alter, consume, itemsOf } from './access.ts';
import { callBack, changeDeep, type Call, type Given } from './calls.ts';
import type { ArgRef, Effect } from './knowledge.ts';
import { change, type Machine } from './machine.ts';
import { addItems, reachable, type Obj, type Values } from './objects.ts';
import { readNamesIn } from './reflection.ts';
import * as resource from './resources.ts';
import { resultOf } from './results.ts';

export interface Use {
  call: Call;
  path: string;
  receiver?: Obj;
}

export const argument = (given: Given[], ref: ArgRef): Values | undefined =>
  typeof ref === 'string'
    ? given.find(each => each.name === ref)?.values
    : (given.filter(each => each.name === undefined)[ref]?.values ??
      (ref === 0
        ? given.find(each =>
            /^(path|filepath|filename|file|fname|path_or_buf|filepath_or_buffer|io|buf|fp|savefile)/.test(
              each.name ?? ''
            )
          )?.values
        : undefined));

export function applyEffect(m: Machine, effect: Effect, use: Use): Values {
  const { given } = use.call;
  const { receiver } = use;
  applyStrings(m, effect, use);
  callBackFor(m, effect, use);
  for (const each of given)
    if (effect.gives !== 'iterator' && effect.gives !== 'decorated')
      for (const value of each.values)
        if (!(effect.mutates && value === argument(given, 0)?.[0])) consume(m, value);
  applyChanges(m, effect, use);
  applyState(m, effect, use);
  applyFiles(m, effect, use);
  if (effect.shows) showAll(m, given);
  const result = resultOf(m, effect, use);
  if (receiver && effect.marks) (receiver.marks ??= new Set()).add(effect.marks);
  return result;
}

function applyStrings(m: Machine, effect: Effect, { call: { given } }: Use): void {
  if (!effect.strings) return;
  for (const each of given)
    for (const value of each.values)
      if (typeof value.constant === 'string') readNamesIn(m, value.constant, effect.strings);
}

function callBackFor(m: Machine, effect: Effect, { call, receiver }: Use): void {
  if (effect.gives === 'decorated' || effect.gives === 'partial' || effect.gives === 'piped')
    return;
  const whole = receiver && !['frame', 'series', 'array'].includes(receiver.kind) ? [receiver] : [];
  callBack(m, call.given, whole);
  if (effect.callsBack && receiver)
    for (const each of reachable([receiver]))
      if (each.kind === 'function' || each.kind === 'bound')
        callBack(m, [{ values: [each], spread: false }], []);
}

function applyChanges(m: Machine, effect: Effect, { call: { given }, receiver }: Use): void {
  if (effect.reloads)
    for (const value of argument(given, 0) ?? []) resource.readModuleFile(m, value.path ?? '');
  const refs = Array.isArray(effect.mutates) ? effect.mutates : (effect.mutatesArgs ?? []);
  for (const ref of refs) {
    const values = argument(given, ref) ?? [];
    for (const value of values) {
      alter(m, value, values.length > 1);
      if (typeof effect.puts === 'number') addItems(value, argument(given, effect.puts) ?? []);
    }
  }
  if (!receiver) return;
  if (effect.mutates === 'deep') changeDeep(m, receiver);
  else if (effect.mutates === true) alter(m, receiver);
  if (effect.mutatesContained && receiver.marks?.has(effect.mutatesContained))
    for (const part of reachable(receiver.items ?? []))
      if (part.kind === 'estimator') change(m, part);
  const first = given.filter(each => each.name !== 'key');
  if (effect.puts === true) for (const each of first) addItems(receiver, each.values);
  if (effect.putsItems) for (const each of first) addItems(receiver, itemsOf(m, each.values));
}

function applyState(m: Machine, effect: Effect, { call: { given }, receiver }: Use): void {
  if (effect.seeds) resource.seed(m, effect.seeds);
  if (effect.draws && drawsNow(effect, given)) resource.drawFrom(m, effect.draws);
  if (effect.drawsIf && receiver?.marks?.has(effect.drawsIf)) resource.drawFrom(m, 'rng:numpy');
  if (effect.sets === 'cwd') resource.writeResource(m, 'cwd');
  else if (effect.sets) resource.setState(m, effect.sets);
  if (effect.readsState) resource.readIfSet(m, effect.readsState);
  if (effect.readsSelfState && receiver) {
    resource.readIfSet(m, receiver.text ?? '');
    for (const part of reachable(receiver.items ?? [])) alter(m, part, true);
  }
  if (effect.env !== undefined)
    resource.readEnvironment(m, effect.env === '*' ? '*' : (argument(given, effect.env) ?? '*'));
  if (effect.setsEnv === undefined) return;
  const names =
    effect.setsEnv === 'keys' || effect.setsEnv === '*'
      ? '*'
      : (argument(given, effect.setsEnv) ?? '*');
  resource.writeEnvironment(m, names);
}

/** An explicit seed or generator keeps the global one out of it; `None` does not. */
function drawsNow(effect: Effect, given: Given[]): boolean {
  if (!effect.drawsUnless) return true;
  const explicit = given.find(each => each.name === effect.drawsUnless);
  return !explicit || explicit.values.some(value => value.constant === null);
}

function applyFiles(m: Machine, effect: Effect, use: Use): void {
  const { call, receiver } = use;
  const { given } = call;
  const at = (ref: ArgRef): Values =>
    (argument(given, ref) ?? []).filter(
      value =>
        !['file', 'unknown'].includes(value.kind) ||
        value.text !== undefined ||
        value.kind === 'unknown'
    );
  if (effect.readsFile !== undefined) readAny(m, at(effect.readsFile));
  if (effect.writes === 'savedTo') resource.touchFile(m, lastPath(given), 'w');
  else if (effect.writes !== undefined) writeAny(m, at(effect.writes));
  if (effect.opens !== undefined) openFile(m, at(effect.opens), effect, given, 1);
  if (effect.lists !== undefined) resource.listFiles(m, argument(given, effect.lists));
  if (effect.renames) for (const ref of effect.renames) resource.touchFile(m, at(ref), 'w');
  if (effect.copies) {
    resource.touchFile(m, at(effect.copies[0]), 'r');
    resource.touchFile(m, at(effect.copies[1]), 'w');
  }
  if (effect.shell !== undefined)
    for (const each of argument(given, effect.shell) ?? []) runCommand(m, each);
  if (!receiver) return;
  if (effect.writesSelf) resource.touchFile(m, [receiver], 'w');
  if (effect.readsSelf) resource.touchFile(m, [receiver], 'r');
  if (effect.opensSelf) openFile(m, [receiver], effect, given, 0);
  if (effect.listsSelf) resource.listFiles(m, [receiver]);
}

/** A command line, or the list of its words. */
function runCommand(m: Machine, command: Obj): void {
  const words =
    command.kind === 'list' ? resource.texts(command.items ?? []) : resource.texts([command]);
  // `bash -c` and a script: the script is the command.
  if (words[1] === '-c' && words[2] !== undefined) resource.runShell(m, words[2]);
  else resource.runShell(m, words.filter(word => !word.startsWith('‹')).join(' '));
}

/** A handle in place of a path: the handle changes, its file was named when it was opened. */
function writeAny(m: Machine, values: Values): void {
  for (const value of values)
    if (value.kind === 'file' || value.kind === 'connection') alter(m, value);
  resource.touchFile(m, values.filter(isPath), 'w');
}

function readAny(m: Machine, values: Values): void {
  resource.touchFile(m, values.filter(isPath), 'r');
}

const isPath = (value: Obj) => ['imm', 'path', 'unknown'].includes(value.kind);

function lastPath(given: Given[]): Values {
  return given
    .flatMap(each => each.values)
    .filter(
      value =>
        typeof value.constant === 'string' || value.kind === 'path' || value.text !== undefined
    );
}

/** How a call opens its file: to read, to write, or both. */
export function openingOf(effect: Effect, given: Given[], modeAt = 1): 'r' | 'w' | 'rw' {
  const [name, position] = effect.opensMode ?? ['mode', modeAt];
  const mode = argument(given, name) ?? argument(given, position);
  const letters = String(mode?.[0]?.constant ?? 'r');
  return effect.always ?? (/[ax+]/.test(letters) ? 'rw' : letters.includes('w') ? 'w' : 'r');
}

function openFile(m: Machine, paths: Values, effect: Effect, given: Given[], modeAt: number): void {
  const how = openingOf(effect, given, modeAt);
  resource.touchFile(m, paths.filter(isPath), how);
}

/** What is printed looks as the library's options say. */
function showAll(m: Machine, given: Given[]): void {
  const kinds = new Set(
    given.flatMap(each => [...reachable(each.values)].map(value => value.kind))
  );
  if (kinds.has('array')) resource.readIfSet(m, 'opt:numpy');
  if (kinds.has('frame') || kinds.has('series')) resource.readIfSet(m, 'opt:pandas');
}
