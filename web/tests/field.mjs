// The phone at the door, in a real browser, with the browser's own offline switch: the day is downloaded, the network goes, the
// page is reloaded, five visits are made, the tab is killed in the middle of one; back online all five are there, once each, in
// order. Then the faults: a thousand failed sends, answers lost after the commit, everything sent twice, two phones at one door,
// a permit that ran out offline.
//
//   FORBEAR=target/debug/forbear node tests/field.mjs      SCREENSHOTS=folder keeps pictures
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { createServer, request as forward } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { launch, serve } from './forbear.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const pictures = process.env.SCREENSHOTS;
const faults = [];
const must = (holds, what) => {
  if (!holds) faults.push(what);
  console[holds ? 'log' : 'error'](`${holds ? '✓' : '✗'} ${what}`);
};

/** A network that fails as it is told: `fail` answers nothing, `lose` lets the server commit and loses its answer, `twice` sends
 *  every write two times. */
function faultyNetwork(target) {
  const plan = { fail: 0, lose: 0, twice: false, failed: 0, lost: 0, doubled: 0 };
  const pass = (method, url, headers, body) =>
    new Promise((resolve, reject) => {
      const sent = forward({ host: target.hostname, port: target.port, method, path: url, headers: { ...headers, host: target.host } }, (answer) => {
        const chunks = [];
        answer.on('data', (chunk) => chunks.push(chunk));
        answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(chunks) }));
      });
      sent.on('error', reject);
      sent.end(body);
    });
  const server = createServer((incoming, outgoing) => {
    const chunks = [];
    incoming.on('data', (chunk) => chunks.push(chunk));
    incoming.on('end', async () => {
      const body = Buffer.concat(chunks);
      const isWrite = /^\/phone\/(records|evidence)/.test(incoming.url) && incoming.method !== 'GET';
      if (isWrite && plan.fail > 0) {
        plan.fail -= 1;
        plan.failed += 1;
        return incoming.socket.destroy();
      }
      const headers = { ...incoming.headers, 'content-length': body.length };
      delete headers['transfer-encoding'];
      let answer = await pass(incoming.method, incoming.url, headers, body);
      if (isWrite && plan.twice) {
        plan.doubled += 1;
        answer = await pass(incoming.method, incoming.url, headers, body);
      }
      if (isWrite && plan.lose > 0) {
        plan.lose -= 1;
        plan.lost += 1;
        return incoming.socket.destroy();
      }
      const location = answer.headers.location;
      if (location) answer.headers.location = location.replace(target.origin, `http://${incoming.headers.host}`);
      outgoing.writeHead(answer.status, answer.headers);
      outgoing.end(answer.body);
    });
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve({ server, plan, origin: `http://127.0.0.1:${server.address().port}` })));
}

const watchConsole = (page, name) => {
  page.on('console', (message) => {
    if (message.type() === 'error' && !/ERR_INTERNET_DISCONNECTED|ERR_EMPTY_RESPONSE|ERR_CONNECTION|Failed to fetch|status of 40[0-9]/.test(message.text())) faults.push(`${name}: ${message.text()}`);
  });
  page.on('pageerror', (error) => faults.push(`${name}: ${error.message}`));
};

/** A phone: a browser context of its own, signed in and with the day downloaded. */
async function phone(browser, origin, link, name) {
  const context = await browser.newContext({ viewport: { width: 360, height: 740 }, locale: 'zh-CN', serviceWorkers: 'allow' });
  const page = await context.newPage();
  watchConsole(page, name);
  await page.goto(origin + new URL(link).pathname);
  const answered = page.waitForResponse((answer) => answer.url().includes('/phone/day') && answer.ok());
  await page.goto(`${origin}/field/`);
  const day = await (await answered).json();
  const now = Date.now();
  const stops = day.stops.filter((it) => it.lease && Date.parse(it.from) <= now && now < Date.parse(it.until)).map((it) => it.visit);
  await page.locator('.stops li').first().waitFor({ timeout: 20_000 });
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await page.waitForFunction(async () => (await caches.keys()).length > 0);
  return { context, page, stops };
}

