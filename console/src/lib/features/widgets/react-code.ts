/** The script of a snippet as a component: the same attributes, put into the page once. */
export function reactCode(snippet: string): string {
  const script = /<script\b([^>]*\bsrc=[^>]*)>/.exec(snippet)?.[1] ?? '';
  const attributes = [...script.matchAll(/([a-z-]+)(?:="([^"]*)")?/g)].map(([, name = '', value = '']) => ({ name, value }));
  const lines = attributes.map(({ name, value }) => `    script.setAttribute('${name}', '${value.replaceAll("'", "\\'")}');`);
  const src = attributes.find(({ name }) => name === 'src')?.value ?? '';
  // What a page without a signature says of its visitor stands in a script of its own.
  const said = /<script>\n([\s\S]*?)\n<\/script>/.exec(snippet)?.[1];
  const before = said ? `${said.replace(/^/gm, '    ')}\n` : '';
  return `import { useEffect } from 'react';

export function IdentifyButton() {
  useEffect(() => {
${before}    if (document.querySelector('script[src="${src}"]')) return;
    const script = document.createElement('script');
${lines.join('\n')}
    document.head.append(script);
  }, []);
  return <button className="countersign-identify">Get identification code</button>;
}`;
}
