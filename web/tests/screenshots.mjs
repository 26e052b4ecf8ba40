// The pictures of the README, from a demonstration book: `npm run screenshots`.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { launch, serve } from './forbear.mjs';

const folder = process.env.SCREENSHOTS ?? join(import.meta.dirname, '../../docs/screenshots');
mkdirSync(folder, { recursive: true });
const { links, stop } = await serve(1000);
const browser = await launch();
try {
  for (const [role, path, name, width, height] of [['desk', '/queue?view=case', 'queue', 1200, 640], ['consumer', '/me', 'me', 390, 780]]) {
    const context = await browser.newContext({ viewport: { width, height }, locale: 'en-GB', colorScheme: 'light' });
    const page = await context.newPage();
    await page.goto(links[role]);
    await page.goto(new URL(path, links[role]).href);
    await page.screenshot({ path: join(folder, `${name}.png`) });
    await context.close();
  }
} finally {
  await browser.close();
  stop();
}
