// Answers for tests what the hosts' own programs say: reads JSON from standard input, a
// list of {dialect, redirects, headers, paths, queries}, and writes a list of {rules, answers, fields}.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { mkdtemp, writeFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const modules = process.argv[2];
const require = createRequire(join(modules, 'x.js'));
const load = (path) => import(pathToFileURL(join(modules, path)));

const redirector = require('netlify-redirector');
const { parseAllRedirects } = await load('@netlify/redirect-parser/lib/index.js');
const { createMetadataObject } = await load('@cloudflare/pages-shared/dist/metadata-generator/createMetadataObject.js');
const { generateHandler } = await load('@cloudflare/pages-shared/dist/asset-server/handler.js');

const scratch = await mkdtemp(join(tmpdir(), 'oracle-'));

async function netlify({ redirects, paths }) {
  const file = join(scratch, '_redirects');
  await writeFile(file, redirects);
  const parsed = await parseAllRedirects({ redirectsFiles: [file], configRedirects: [], minimal: false });
  const matcher = await redirector.parsePlain(redirects, { jwtSecret: '', jwtRole: '' });
  const answers = paths.map((path) => {
    const found = matcher.match({ scheme: 'https', host: 'example.org', path, query: '', getHeader: () => '', getCookie: () => '' });
    return found ? `${found.status} ${found.to}` : 'none';
  });
  return {
    rules: parsed.redirects.map((r) => `${r.path} ${r.to} ${r.status ?? 301} ${r.force}`),
    answers,
    fields: [],
  };
}

// words are those of lines that are meant: what pages-shared gets from wrangler.
const words = (text) => text.split('\n').map((line) => line.trim().split(/\s+/)).filter(([first]) => first && !first.startsWith('#'));

function headerRules(text) {
  const rules = [];
  for (const line of text.split('\n').map((l) => l.trim()).filter((l) => l)) {
    if (line.startsWith('/')) rules.push({ path: line, headers: {}, unsetHeaders: [] });
    else if (line.startsWith('! ')) rules.at(-1).unsetHeaders.push(line.slice(2));
    else {
      const [, name, value] = /^([^:]+):\s*(.*)$/.exec(line);
      const set = rules.at(-1).headers;
      set[name.toLowerCase()] = set[name.toLowerCase()] ? `${set[name.toLowerCase()]}, ${value}` : value;
    }
  }
  return rules;
}

async function cloudflare({ redirects, headers, paths, queries }) {
  const rules = words(redirects).map(([from, to, status], i) => ({ from, to, status: Number(status ?? 302), lineNumber: i + 1 }));
  const metadata = createMetadataObject({
    redirects: { rules, invalid: [] },
    headers: { rules: headerRules(headers), invalid: [] },
    deploymentId: 'x',
  });
  const answers = [];
  const fields = [];
  for (const [i, path] of paths.entries()) {
    let asked;
    const response = await generateHandler({
      request: new Request('https://example.org' + path + queries[i]),
      metadata,
      logError: () => {},
      findAssetEntryForPath: async (p) => ((asked ??= p), null),
      getAssetKey: () => 'x',
      negotiateContent: () => ({ encoding: null }),
      fetchAsset: async () => ({ body: '', contentType: 'text/plain' }),
      generateNotFoundResponse: async () => new Response('', { status: 404 }),
    });
    const target = response.headers.get('location');
    const plain = path.endsWith('/') ? path + 'index.html' : path;
    if (response.status !== 404) answers.push(`${response.status} ${target}`);
    else answers.push(asked === plain ? 'none' : `200 ${asked}`);
    fields.push([...response.headers].filter(([name]) => name.startsWith('x-t-')).map(([name, value]) => `${name}: ${value}`).sort().join('; '));
  }
  return { rules: [], answers, fields };
}

const results = [];
for (const c of JSON.parse(readFileSync(0, 'utf8'))) {
  results.push(await (c.dialect === 'netlify' ? netlify(c) : cloudflare(c)));
}
process.stdout.write(JSON.stringify(results));
await rm(scratch, { recursive: true });
