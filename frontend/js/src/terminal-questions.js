/**
 * What the reader is asked before something happens, and what they are told. The page draws the dialogs; what waits for
 * an answer stays here, one of each kind: a newer one takes the place of an older.
 */
export function createQuestions() {
  const waiting = new Map();
  let asked = () => undefined;
  let told = () => undefined;

  return {
    /** Asks `kind`, with two texts to show; `then(yes)` happens on the answer, inside the press that gives it. */
    ask: (kind, first, second, then) => {
      waiting.set(kind, then);
      asked(kind, first, second);
    },
    tell: (tone, text) => told(tone, text),
    dispose: () => {
      waiting.clear();
      asked = told = () => undefined;
    },
    functions: {
      onAsk: (callback) => (asked = callback),
      onTell: (callback) => (told = callback),
      answer: (kind, yes) => {
        const then = waiting.get(kind);
        waiting.delete(kind);
        then?.(yes);
      },
    },
  };
}
