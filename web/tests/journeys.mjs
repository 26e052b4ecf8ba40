// The line through the whole business as people walk it: credit, the queue, a file, the law's answer, a promise, money, the
// consumer's own side, a complaint and its answer, the night, the manager. Once with script and once without.
//
//   FORBEAR=target/debug/forbear node tests/journeys.mjs
import { spawnSync } from 'node:child_process';
import { judge, launch, serve } from './forbear.mjs';

const { faults, fault } = judge();

/** One way of walking: a browser with or without script, and what it is called. */
async function walk(browser, links, script) {
  const how = script ? 'with script' : 'without script';
  const origin = new URL(links.desk).origin;
  const steps = [];

  /** A page of a role, in English, that says what breaks on it. */
  const enter = async (role) => {
    const context = await browser.newContext({ locale: 'en-GB', javaScriptEnabled: script, viewport: { width: 1280, height: 900 } });
    const page = await context.newPage();
    page.on('pageerror', (error) => fault(`${role} ${how}`, error.message));
    page.setDefaultTimeout(8000);
    await page.goto(links[role]);
    return page;
  };
  const step = async (name, walkIt) => {
    try {
      await walkIt();
      steps.push(name);
    } catch (error) {
      fault(`${name}, ${how}`, String(error.message).split('\n').slice(0, 3).join(' '));
    }
  };
  const must = (is, says) => { if (!is) throw new Error(says); };
  const text = (page) => page.locator('main').innerText();

  const desk = await enter('desk');
  await step('credit is decided with reasons, and its cost is seen before it is signed', async () => {
    await desk.goto(`${origin}/credit`);
    const fields = { name: '钱钟', resident_id: '110101199003077635', phone: '13800001111', income: '12000', other_debts: '0', months_employed: '40', worst_days_past_due: '0', inquiries: '0', active_months: '12' };
    for (const [name, value] of Object.entries(fields)) await desk.fill(`main [name="${name}"]`, value);
    await desk.click('main form[action="/credit"] button');
    must(/\/credit\/\w+/.test(desk.url()), `the decision is shown, but we are at ${desk.url()}: ${(await text(desk)).slice(0, 300)}`);
    await desk.locator('main input[name="product"]').first().check();
    await desk.fill('main [name="amount"]', '1200');
    await desk.click('main form[method="get"] button');
    must(await desk.locator('main table tbody tr').count() >= 3, 'the schedule is shown');
    must(/%/.test(await text(desk)), 'the annual cost is shown');
    await desk.click('main form[method="post"] button.primary');
    must(/\/people\/\w+/.test(desk.url()), `the account is there, but we are at ${desk.url()}`);
  });

  let file = '';
  await step('the queue leads to a file, and the law answers on it', async () => {
    await desk.goto(`${origin}/queue?view=case`);
    await desk.locator('main tbody a[href^="/people/"]').first().click();
    file = desk.url();
    must(await desk.locator('.gate .answer').count() >= 1, 'the answer of the law is on the page');
  });
  await step('a search finds a person by a part of the name', async () => {
    await desk.goto(`${origin}/queue?q=${encodeURIComponent('林浩然')}`);
    must(await desk.locator('main tbody a[href^="/people/"]').count() >= 1, 'somebody is found');
  });
  await step('a search finds a person by the initials of their name, and nobody by the name of a field', async () => {
    if (script) {
      await desk.keyboard.press('Control+k');
      await desk.keyboard.type('lhr');
      await desk.keyboard.press('Enter');
      await desk.waitForURL(/q=lhr/);
    } else await desk.goto(`${origin}/queue?q=lhr`);
    must(/林浩然/.test(await text(desk)), `林浩然 is found: ${(await text(desk)).slice(0, 200)}`);
    await desk.goto(`${origin}/queue?q=resident_id`);
    must(await desk.locator('main tbody a[href^="/people/"]').count() === 0, 'nobody is found');
  });
  await step('the file is checked, and says what is missing', async () => {
    await desk.goto(file);
    const form = desk.locator('form[action$="/audit"]').first();
    must(await form.count(), 'the file can be checked');
    await form.locator('button').click();
    must(!/5\d\d/.test(await desk.title()), 'it was checked');
  });
  await step('money is posted, and what is owed follows', async () => {
    await desk.goto(file);
    const before = await text(desk);
    const paid = desk.locator('form[action$="/payment"] [name="paid"]').first();
    if (!(await paid.isVisible())) await desk.locator('details:has(form[action$="/payment"]) > summary').first().click();
    await paid.fill('10.00');
    await desk.locator('form[action$="/payment"] button').first().click();
    await desk.goto(file);
    must((await text(desk)) !== before, 'the file has changed');
  });

  const me = await enter('consumer');
  await step('a consumer sees what they owe and why', async () => {
    await me.goto(`${origin}/me`);
    must(/¥/.test(await text(me)), 'an amount is shown');
    await me.goto(`${origin}/me/schedule`);
    must(await me.locator('main table tbody tr, main li').count() >= 1, 'the schedule is shown');
    await me.goto(`${origin}/me/contacts`);
    must(await me.locator('h1').count() === 1, 'who contacted me is shown');
  });
  await step('a consumer moves the visit that was agreed', async () => {
    await me.goto(`${origin}/me/visit`);
    const wishes = me.locator('main input[type=radio][name="wish"]');
    must(await wishes.count() >= 3, 'there are other times and ways to choose from');
    await wishes.nth(1).check();
    await me.locator('main form[action="/me/visit"] button.primary').click();
    must(!(await me.locator('.summary').count()), `it was heard: ${(await text(me)).slice(0, 200)}`);
  });
  const field = await enter('field');
  await step('a collector sees the stop of today, and what stands in its way', async () => {
    await field.goto(`${origin}/today`);
    const stop = field.locator('main a[href^="/today/"]').first();
    must(await stop.count(), 'there is a stop today');
    await stop.click();
    must(/\/today\/\w+/.test(field.url()) && await field.locator('h1').count() === 1, `the stop is shown, but we are at ${field.url()}`);
  });
  await step('a consumer complains, one question a page, and is told by when an answer comes', async () => {
    await me.goto(`${origin}/me/complain`);
    await me.locator('main form button.primary').click();
    must(await me.locator('.summary').count() === 1, 'an unanswered question is named');
    for (let page = 0; page < 6 && !/\/me\/said\//.test(me.url()); page += 1) {
      const radio = me.locator('main input[type=radio]').first();
      if (await radio.count()) await radio.check();
      const words = me.locator('main textarea').first();
      if (await words.count()) await words.fill('They called my mother.');
      await me.locator('main form button.primary').first().click();
    }
    must(/\/me\/said\//.test(me.url()), `it was sent, but we are at ${me.url()}`);
    must(/\d{4}|\d{1,2} \w+/.test(await text(me)), 'a day is named');
  });

  await step('a consumer hands in a payslip with a plan, finds it on their page, and what is no paper is refused without losing a figure', async () => {
    await me.goto(`${origin}/me/plan`);
    const press = () => me.locator('main form button.primary').click();
    for (const [field, amount] of [['#wages', '9000'], ['#rent', '2000'], ['#household', '2']]) {
      await me.fill(field, amount);
      await press();
    }
    await me.locator('#day').check();
    await press();
    await me.locator('#way').check();
    await press();
    const choose = async (field, name, bytes) => {
      if (!(await me.locator(field).isVisible())) await me.locator('details.papers summary').click();
      await me.setInputFiles(field, { name, mimeType: 'image/png', buffer: bytes });
    };
    const picture = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
    await choose('#paper-payslip', 'payslip.png', Buffer.from('no picture'));
    await press();
    must(await me.locator('#paper-payslip-fault').isVisible(), `the field says what is wrong: ${(await text(me)).slice(0, 300)}`);
    must(/9,000/.test(await text(me)), 'the figures are still there');
    await choose('#paper-payslip', 'payslip.png', picture);
    await press();
    must(/\/me\/plan\/\w+/.test(me.url()), `it is agreed, but we are at ${me.url()}: ${(await text(me)).slice(0, 300)}`);
    await me.goto(`${origin}/me/papers`);
    const [download] = await Promise.all([me.waitForEvent('download'), me.locator('main a[download]').first().click()]);
    must(/\.png$/.test(download.suggestedFilename()), 'it is saved as a file');
  });

  const officer = await enter('compliance');
  await step('the officer finds the complaint with its deadline, and answers it', async () => {
    await officer.goto(`${origin}/complaints`);
    const first = officer.locator('main tbody a[href^="/complaints/"]').first();
    must(await first.count(), 'a complaint waits');
    await first.click();
    const form = officer.locator('form[action^="/complaints/"]').first();
    must(await form.count(), 'it can be answered');
    await form.locator('input[type=radio]').first().check();
    await form.locator('textarea').first().fill('You were right. We have stopped these calls.');
    await form.locator('button.primary').click();
    must(!(await officer.locator('.summary').count()), `it was answered: ${(await text(officer)).slice(0, 200)}`);
  });

  const manager = await enter('manager');
  await step('the manager sees money and harm, and a night can be run', async () => {
    await manager.goto(`${origin}/overview`);
    must(await manager.locator('.figures dt').count() >= 6, 'figures are shown');
    must(await manager.locator('table.matrix tbody tr').count() >= 2, 'roll rates are shown');
    const before = await text(manager);
    await manager.locator('form[action="/demo/day"] button').click();
    await manager.goto(`${origin}/overview`);
    must((await text(manager)) !== before, 'a day has passed');
  });
  await step('by keyboard alone: the queue, a row, its file', async () => {
    if (!script) return;
    await desk.goto(`${origin}/queue?view=case`);
    await desk.keyboard.press('Tab');
    must(await desk.evaluate(() => document.activeElement?.classList.contains('skip')), 'the first stop is the way to the content');
    await desk.goto(`${origin}/queue?view=case`);
    await desk.keyboard.press('/');
    must(await desk.evaluate(() => document.activeElement?.matches('input[type=search]')), 'a slash leads to the search');
  });
  for (const page of [desk, me, field, officer, manager]) await page.context().close();
  return steps.length;
}

const browser = await launch();
let done = 0;
for (const script of [true, false]) {
  // A book each: what one way changed would stand in the way of the other.
  const { links, folder, program, stop } = await serve(100);
  try {
    done += await walk(browser, links, script);
  } finally {
    const verified = spawnSync(program, ['verify', '--data-dir', folder], { encoding: 'utf8' });
    if (verified.status !== 0) fault('verify', `ends with ${verified.status}: ${verified.stdout.slice(0, 300)} ${verified.stderr.slice(0, 300)}`);
    stop();
  }
}
await browser.close();
console.log(`${done} steps walked, ${faults.length} faults`);
process.exit(faults.length ? 1 : 0);
