// The questions at a door, one a page, and which of them are asked after which answers. Identity comes before any word about the
// debt; being asked to leave, distress, a child or a feeling of danger ends the talk at once.

/** What has been answered so far. Kept as a draft after every change. */
export interface Answers {
  met: '' | 'debtor' | 'other_adult' | 'minor' | 'nobody';
  identity: '' | 'verified' | 'not_verified';
  seen: string[];
  stand: string;
  outcome: '' | 'promise' | 'plan' | 'means' | 'none';
  /** Whether the means on file still hold, or new ones are stated. */
  means_from: '' | 'file' | 'new';
  /** Amounts a month by category; empty is "I do not know". */
  means: Record<string, string>;
  household: string;
  other_debts: string;
  /** Amounts by sort of creditor: what is owed in all, or for those that come first what is paid a month. */
  debts: Record<string, string>;
  /** The way out that was chosen, as JSON. */
  way: string;
  amount: string;
  due_on: string;
  money: string;
  /** Of each, whether it shows the place (`photo`) or a `paper` about income or outgoings that the person showed. */
  photos: { sha256: string; kind: string; bytes: number }[];
  signature: { sha256: string; kind: string; bytes: number } | null;
  signed_name: string;
  words: string;
  unsafe: boolean;
}

export const nothing = (): Answers => ({
  met: '', identity: '', seen: [], stand: '', outcome: '', means_from: '', means: {}, household: '', other_debts: '', debts: {}, way: '', amount: '', due_on: '', money: '', photos: [], signature: null,
  signed_name: '', words: '', unsafe: false,
});

export type Question = 'met' | 'identity' | 'seen' | 'stand' | 'outcome' | 'file' | 'income' | 'outgoings' | 'rest' | 'way' | 'money' | 'photos' | 'signature' | 'words';

const ENDS_TALK = ['leave', 'distress'];

/** The questions that these answers lead to, in order. */
export function questions(answers: Answers, mayTakeMoney: boolean, hasMeans: boolean): Question[] {
  if (answers.unsafe) return ['met', 'words'];
  if (answers.met === 'minor') return ['met', 'words'];
  if (answers.met === 'nobody') return ['met', 'photos', 'words'];
  if (answers.met === 'other_adult') return ['met', 'seen', 'photos', 'words'];
  const open: Question[] = ['met', 'identity', 'seen'];
  const talkEnded = answers.seen.some((it) => ENDS_TALK.includes(it));
  if (answers.identity !== 'verified' || talkEnded) return [...open, 'photos', 'words'];
  const agreed: Question[] = [];
  if (answers.outcome === 'plan' && hasMeans) agreed.push('file');
  if (statesMeans(answers, hasMeans)) agreed.push('income', 'outgoings', 'rest');
  if (answers.outcome === 'plan') agreed.push('way');
  return [...open, 'stand', 'outcome', ...agreed, ...(mayTakeMoney ? (['money'] as const) : []), 'photos', 'signature', 'words'];
}

/** Whether income and outgoings are taken down. */
export const statesMeans = (answers: Answers, hasMeans: boolean): boolean =>
  answers.outcome === 'means' || (answers.outcome === 'plan' && (!hasMeans || answers.means_from === 'new'));

/** An amount as people type it, in minor units; nothing if it is none. */
export function minor(typed: string): number | null {
  const plain = typed.normalize('NFKC').replace(/[,\s¥$]/g, '');
  const found = /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(plain);
  if (!found) return null;
  return Number(found[1]) * 100 + Number((found[2] ?? '').padEnd(2, '0'));
}

/** The key of what is wrong with the answer to `question`; nothing if it will do. */
export function wrong(question: Question, answers: Answers, today: string, owedMinor: number): string | null {
  switch (question) {
    case 'met':
      return answers.met || answers.unsafe ? null : 'record-choose';
    case 'identity':
      return answers.identity ? null : 'record-choose';
    case 'stand':
      return answers.stand ? null : 'record-choose';
    case 'outcome': {
      if (!answers.outcome) return 'record-choose';
      if (answers.outcome !== 'promise') return null;
      const amount = minor(answers.amount);
      if (amount === null || amount <= 0) return 'phone-amount-wrong';
      if (amount > owedMinor) return 'phone-amount-above';
      return answers.due_on >= today ? null : 'phone-day-wrong';
    }
    case 'file':
      return answers.means_from ? null : 'record-choose';
    case 'income':
    case 'outgoings':
      return Object.values(answers.means).every(isAmount) ? null : 'phone-amount-wrong';
    case 'rest':
      if (!/^([1-9]|[12]\d|30)$/.test(answers.household.trim())) return 'phone-household-wrong';
      return [answers.other_debts, ...Object.values(answers.debts)].every(isAmount) ? null : 'phone-amount-wrong';
    case 'way':
      return answers.way ? null : 'record-choose';
    case 'signature':
      return answers.outcome === 'plan' && !answers.signature ? 'phone-plan-signature' : null;
    case 'money':
      return answers.money === '' || (minor(answers.money) ?? 0) > 0 ? null : 'phone-amount-wrong';
    case 'words':
      return answers.words.length <= 4000 ? null : 'phone-too-long';
    case 'seen':
    case 'photos':
      return null;
  }
}

const isAmount = (typed: string): boolean => typed.trim() === '' || minor(typed) !== null;