const go = async (page, hash) => {
  await page.evaluate((hash) => (location.hash = hash), hash);
  await page.waitForTimeout(50);
};
/** Presses on. The question that follows is drawn a moment later: wait for what is on it before counting what is there. */
const next = (page) => page.locator('form button.primary').click();

const photo = async (page, number) => {
  const bytes = await page.evaluate(async (number) => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [320, 240];
    const pen = canvas.getContext('2d');
    pen.fillStyle = `hsl(${number * 40} 60% 50%)`;
    pen.fillRect(0, 0, 320, 240);
    pen.fillText(`door ${number}`, 20, 20);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg'));
    return [...new Uint8Array(await blob.arrayBuffer())];
  }, number);
  return { name: `door-${number}.jpg`, mimeType: 'image/jpeg', buffer: Buffer.from(bytes) };
};

/** Income and outgoings are taken down, and a plan within them is chosen: what is above them is not offered. */
async function plan(page, surplus) {
  await page.locator('input[value="plan"]').check();
  await next(page);
  await page.locator('input[name="file"], #wages').first().waitFor();
  if (await page.locator('input[name="file"]').count()) {
    await page.locator('input[value="new"]').check();
    await next(page);
  }
  await page.locator('#wages').fill(String(4000 + surplus));
  await next(page);
  for (const field of await page.locator('fieldset input').all()) await field.fill('0');
  await page.locator('#rent').fill('4000');
  await next(page);
  await page.locator('#household').fill('2');
  // Others are owed as well: the home comes first, the card has its share, and server and phone come to the same.
  await page.locator('fieldset details summary').click();
  await page.locator('#debt_home').fill('50');
  await page.locator('#debt_credit').fill('1000');
  await next(page);
  await page.locator('input[name="way"]').first().waitFor();
  const offered = await page.locator('input[name="way"]').evaluateAll((all) => all.map((it) => JSON.parse(it.value)));
  await page.locator('input[name="way"]').last().check();
  await next(page);
  return offered;
}

/** Answers the questions up to the words, with a photo and a signature. */
async function answer(page, visit, number, { until = 'save', surplus = 0 } = {}) {
  await go(page, `#/visit/${visit}`);
  await page.locator('input[value="debtor"]').check();
  await next(page);
  await page.locator('input[value="verified"]').check();
  await next(page);
  await next(page);
  await page.locator('input[value="can_pay_in_parts"]').check();
  await next(page);
  if (surplus) await plan(page, surplus);
  else {
    await page.locator('input[value="promise"]').check();
    await page.locator('#amount').fill(`${10 + number}.00`);
    await page.locator('#due_on').fill(new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10));
    await next(page);
  }
  await page.locator('#money, input[type=file]').first().waitFor();
  if (await page.locator('#money').count()) await next(page);
  await page.locator('input[type=file]').setInputFiles(await photo(page, number));
  await page.locator('.photos img').first().waitFor();
  if (until === 'photo') return;
  // The first person shows a paper and lets it be photographed; the others show none.
  if (number === 0) await page.locator('.photos input[type=checkbox]').first().check();
  await next(page);
  const box = await page.locator('canvas').boundingBox();
  await page.mouse.move(box.x + 20, box.y + 60);
  await page.mouse.down();
  for (let step = 1; step < 12; step++) await page.mouse.move(box.x + 20 + step * 15, box.y + 60 + (step % 3) * 20 + number);
  await page.mouse.up();
  await page.locator('canvas + .row button').first().click();
  await page.locator('.chip.good').waitFor();
  await next(page);
  await page.locator('#words').fill(`第${number}户：愿意分期，先付一部分。`);
  await next(page);
  await page.locator('dl.pairs').waitFor();
  await page.locator('main > button.primary').click();
  await page.locator('main .note + button.primary').waitFor();
}

const arrive = async (page, visit) => {
  await go(page, `#/stop/${visit}`);
  await page.locator('main .row button.primary').click();
  await page.locator(`a[href="#/visit/${visit}"]`).first().waitFor({ timeout: 10_000 });
};
const leave = async (page) => {
  await page.locator('main .note + button.primary').click();
  await page.locator('ol.stops').waitFor();
};
const makeVisit = async (page, visit, number, how) => {
  await arrive(page, visit);
  await answer(page, visit, number, how);
  await leave(page);
};

