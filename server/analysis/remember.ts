/** Cells kept at most; an edit changes one of them, so the others need no second look. */
const MOST = 4000;
/** Larger sources are not kept: they would crowd out what is edited. */
const LONGEST = 50_000;

/** The last answers of a pure function of a cell's source. */
export function remember<Answer>(read: (source: string) => Answer): (source: string) => Answer {
  const answers = new Map<string, Answer>();
  return source => {
    const known = answers.get(source);
    if (known !== undefined) {
      answers.delete(source);
      answers.set(source, known);
      return known;
    }
    const answer = read(source);
    if (source.length > LONGEST) return answer;
    answers.set(source, answer);
    const oldest = answers.keys().next().value;
    if (answers.size > MOST && oldest !== undefined) answers.delete(oldest);
    return answer;
  };
}
