// What the browser tests share: the program with a small demonstration book, a browser, and the list of routes.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const root = join(import.meta.dirname, '../..');
const program = process.env.FORBEAR ?? join(root, 'target/debug/forbear');

/** A zone in which it is a little before noon: visits are lawful by day, and the tests run at any hour. */
function zoneOfDaylight() {
  const behind = (new Date().getUTCHours() - 11 + 36) % 24 - 12;
  return behind === 0 ? 'Etc/GMT' : `Etc/GMT${behind > 0 ? '+' : ''}${behind}`;
}

/** Serves a demonstration book; tells the sign-in link of each role once the book is made and its day planned, and how long the
 *  first page took. */
export async function serve(accounts = 400) {
  const folder = mkdtempSync(join(tmpdir(), 'forbear-pages-'));
  const began = performance.now();
  const child = spawn(program, ['demo', '--data-dir', folder, '--accounts', String(accounts), '--bind', '127.0.0.1:0', '--zone', zoneOfDaylight()]);
  let out = '';
  const until = (says) => new Promise((resolve, reject) => {
    const hear = () => out.includes(says) && resolve();
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('exit', (code) => reject(new Error(`the program ended with ${code}: ${out}`)));
    hear();
  });
  child.stdout.on('data', (chunk) => { out += chunk; });
  child.stderr.on('data', (chunk) => { out += chunk; });
  const links = () => Object.fromEntries([...out.matchAll(/^\s*([a-z]+)\s+(http:\S+\/in\/\S+)$/gm)].map((found) => [found[1], found[2]]));
  await until('consumer');
  const first = await fetch(links().desk);
  if (!first.ok) throw new Error(`the first page answers ${first.status}`);
  const firstPage = (performance.now() - began) / 1000;
  await until('Today is planned');
  const stop = () => {
    child.removeAllListeners('exit');
    child.kill();
    rmSync(folder, { recursive: true, force: true });
  };
  return { links: links(), folder, program, firstPage, stop };
}

/** Signs a page in as a role by its link, or as the person of a told story: `consumer hardship-accepted`. */
export async function enter(page, links, role) {
  const origin = new URL(Object.values(links)[0]).origin;
  const [name, story] = role.split(' ');
  if (!links[name]) return page.goto(`${origin}/sign-in`);
  if (!story) return page.goto(links[name]);
  await page.request.post(`${origin}/sign-in/demo`, { form: { role: name, story }, headers: { 'sec-fetch-site': 'same-origin' } });
  return page.goto(`${origin}/me`);
}

export const launch = () => chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});

/** Every GET route that is a page, from the table that the Rust tests hold against the router. */
export const routes = readFileSync(join(root, 'crates/server/src/web/tests/who_may.txt'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('GET /'))
  .map((line) => line.split(/\s+/))
  .map(([, path, ...who]) => ({ path, who, pattern: new RegExp(`^${path.replace(/\{\*[^}]+\}/g, '.+').replace(/\{[^}]+\}/g, '[^/]+')}$`) }))
  .filter(({ path }) => !/^\/(api|assets|in|set-up)\/|^\/(healthz|readyz|metrics)$/.test(path));

/** The route of an address; a fixed path before one with a variable. */
export function routeOf(url) {
  const { pathname } = new URL(url, 'http://x');
  return routes.find(({ path }) => path === pathname) ?? routes.find(({ pattern }) => pattern.test(pathname));
}

/** Counts what is wrong and says it at once. */
export function judge() {
  const faults = [];
  return {
    faults,
    fault(where, what) {
      faults.push(`${where}: ${what}`);
      console.error(`✗ ${where}: ${what}`);
    },
  };
}
