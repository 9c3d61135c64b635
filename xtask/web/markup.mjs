// What html-validate holds the markup against.

import { HtmlValidate, StaticConfigLoader } from "html-validate";

const validator = new HtmlValidate(
  new StaticConfigLoader({
    extends: ["html-validate:recommended", "html-validate:document", "html-validate:a11y"],
    rules: {
      // Lists and groups may have a name; only what ARIA forbids to be named is a fault.
      "aria-label-misuse": ["error", { allowAnyNamable: true }],
    },
  }),
);

/** What is wrong with the markup of a file. */
export async function markup(file) {
  const report = await validator.validateFile(file);
  return report.results.flatMap((result) =>
    result.messages.map((found) => `${found.line}:${found.column} ${found.ruleId}: ${found.message}`),
  );
}
