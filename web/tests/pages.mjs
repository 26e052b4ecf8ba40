// Every page in a real browser: axe (WCAG 2.2 A and AA) in light and dark, in three languages, at desk and phone width;
// no sideways scroll, no violation of the content security policy, no error on the console; and once with script off.
//
//   FORBEAR=target/debug/forbear node tests/pages.mjs      SCREENSHOTS=folder keeps pictures
import { spawn } from 'node:child_process';
import { mkdtempSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const program = process.env.FORBEAR ?? join(import.meta.dirname, '../../target/debug/forbear');
const pictures = process.env.SCREENSHOTS;
const folder = mkdtempSync(join(tmpdir(), 'forbear-pages-'));
const faults = [];
const fault = (where, what) => { faults.push(`${where}: ${what}`); console.error(`✗ ${where}: ${what}`); };

/** Serves a small demonstration book; tells the sign-in link of each role once the book is made. */
function serve() {
  const child = spawn(program, ['demo', '--data-dir', folder, '--accounts', '400', '--bind', '127.0.0.1:0'], { detached: false });
  return new Promise((resolve, reject) => {
    let out = '';
    const hear = (chunk) => {
      out += chunk;
      if (!out.includes('The book is made')) return;
      const links = Object.fromEntries([...out.matchAll(/^\s*([a-z]+)\s+(http:\S+\/in\/\S+)$/gm)].map((found) => [found[1], found[2]]));
      resolve({ child, links });
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('exit', (code) => reject(new Error(`the program ended with ${code}: ${out}`)));
  });
}

/** The pages of each role, and a link on one of them that leads to a page with an id. */
const pages = {
  manager: ['/overview', '/queue', '/queue?view=all&sort=-overdue', '/queue?q=%E6%9E%97', '/visits', '/complaints', '/law', '/runs', '/staff', '/nowhere'],
  desk: ['/queue?view=case', '/visits', '/credit', '/law'],
  compliance: ['/complaints', '/overview', '/refusals', '/queue', '/law'],
  credit: ['/credit', '/queue'],
  data: ['/runs', '/staff', '/law'],
  auditor: ['/overview', '/queue', '/visits', '/runs'],
  field: ['/today'],
  consumer: ['/me'],
};
const follow = { manager: ['/queue?view=case', 'main a[href^="/people/"]'], compliance: ['/complaints', 'main tbody a'] };

async function look(page, where, name) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (wide > 0) fault(name, `scrolls sideways by ${wide} px`);
  const missing = await page.evaluate(() => document.body.innerText.match(/⟨[^⟩]*⟩/)?.[0]);
  if (missing) fault(name, `the text ${missing} is missing`);
  await page.evaluate(axe);
  const found = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }));
  for (const violation of found.violations) {
    fault(name, `${violation.id}: ${violation.nodes.length} × ${violation.nodes[0].html.slice(0, 160)} (${violation.nodes[0].any[0]?.message ?? ''})`);
  }
  if (pictures) await page.screenshot({ path: join(pictures, `${name.replaceAll(/[^\w-]+/g, '_')}.png`), fullPage: false });
}

async function tour(browser, links, role, setting) {
  const { lang, theme, width } = setting;
  const context = await browser.newContext({ viewport: { width, height: 900 }, bypassCSP: false, javaScriptEnabled: setting.script });
  const page = await context.newPage();
  let at = '';
  page.on('console', (message) => {
    const isOurs = message.type() === 'error' && !/status of 40[34]/.test(message.text());
    if (isOurs) fault(at, message.text());
  });
  page.on('pageerror', (error) => fault(at, error.message));
  await page.goto(links[role]);
  const paths = [...pages[role]];
  if (follow[role]) {
    await page.goto(new URL(follow[role][0], links[role]).href);
    const target = await page.locator(follow[role][1]).first().getAttribute('href', { timeout: 2000 }).catch(() => null);
    if (target) paths.push(target);
  }
  for (const path of paths) {
    at = `${role} ${path} ${lang} ${theme} ${width}${setting.script ? '' : ' no script'}`;
    const url = new URL(path, links[role]);
    url.searchParams.set('lang', lang);
    url.searchParams.set('theme', theme);
    const answer = await page.goto(url.href);
    if (answer.status() >= 500 || (answer.status() >= 400 && path !== '/nowhere')) fault(at, `answers ${answer.status()}`);
    if (setting.script) await look(page, page, at);
    else if (!(await page.locator('h1').count())) fault(at, 'has no heading');
  }
  await context.close();
  return paths.length;
}

if (pictures) mkdirSync(pictures, { recursive: true });
const { child, links } = await serve();
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
let seen = 0;
try {
  for (const lang of ['zh-Hans', 'zh-Hant', 'en']) {
    for (const [theme, width] of [['light', 1280], ['dark', 1280], ['light', 320], ['dark', 360]]) {
      for (const role of Object.keys(pages)) seen += await tour(browser, links, role, { lang, theme, width, script: true });
    }
  }
  for (const role of Object.keys(pages)) seen += await tour(browser, links, role, { lang: 'en', theme: 'light', width: 1280, script: false });
} finally {
  await browser.close();
  child.removeAllListeners('exit');
  child.kill();
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${seen} pages looked at, ${faults.length} faults`);
process.exit(faults.length ? 1 : 0);
