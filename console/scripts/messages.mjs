// Which sentences of the English catalogue a language lacks, read from the sources. The build uses it to know which
// languages need English beside them; `npm run messages` prints it for translators.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const folder = new URL('../src/lib/messages/', import.meta.url).pathname;

const languages = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

/** @param {ts.Expression} node @returns {ts.Expression} */
function inner(node) {
  return ts.isAsExpression(node) || ts.isSatisfiesExpression(node) || ts.isParenthesizedExpression(node) ? inner(node.expression) : node;
}

/** @param {ts.Expression} node @param {string} path @param {Set<string>} found */
function walk(node, path, found) {
  const value = inner(node);
  if (!ts.isObjectLiteralExpression(value)) {
    found.add(path);
    return;
  }
  for (const property of value.properties) {
    if (!ts.isPropertyAssignment(property) && !ts.isMethodDeclaration(property)) continue;
    const key = ts.isIdentifier(property.name) || ts.isStringLiteral(property.name) ? property.name.text : property.name.getText();
    if (ts.isMethodDeclaration(property)) found.add(`${path}.${key}`);
    else walk(property.initializer, path ? `${path}.${key}` : key, found);
  }
}

/** The paths of all sentences of one language. @param {string} language @returns {Set<string>} */
export function sentences(language) {
  /** @type {Set<string>} */
  const found = new Set();
  for (const name of readdirSync(join(folder, language))) {
    if (['index.ts', 'first.ts', 'rest.ts'].includes(name) || !name.endsWith('.ts')) continue;
    const path = join(folder, language, name);
    const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
    for (const statement of source.statements) {
      if (!ts.isVariableStatement(statement) || !statement.modifiers?.some((one) => one.kind === ts.SyntaxKind.ExportKeyword)) continue;
      for (const { initializer } of statement.declarationList.declarations) if (initializer) walk(initializer, '', found);
    }
  }
  return found;
}

/** What is missing, and what English does not have any more, by language. */
export function gaps() {
  // What the server says stands in English on the server: every language has the same codes.
  const all = languages.map(sentences);
  const served = all.flatMap((own) => [...own].filter((path) => /^(server|explanation)\./.test(path)));
  const english = new Set([...sentences('en'), ...served]);
  return languages
    .filter((language) => language !== 'en')
    .map((language) => {
      const own = sentences(language);
      return {
        language,
        missing: [...english].filter((path) => !own.has(path)),
        left: [...own].filter((path) => !english.has(path))
      };
    });
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const wanted = process.argv[2];
  for (const { language, missing, left } of gaps()) {
    if (wanted && language !== wanted) continue;
    console.log(`${language}: ${missing.length} missing${left.length ? `, ${left.length} that English does not have` : ''}`);
    for (const path of missing) console.log(`  - ${path}`);
    for (const path of left) console.log(`  + ${path}`);
  }
}