/** What the phone keeps. */
const kept = (page) =>
  page.evaluate(async () => {
    const name = (await indexedDB.databases()).find((it) => it.name?.startsWith('forbear-field-')).name;
    const db = await new Promise((resolve) => { const asked = indexedDB.open(name); asked.onsuccess = () => resolve(asked.result); });
    const all = (table) => new Promise((resolve) => { const asked = db.transaction(table).objectStore(table).getAll(); asked.onsuccess = () => resolve(asked.result); });
    const [records, evidence] = [await all('records'), await all('evidence')];
    db.close();
    const plain = (it) => ({ ...it, envelope: undefined, body: undefined, isSealed: Boolean(it.envelope ?? it.body) });
    return { records: records.map(plain).sort((a, b) => a.sequence - b.sequence), evidence: evidence.map(plain) };
  });

/** What the server says it has of a visit. */
const receipts = async (page, origin, visit) => (await (await page.request.get(`${origin}/phone/visits/${visit}/records`)).json());

const sendAll = async (page) => {
  for (let tries = 0; tries < 60; tries++) {
    const button = page.locator('main button.primary', { hasText: /发送|Send|送出/ });
    await go(page, '#/outbox');
    const { records, evidence } = await kept(page);
    if (![...records, ...evidence].some((it) => it.state === 'waiting')) return true;
    // It goes away when all is sent, perhaps while the finger comes down.
    if (await button.count()) await button.click({ timeout: 1000 }).catch(() => undefined);
    await page.waitForTimeout(250);
  }
  return false;
};

/** While the phone is offline the office hears of an order that nobody may come. The phone cannot know; what it did stands with the
 *  rules it broke beside it. */
async function permitFallsOffline(page, visit) {
  await page.context().setOffline(true);
  await go(page, `#/stop/${visit}`);
  const name = await page.locator('h1').innerText();
  const desk = await browser.newContext();
  const office = await desk.newPage();
  await office.goto(links.manager);
  await office.goto(new URL(`/queue?q=${encodeURIComponent(name)}&lang=en`, links.manager).href);
  const ways = await office.$$eval('main tbody a[href^="/people/"]', (all) => all.map((it) => it.href));
  for (const way of new Set(ways)) {
    await office.goto(`${way}/known`);
    await office.locator('select[name="fact"]').selectOption('no_contact_order');
    await office.locator('[name="words"]').fill('A court forbids every contact from today on.');
    await office.locator('form[action$="/known"] button').first().click();
  }
  await desk.close();
  await makeVisit(page, visit, 7);
  await page.context().setOffline(false);
  must(await sendAll(page), 'the visit under the fallen permit is sent');
  const told = await receipts(page, network.origin, visit);
  const arrival = told.records.find((it) => it.kind === 'arrival');
  must(arrival?.state === 'recorded' && arrival.breaches.length > 0, `the permit that fell while offline: the breach stands beside the arrival ${arrival?.breaches}`);
  must(told.records.filter((it) => it.kind === 'doorstep').length === 1 && told.evidence.length === 2, 'and nothing of that visit is lost');
}

/** The permit runs out while the phone is offline: no visit is opened under it, and one that happened anyway is recorded with its
 *  breach. */
async function permitRunsOutOffline(browser, visit) {
  const { context, page } = await phone(browser, network.origin, links.field, 'third phone');
  await context.setOffline(true);
  await page.evaluate(() => {
    const [wall, monotonic] = [Date.now.bind(Date), performance.now.bind(performance)];
    Date.now = () => wall() + 5 * 3_600_000;
    performance.now = () => monotonic() + 5 * 3_600_000;
  });
  await go(page, `#/stop/${visit}`);
  await page.locator('main .row button.primary').click();
  await page.locator('.note.stop[role=alert]').waitFor();
  must((await kept(page)).records.length === 0, 'under a permit that ran out offline the phone opens no visit');
  await looks(page, 'expired-zh');
  await page.locator(`a[href="#/visit/${visit}"]`).click();
  await answer(page, visit, 8);
  await leave(page);
  await context.setOffline(false);
  must(await sendAll(page), 'what happened anyway is sent');
  const doorstep = (await kept(page)).records.find((it) => it.kind === 'doorstep');
  must(doorstep?.state === 'sent' && doorstep.reasons.some((it) => it.rule === 'VISIT-WITHOUT-PERMIT'), 'the visit without a permit is recorded with its breach beside it');
  await context.close();
}

