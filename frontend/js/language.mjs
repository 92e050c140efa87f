/**
 * The word lists of zxcvbn-ts, cut to their most frequent heads: whole, they are 740 KiB of brotli for a meter.
 * The lists are in order of frequency, so what is cut off would hardly lower an estimate; the server, which decides,
 * judges with its own.
 */
const KEPT = { "passwords-common": 30_000, "commonWords-en": 12_000, "lastnames-en": 6_000, "wikipedia-en": 0 };

/** An esbuild plugin: the module `nova:language` with { dictionary, graphs, translations }. */
export const language = {
  name: "language",
  setup(build) {
    build.onResolve({ filter: /^nova:language$/ }, ({ path }) => ({ path, namespace: "language" }));
    build.onLoad({ filter: /.*/, namespace: "language" }, async () => {
      const common = await import("@zxcvbn-ts/language-common");
      const english = await import("@zxcvbn-ts/language-en");
      const lists = Object.entries({ ...common.dictionary, ...english.dictionary })
        .map(([name, words]) => [name, words.slice(0, KEPT[name] ?? words.length)])
        .filter(([, words]) => words.length > 0)
        .map(([name, words]) => `${JSON.stringify(name)}:${JSON.stringify(words.join("\n"))}.split("\\n")`);
      return {
        contents: `export const dictionary = {${lists.join(",")}};
          export const graphs = ${JSON.stringify(common.adjacencyGraphs)};
          export const translations = ${JSON.stringify(english.translations)};`,
        loader: "js",
      };
    });
  },
};
