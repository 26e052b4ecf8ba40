// The one enhancer. Pages work without it; it adds four behaviours and nothing else:
//   data-live="#region"   a GET form whose region follows what is typed, without a page load
//   data-key="x"          a key for a link, a field or a disclosure; j/k/o move through [data-rows]
//   data-poll="seconds"   a region that is fetched again until it says that it is done
//   data-focus            takes the focus once the page is there
'use strict';

const announcer = document.getElementById('announcer');

/** Fetches `url` and puts the part of its page under `selector` in the place of ours. Focus and caret stay. */
async function swap(url, selector, signal) {
  const region = document.querySelector(selector);
  region.setAttribute('aria-busy', 'true');
  try {
    const answer = await fetch(url, { signal, headers: { accept: 'text/html' } });
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector(selector);
    // Signed out or failed: the browser shows what the server has to say.
    if (!answer.ok || answer.redirected || !fresh) return location.assign(url);
    const focused = document.activeElement && region.contains(document.activeElement) ? document.activeElement.id : '';
    region.replaceWith(fresh);
    if (focused) document.getElementById(focused)?.focus();
    announcer.textContent = fresh.querySelector('[data-announce]')?.textContent ?? '';
  } finally {
    region.removeAttribute('aria-busy');
  }
}

let running;

/** Shows `url` in `selector` and in the address bar. A newer wish ends an older one. */
async function follow(url, selector, push) {
  running?.abort();
  running = new AbortController();
  try {
    await swap(url, selector, running.signal);
    if (push) history.pushState({ selector }, '', url);
  } catch (error) {
    if (error.name !== 'AbortError') location.assign(url);
  }
}

for (const form of document.querySelectorAll('form[data-live]')) {
  const selector = form.dataset.live;
  let wait;
  const go = () => {
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (value) query.append(name, value);
    follow(`${form.action.split('?')[0]}?${query}`, selector, true);
  };
  const soon = (event) => {
    // Half-composed pinyin is not a search.
    if (event.isComposing) return;
    clearTimeout(wait);
    wait = setTimeout(go, event.type === 'change' ? 0 : 250);
  };
  for (const type of ['input', 'change', 'compositionend']) form.addEventListener(type, soon);
  form.addEventListener('submit', (event) => { event.preventDefault(); clearTimeout(wait); go(); });
  document.addEventListener('click', (event) => {
    const link = event.target.closest('a');
    const ours = link && link.closest(selector) && link.pathname === location.pathname && link.search !== location.search;
    if (!ours || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    follow(link.href, selector, true);
  });
  addEventListener('popstate', () => location.reload());
}

let here = -1;

/** Marks the row `by` steps further on, and tells it. */
function step(by) {
  const rows = [...document.querySelectorAll('[data-rows] tr')];
  if (!rows.length) return;
  rows[here]?.classList.remove('here');
  here = Math.min(Math.max(here + by, 0), rows.length - 1);
  rows[here].classList.add('here');
  rows[here].querySelector('a')?.focus();
}

let prefix = '';
const places = { q: '/queue', c: '/complaints', r: '/overview', v: '/visits' };

addEventListener('keydown', (event) => {
  const typing = event.target.closest('input:not([type=checkbox], [type=radio]), textarea, select');
  if (event.key === 'Escape') {
    document.querySelectorAll('details[open]').forEach((details) => { details.open = false; });
    if (typing) typing.blur();
  }
  if ((event.ctrlKey || event.metaKey) && event.key === 'k') {
    const find = document.getElementById('find');
    if (find) event.preventDefault();
    return find?.focus();
  }
  if (typing || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (prefix === 'g' && places[event.key]) location.assign(places[event.key]);
  prefix = event.key === 'g' ? 'g' : '';
  if (event.key === 'j' || event.key === 'k') return step(event.key === 'j' ? 1 : -1);
  if (event.key === 'o') return document.querySelector('tr.here a')?.click();
  const target = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!target) return;
  event.preventDefault();
  target.matches('input') ? target.focus() : target.click();
});

/** Fetches a region again and again until it no longer asks for it. */
function poll(region) {
  const seconds = Number(region.dataset.poll);
  if (!seconds) return;
  setTimeout(async () => {
    await swap(location.href, `#${region.id}`).catch(() => {});
    const next = document.getElementById(region.id);
    if (next) poll(next);
  }, seconds * 1000);
}

document.querySelectorAll('[data-poll]').forEach(poll);
document.querySelector('[data-focus]')?.focus();
