// Means as stated at a door, and what a plan may take by them: the same sums as on the server, which works them out again.
import type { Answers } from './answers';
import { minor } from './answers';
import type { Day, Offer, Stop } from './day';

/** A line of the form. The guideline is what is counted for an outgoing that somebody does not know. */
export interface FormLine {
  category: string;
  side: 'income' | 'outgoings';
  says: Record<string, string>;
  first_minor: number | null;
  further_minor: number | null;
}

/** A sort of other creditors. What is paid a month to those that come first is taken off; the others share what is left. */
export interface CreditorSort {
  kind: string;
  comes_first: boolean;
  says: Record<string, string>;
}

/** What is asked for: the lines of the form, and the sorts of creditors. */
export interface Form {
  lines: FormLine[];
  creditors: CreditorSort[];
}

/** The form of a day. */
export const formOf = (day: Day | null): Form => ({ lines: day?.means_form ?? [], creditors: day?.creditors ?? [] });

/** The share of what is left that a plan leaves alone, in percent. */
const BUFFER_PERCENT = 10;
/** How many plans in instalments are laid side by side. */
const SHOWN = 3;

const amount = (answers: Answers, category: string): number | null => {
  const typed = answers.means[category] ?? '';
  return typed.trim() === '' ? null : minor(typed);
};

const debt = (answers: Answers, sort: CreditorSort): number => minor(answers.debts[sort.kind] ?? '') ?? 0;

const debts = (form: Form, answers: Answers, comesFirst: boolean): number =>
  form.creditors.filter((it) => it.comes_first === comesFirst).reduce((sum, it) => sum + debt(answers, it), 0);

/** How many sorts of other creditors there are. */
export const creditorCount = (form: Form, answers: Answers): number => form.creditors.filter((it) => debt(answers, it) > 0).length;

/** What a plan with us may take a month by what was answered: our share, where others are owed as well. */
export function capacity(form: Form, answers: Answers, owedMinor: number): number {
  const household = Math.min(30, Math.max(1, Number(answers.household) || 1));
  let left = -(minor(answers.other_debts) ?? 0) - debts(form, answers, true);
  for (const line of form.lines) {
    const stated = amount(answers, line.category);
    if (line.side === 'income') left += stated ?? 0;
    else left -= stated ?? (line.first_minor === null ? 0 : line.first_minor + (line.further_minor ?? 0) * (household - 1));
  }
  left = Math.max(0, left);
  left -= Math.trunc((left * BUFFER_PERCENT) / 100);
  const all = owedMinor + debts(form, answers, false);
  // In whole numbers: the product may be longer than a number here holds.
  return all <= 0 || owedMinor >= all ? left : Number((BigInt(owedMinor) * BigInt(left)) / BigInt(all));
}

/** The ways that may be agreed: what is unaffordable is not offered. */
export function affordable(stop: Stop, form: Form, answers: Answers): { capacity: number; offers: Offer[] } {
  const may = answers.means_from === 'file' && stop.means ? stop.means.capacity_minor : capacity(form, answers, stop.owed_minor);
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
export function stated(form: Form, answers: Answers): unknown {
  const lines = (side: FormLine['side']) =>
    form.lines.filter((it) => it.side === side).map((it) => ({ category: it.category, amount_minor: amount(answers, it.category) }));
  const creditors = form.creditors
    .filter((it) => debt(answers, it) > 0)
    .map((it) => ({ kind: it.kind, [it.comes_first ? 'a_month_minor' : 'owed_minor']: debt(answers, it) }));
  return { income: lines('income'), outgoings: lines('outgoings'), other_debts_minor: minor(answers.other_debts) ?? 0, household: Number(answers.household), creditors };
}
