// Means as stated at a door, and what a plan may take by them: the same sums as on the server, which works them out again.
import type { Answers } from './answers';
import { minor } from './answers';
import type { Offer, Stop } from './day';

/** A line of the form. The guideline is what is counted for an outgoing that somebody does not know. */
export interface FormLine {
  category: string;
  side: 'income' | 'outgoings';
  says: Record<string, string>;
  first_minor: number | null;
  further_minor: number | null;
}

/** The share of what is left that a plan leaves alone, in percent. */
const BUFFER_PERCENT = 10;
/** How many plans in instalments are laid side by side. */
const SHOWN = 3;

const amount = (answers: Answers, category: string): number | null => {
  const typed = answers.means[category] ?? '';
  return typed.trim() === '' ? null : minor(typed);
};

/** What a plan may take a month by what was answered. */
export function capacity(form: FormLine[], answers: Answers): number {
  const household = Math.min(30, Math.max(1, Number(answers.household) || 1));
  let left = -(minor(answers.other_debts) ?? 0);
  for (const line of form) {
    const stated = amount(answers, line.category);
    if (line.side === 'income') left += stated ?? 0;
    else left -= stated ?? (line.first_minor === null ? 0 : line.first_minor + (line.further_minor ?? 0) * (household - 1));
  }
  left = Math.max(0, left);
  return left - Math.trunc((left * BUFFER_PERCENT) / 100);
}

/** The ways that may be agreed: what is unaffordable is not offered. */
export function affordable(stop: Stop, form: FormLine[], answers: Answers): { capacity: number; offers: Offer[] } {
  const may = answers.means_from === 'file' && stop.means ? stop.means.capacity_minor : capacity(form, answers);
  const fitting = stop.options.filter((it) => !it.asks_means || it.a_month_minor <= may);
  // As at the desk: the fewest instalments that fit, and two longer plans.
  const plans = fitting.filter((it) => it.way.way === 'instalments').slice(0, SHOWN);
  // A token is for who can keep no plan, and then as much of it as fits.
  const token = plans.length > 0 ? undefined : fitting.findLast((it) => it.way.way === 'token');
  const isShown = (it: Offer): boolean =>
    it.way.way === 'instalments' ? plans.includes(it) : it.way.way !== 'token' || it === token;
  return { capacity: may, offers: fitting.filter(isShown) };
}

/** What goes to the server. */
export function stated(form: FormLine[], answers: Answers): unknown {
  const lines = (side: FormLine['side']) =>
    form.filter((it) => it.side === side).map((it) => ({ category: it.category, amount_minor: amount(answers, it.category) }));
  return { income: lines('income'), outgoings: lines('outgoings'), other_debts_minor: minor(answers.other_debts) ?? 0, household: Number(answers.household) };
}
