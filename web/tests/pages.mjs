// Every page in a real browser: found by following links from where each role begins, then looked at with axe (WCAG 2.2 A
// and AA) in light and dark, in three languages, at desk and phone width: no sideways scroll, no violation of the content
// security policy, no error on the console, no heavy page; and once with script off. A route of the router that no link
// leads to fails, so that no page goes unseen.
//
//   FORBEAR=target/debug/forbear node tests/pages.mjs      SCREENSHOTS=folder keeps pictures
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { get } from 'node:http';
import { join } from 'node:path';
import { enter, judge, launch, routeOf, routes, serve } from './forbear.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const pictures = process.env.SCREENSHOTS;
const { faults, fault } = judge();

/** Pages that are looked at besides those that links lead to: other states of the same page, and pages that answer a form. */
const besides = {
  manager: ['/queue?view=all&sort=-overdue', '/queue?q=%E6%9E%97', '/queue?q=nobody-is-called-so', '/nowhere'],
  desk: ['/queue?view=case'],
  field: ['/nowhere'],
  consumer: ['/v?badge=FV-2205', '/v?badge=0', '/nowhere'],
  nobody: ['/sign-in', '/demo', '/v'],
};

/** People of told stories, whose pages lead to what the first consumer has not. */
const told = ['consumer hardship-accepted', 'consumer complaint-upheld', 'consumer visit-ended-in-distress', 'consumer hardship-refused'];

/** Routes that no link leads to, and why. */
const unlinked = {
  '/me/promised': 'answers a form',
  '/me/said/{id}': 'answers a form',
  '/credit/{person}': 'answers a form',
  '/today/{id}/record': 'opens once a visit has begun, inside its agreed hour',
  '/me/plan/{id}/agreement': 'is a file to keep',
  '/people/{id}/plans/{plan}/agreement': 'is a file to keep',
  '/me/papers/{note}': 'is a file to keep',
  '/people/{id}/papers/{note}': 'is a file to keep',
  '/me/papers/{visit}/{sent}': 'is a file to keep',
  '/people/{id}/papers/{visit}/{sent}': 'is a file to keep',
  '/me/visits/{id}/receipt': 'is a file to keep',
  '/people/{id}/visits/{visit}/receipt': 'is a file to keep',
  '/evidence/{visit}/{sent}': 'is a picture, shown on the page of the records',
  '/field': 'leads on',
  '/cash/{line}/receipt': 'is a file to keep',
  '/outbox/letters/{batch}/pdf': 'is a file to keep',
  '/phone/me': 'answers the phone app',
  '/phone/visits/{id}/records': 'answers programs',
};

/** Routes that another test looks at in every language and light. */
const elsewhere = ['/field/', '/field/{*path}'];

/** Bytes over the wire at most, compressed, with style and script. */
const heaviest = { desk: 25_000, field: 25_000, portal: 10_000 };

/** Follows links from where a role begins, and keeps one address for each route, and one for each view of a list. */
async function discover(browser, links, role) {
  const context = await browser.newContext();
  const page = await context.newPage();
  const origin = new URL(Object.values(links)[0]).origin;
  const found = new Map();
  await enter(page, links, role);
  const queue = [page.url(), ...(besides[role] ?? []).map((path) => origin + path)];
  const asked = new Set();
  while (queue.length) {
    const url = queue.shift();
    const route = routeOf(url)?.path ?? '/nowhere';
    if (elsewhere.includes(route)) continue;
    const kept = found.get(route) ?? [];
    const isBesides = (besides[role] ?? []).some((path) => origin + path === url);
    // A list leads to many of the same kind: the first two, so that one with more in it is likely among them.
    if (asked.has(url) || (!isBesides && kept.length >= (route.includes('{') ? 2 : 1))) continue;
    asked.add(url);
    const answer = await page.goto(url).catch(() => null);
    if (!answer || !(answer.headers()['content-type'] ?? '').startsWith('text/html')) continue;
    if (answer.status() >= 500 || (answer.status() >= 400 && !url.endsWith('/nowhere'))) {
      fault(`${role} ${url}`, `answers ${answer.status()}`);
      continue;
    }
    const { pathname, search } = new URL(page.url());
    if (!kept.includes(pathname + search)) found.set(route, [...kept, pathname + search]);
    const more = await page.$$eval('a[href]', (all) => all.map((link) => link.href));
    queue.push(...more.filter((href) => href.startsWith(origin) && !/[?&](lang|theme|sort|page|bucket)=/.test(href) && !href.includes('#')));
  }
  const cookies = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
  await context.close();
  return { found, cookies, origin };
}

/** How many bytes an address is, as compressed as the program does it. */
const bytes = (url, cookie) => new Promise((resolve, reject) => {
  get(url, { headers: { cookie, 'accept-encoding': 'br' } }, (answer) => {
    const chunks = [];
    answer.on('data', (chunk) => chunks.push(chunk));
    answer.on('end', () => resolve(Buffer.concat(chunks).length));
  }).on('error', reject);
});