async function looks(page, name) {
  // As tall as what is on it: the bar with the call for help covers nothing then.
  const before = page.viewportSize();
  await page.setViewportSize({ ...before, height: Math.max(before.height, await page.evaluate(() => document.documentElement.scrollHeight)) });
  await page.evaluate(axe);
  const found = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }));
  for (const violation of found.violations) faults.push(`${name}: ${violation.id}: ${violation.nodes[0].html.slice(0, 160)} ${violation.nodes[0].any[0]?.message ?? ''}`);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (wide > 0) faults.push(`${name} scrolls sideways by ${wide} px`);
  const missing = await page.evaluate(() => document.body.innerText.match(/⟨[^⟩]*⟩/)?.[0]);
  if (missing) faults.push(`${name}: the text ${missing} is missing`);
  if (pictures) await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
  await page.setViewportSize(before);
}

/** Every page of the app in three languages and both lights. */
async function tour(browser, visit) {
  const { context, page } = await phone(browser, network.origin, links.field, 'tour');
  for (const [lang, scheme] of [['zh-Hans', 'light'], ['zh-Hant', 'dark'], ['en', 'dark'], ['en', 'light']]) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.goto(`${network.origin}/field/?lang=${lang}`);
    for (const [name, hash] of [['today', '/'], ['stop', `/stop/${visit}`], ['card', `/card/${visit}`], ['met', `/visit/${visit}/met`], ['outbox', '/outbox'], ['safe', '/safe'], ['end', '/end']]) {
      await go(page, `#${hash}`);
      await page.waitForTimeout(150);
      await looks(page, `${name}-${lang}-${scheme}`);
    }
    await go(page, `#/visit/${visit}/met`);
    await page.locator('input[value="debtor"]').check();
    await next(page);
    await page.locator('input[value="verified"]').check();
    await looks(page, `identity-${lang}-${scheme}`);
    for (const name of ['seen', 'stand']) {
      await next(page);
      await looks(page, `${name}-${lang}-${scheme}`);
    }
    await page.locator('input[value="can_pay_in_parts"]').check();
    await next(page);
    await page.locator('input[value="promise"]').check();
    await page.locator('#amount').fill('');
    await next(page);
    await looks(page, `outcome-wrong-${lang}-${scheme}`);
    await page.locator('input[value="plan"]').check();
    await next(page);
    await page.locator('input[name="file"], #wages').first().waitFor();
    if (await page.locator('input[name="file"]').count()) {
      await looks(page, `file-${lang}-${scheme}`);
      await page.locator('input[value="new"]').check();
      await next(page);
    }
    await page.locator('#wages').fill('9000');
    for (const name of ['income', 'outgoings']) {
      await looks(page, `${name}-${lang}-${scheme}`);
      await next(page);
    }
    await page.locator('#household').fill('2');
    await looks(page, `household-${lang}-${scheme}`);
    await next(page);
    await looks(page, `way-${lang}-${scheme}`);
    const alone = await page.locator('.note').innerText();
    await go(page, `#/visit/${visit}/rest`);
    if (!(await page.locator('#debt_credit').isVisible())) await page.locator('fieldset details summary').click();
    await page.locator('#debt_credit').fill('much');
    await next(page);
    await looks(page, `debts-wrong-${lang}-${scheme}`);
    await page.locator('#debt_credit').fill('100000');
    await next(page);
    const shared = await page.locator('.note').innerText();
    if (shared === alone) faults.push(`${lang}: who owes others as well can afford the same: ${shared}`);
    await go(page, `#/visit/${visit}/rest`);
    await page.locator('#debt_credit').fill('');
    await go(page, `#/visit/${visit}/outcome`);
    await page.locator('input[value="none"]').check();
    await next(page);
    await page.locator('#money, input[type=file]').first().waitFor();
    if (await page.locator('#money').count()) {
      await looks(page, `money-${lang}-${scheme}`);
      await next(page);
    }
    await page.locator('input[type=file]').setInputFiles(await photo(page, 0));
    await page.locator('.photos input[type=checkbox]').first().check();
    for (const name of ['photos', 'signature', 'words']) {
      await looks(page, `${name}-${lang}-${scheme}`);
      await next(page);
    }
    await page.locator('dl.pairs').waitFor();
    await looks(page, `check-${lang}-${scheme}`);
  }
  // Hold for two seconds: help.
  const help = page.locator('.sos button.stop');
  await help.hover();
  await page.mouse.down();
  await page.waitForTimeout(2300);
  await page.mouse.up();
  await page.locator('.sos [role=alert]').waitFor();
  await looks(page, 'help-en-light');
  await context.close();

  const desk = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const manager = await desk.newPage();
  watchConsole(manager, 'manager');
  await manager.goto(links.manager);
  await manager.goto(new URL('/alarms?lang=en', links.manager).href);
  must((await manager.locator('.chip.stop').count()) >= 1, 'the call for help is among the alarms');
  await looks(manager, 'alarms-en-desk');
  await manager.locator('form[action$="/own"] button').first().click();
  await manager.locator('form[action$="/end"]').first().waitFor();
  must(true, 'the first who takes an alarm owns it');
  await manager.goto(new URL(`/visits/${visit}/records?lang=zh-Hans`, links.manager).href);
  must((await manager.locator('.pictures img').count()) === 2, 'the photo and the signature are shown to the manager');
  await looks(manager, 'records-zh-desk');
  await desk.close();
}

