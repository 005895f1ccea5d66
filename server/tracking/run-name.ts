// Names for runs that nobody named: two words and a number, easy to say and to tell apart.
import { randomInt } from 'node:crypto';

const MOODS = (
  'able agile amber brave bright brisk calm candid clever crisp curious deft eager early fair fine fleet fond gentle glad ' +
  'golden grand happy honest humble jolly keen kind lively lucid lucky mellow merry mild neat nimble noble patient polite ' +
  'proud quick quiet rapid ready rosy serene sharp silent silver smart snug solid spry steady sunny swift tidy vivid warm wise witty'
).split(' ');

const CREATURES = (
  'ant badger bat bear bee beetle bison boar carp cat colt conch crab crane crow deer dove eel elk emu falcon ferret finch ' +
  'fox frog gnu goat goose grouse gull hare hawk heron horse ibis jay koala lark lynx mink mole moose moth mouse newt owl ' +
  'panda perch pike pony quail ram raven robin seal shad shrew skunk sloth snail stag stork swan toad trout turtle vole whale wren yak'
).split(' ');

export function createRunName(): string {
  return `${MOODS[randomInt(MOODS.length)]!}-${CREATURES[randomInt(CREATURES.length)]!}-${randomInt(1000)}`;
}