async function look(page, name) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (wide > 0) fault(name, `scrolls sideways by ${wide} px`);
  const missing = await page.evaluate(() => document.body.innerText.match(/⟨[^⟩]*⟩/)?.[0]);
  if (missing) fault(name, `the text ${missing} is missing`);
  await page.evaluate(axe);
  const found = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }));
  for (const violation of found.violations) {
    fault(name, `${violation.id}: ${violation.nodes.length} × ${violation.nodes[0].html.slice(0, 160)} (${violation.nodes[0].any[0]?.message ?? ''})`);
  }
  if (pictures) await page.screenshot({ path: join(pictures, `${name.replaceAll(/[^\w-]+/g, '_').slice(0, 120)}.png`), fullPage: true });
}

async function tour(browser, links, role, paths, { lang, theme, width, script = true }) {
  const context = await browser.newContext({ viewport: { width, height: 900 }, javaScriptEnabled: script });
  const page = await context.newPage();
  const origin = new URL(Object.values(links)[0]).origin;
  let at = '';
  page.on('console', (message) => {
    if (message.type() === 'error' && !/status of 40[34]/.test(message.text())) fault(at, message.text());
  });
  page.on('pageerror', (error) => fault(at, error.message));
  await enter(page, links, role);
  for (const path of paths) {
    at = `${role} ${path} ${lang} ${theme} ${width}${script ? '' : ' no script'}`;
    const url = new URL(path, origin);
    url.searchParams.set('lang', lang);
    url.searchParams.set('theme', theme);
    const answer = await page.goto(url.href);
    if (answer.status() >= 500 || (answer.status() >= 400 && path !== '/nowhere')) fault(at, `answers ${answer.status()}`);
    if (script) await look(page, at);
    else if (!(await page.locator('h1').count())) fault(at, 'has no heading');
  }
  await context.close();
  return paths.length;
}

if (pictures) mkdirSync(pictures, { recursive: true });
const { links, firstPage, stop } = await serve();
console.log(`the first page came ${firstPage.toFixed(1)} s after the program was started`);
if (firstPage > 3) fault('start', `the first page came after ${firstPage.toFixed(1)} s`);
const browser = await launch();
let seen = 0;
try {
  // Who sees what; each route belongs to the first role that finds it, and every role's own beginning is looked at too.
  const plan = new Map();
  const taken = new Set();
  for (const role of [...Object.keys(links), ...told, 'nobody']) {
    const { found, cookies, origin } = await discover(browser, links, role);
    const home = [...found.values()][0] ?? [];
    const paths = [...found].flatMap(([route, urls]) => {
      if (taken.has(route) && route !== '/nowhere') return urls.filter((url) => (besides[role] ?? []).includes(url));
      taken.add(route);
      return urls;
    });
    // The person of a story is looked at for what only they have; every role's own beginning is looked at too.
    plan.set(role, [...new Set([...(told.includes(role) ? [] : home.slice(0, 1)), ...paths])]);
    for (const path of plan.get(role)) {
      const shell = role.startsWith('consumer') ? 'portal' : role === 'field' ? 'field' : 'desk';
      const html = await bytes(origin + path, cookies);
      const page = await (await fetch(origin + path, { headers: { cookie: cookies } })).text();
      const assets = [...page.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map((it) => it[1]);
      // The portal needs no script to work, so its script is not counted.
      const counted = [...new Set(assets)].filter((asset) => shell !== 'portal' || !asset.endsWith('.js'));
      const sizes = await Promise.all(counted.map((asset) => bytes(origin + asset, '')));
      const all = html + sizes.reduce((sum, size) => sum + size, 0);
      if (all > heaviest[shell]) fault(`${role} ${path}`, `weighs ${all} bytes, and ${heaviest[shell]} is the most`);
    }
  }
  for (const { path } of routes) {
    if (taken.has(path) && unlinked[path]) fault(path, `a link leads here, although the list says that it ${unlinked[path]}`);
    if (!taken.has(path) && !unlinked[path] && !elsewhere.includes(path)) fault(path, 'no link leads to this page, so nobody looked at it');
  }
  const settings = [
    { lang: 'zh-Hans', theme: 'light', width: 1280 },
    { lang: 'zh-Hans', theme: 'dark', width: 360 },
    { lang: 'zh-Hant', theme: 'dark', width: 1280 },
    { lang: 'zh-Hant', theme: 'light', width: 320 },
    { lang: 'en', theme: 'light', width: 1280 },
    { lang: 'en', theme: 'dark', width: 320 },
  ];
  // Two at a time: the machine that this must run on has two cores.
  const work = settings.flatMap((setting) => [...plan].map(([role, paths]) => () => tour(browser, links, role, paths, setting)));
  work.push(...[...plan].map(([role, paths]) => () => tour(browser, links, role, paths, { lang: 'en', theme: 'light', width: 1280, script: false })));
  const worker = async () => {
    for (let next = work.shift(); next; next = work.shift()) {
      const looked = await next();
      seen += looked;
    }
  };
  await Promise.all([worker(), worker()]);
} finally {
  await browser.close();
  stop();
}
console.log(`${seen} pages looked at, ${faults.length} faults`);
process.exit(faults.length ? 1 : 0);