if (pictures) mkdirSync(pictures, { recursive: true });
const { links, folder, program, stop: end } = await serve(1000);
const target = new URL(links.field);
const network = await faultyNetwork(target);
const browser = await launch();
try {
  const { context, page, stops } = await phone(browser, network.origin, links.field, 'phone');
  must(stops.length >= 9, `the day is downloaded: ${stops.length} visits may be opened now`);

  await context.setOffline(true);
  await page.reload();
  await page.locator('.stops li').first().waitFor({ timeout: 10_000 });
  must(true, 'offline and reloaded, the day is still there');
  let working = page;
  for (let number = 0; number < 5; number++) {
    const visit = stops[number];
    if (number === 2) {
      await arrive(working, visit);
      await answer(working, visit, number, { until: 'photo' });
      await working.waitForTimeout(200);
      await working.close({ runBeforeUnload: false });
      working = await context.newPage();
      watchConsole(working, 'phone again');
      await working.goto(`${network.origin}/field/#/visit/${visit}/photos`);
      await working.locator('.photos img').first().waitFor({ timeout: 10_000 });
      must(true, 'killed in the middle of the third visit: the draft and its photo are still there');
      await answer(working, visit, number);
      await leave(working);
    } else await makeVisit(working, visit, number, number === 4 ? { surplus: 20_000 } : {});
  }
  const offline = await kept(working);
  must(offline.records.filter((it) => it.kind === 'doorstep').length === 5, 'five visits wait on the phone');
  must(offline.records.every((it, at) => it.sequence === at + 1), 'the chain has no gap');
  must(offline.records.every((it) => it.isSealed) && offline.evidence.every((it) => it.isSealed), 'what waits is encrypted');

  await context.setOffline(false);
  must(await sendAll(working), 'back online everything is sent');
  let total = 0;
  const order = [];
  for (let number = 0; number < 5; number++) {
    const told = await receipts(working, network.origin, stops[number]);
    total += told.records.length;
    order.push(...told.records.map((it) => it.sequence));
    const doorsteps = told.records.filter((it) => it.kind === 'doorstep');
    must(doorsteps.length === 1 && doorsteps[0].state === 'recorded', `visit ${number + 1} is there, once`);
    const labelled = JSON.parse(doorsteps[0].header).evidence.filter((it) => it.kind === 'paper').length;
    must(labelled === (number === 0 ? 1 : 0), `visit ${number + 1}: the signed record says which photo is a paper`);
    must(told.evidence.length === 2, `visit ${number + 1} has its photo and its signature`);
    must(told.records.every((it) => it.breaches.length === 0), `visit ${number + 1} broke no rule ${JSON.stringify(told.records.flatMap((it) => it.breaches))}`);
  }
  const agreed = (await receipts(working, network.origin, stops[4])).records.filter((it) => it.kind === 'means' || it.kind === 'plan');
  must(agreed.length === 2 && agreed.every((it) => it.state === 'recorded'), `means and the signed plan were agreed ${JSON.stringify(agreed.map((it) => [it.kind, it.state, it.beside]))}`);
  must(total === offline.records.length, `${total} records came, ${offline.records.length} were made`);
  must(order.every((sequence, at) => sequence === at + 1), 'they came in the order they were made');

  // A thousand failed sends, then answers lost after the commit, then everything sent twice: nothing lost, nothing twice.
  const sixth = stops[5];
  network.plan.fail = Number.MAX_SAFE_INTEGER;
  await makeVisit(working, sixth, 5);
  const made = await kept(working);
  await working.evaluate(async () => {
    for (let tries = 0; tries < 1000; tries++) {
      dispatchEvent(new Event('online'));
      // A send holds this lock: waiting for it is waiting for the send to have failed.
      await navigator.locks.request('forbear-send', () => undefined);
    }
  });
  must(network.plan.failed >= 1000, `${network.plan.failed} sends failed`);
  const after = await kept(working);
  must(after.records.length === made.records.length && after.evidence.length === made.evidence.length, 'nothing was dropped');
  must(after.records.filter((it) => it.state === 'waiting').every((it) => it.isSealed && it.tries >= 900), 'each still waits, whole');
  network.plan.fail = 0;
  network.plan.lose = 3;
  network.plan.twice = true;
  must(await sendAll(working), 'after lost answers and doubled sends all is sent');
  network.plan.twice = false;
  must(network.plan.lost === 3 && network.plan.doubled > 3, `${network.plan.lost} answers were lost after the commit, ${network.plan.doubled} writes came twice`);
  const told = await receipts(working, network.origin, sixth);
  must(told.records.length === 4 && told.evidence.length === 2, `the sixth visit is there once: ${told.records.map((it) => it.kind)}`);

  // Two phones at one door: one outcome, both records; the clock of the second one jumped.
  const seventh = stops[6];
  {
    const two = await phone(browser, network.origin, links.field, 'second phone');
    await two.context.setOffline(true);
    await working.bringToFront();
    await makeVisit(working, seventh, 6);
    must(await sendAll(working), 'the first phone sent');
    await two.page.evaluate(() => {
      const real = Date.now;
      Date.now = () => real() + 5 * 3_600_000;
    });
    await arrive(two.page, seventh);
    await answer(two.page, seventh, 7);
    await two.context.setOffline(false);
    await sendAll(two.page);
    const problems = (await kept(two.page)).records.filter((it) => it.state === 'problem');
    must(problems.some((it) => it.reasons.some((reason) => reason.rule === 'VISIT-RECORDED-TWICE')), 'the second phone shows that the first was there before');
    const both = await receipts(two.page, network.origin, seventh);
    must(both.records.filter((it) => it.kind === 'doorstep').length === 2, 'both records are kept');
    must(both.records.some((it) => it.doubts.includes('clock-jumped')), 'the clock that jumped is written down');
    await go(two.page, '#/problems');
    await looks(two.page, 'problems-zh');
    await two.context.close();
  }
  await permitFallsOffline(working, stops[7]);
  await permitRunsOutOffline(browser, stops[8]);
  await tour(browser, stops[0]);
} finally {
  await browser.close();
  network.server.close();
  const verified = spawnSync(program, ['verify', '--data-dir', folder], { encoding: 'utf8' });
  must(verified.status === 0, `what was recorded is as it was: verify ends with ${verified.status} ${verified.stdout.slice(0, 300)} ${verified.stderr.slice(0, 300)}`);
  end();
}
console.log(`${faults.length} faults`);
for (const it of faults) console.error(`✗ ${it}`);
process.exit(faults.length ? 1 : 0);
