// Names that the server takes, checked where they are written: later nobody would be there to hear that one was refused.
const LONGEST = 250;

/** Of a param, metric or tag. @throws TypeError, RangeError */
export function checkedKey(key: string): string {
  if (typeof key !== 'string' || key === '') throw new TypeError('A key is text that is not empty');
  if (key.length > LONGEST)
    throw new RangeError(`The key "${key.slice(0, 40)}…" is longer than ${LONGEST} characters`);
  if (!/^[/\p{L}\p{N}_.\- :]*$/u.test(key))
    throw new RangeError(
      `The key "${key}" may only have letters, digits, underscores, dashes, periods, spaces, colons and slashes`
    );
  if (key.split('/').some(part => ['', '.', '..'].includes(part)))
    throw new RangeError(`The key "${key}" would be another name as the path of a file`);
  return key;
}

/** @throws TypeError, RangeError */
export function checkedModelName(name: string): string {
  if (typeof name !== 'string' || name === '')
    throw new TypeError('logModel: the name is text that is not empty');
  const found = /[/:.%"']/.exec(name);
  if (found) throw new RangeError(`logModel: the name "${name}" must not have ${found[0]}`);
  return name;
}
