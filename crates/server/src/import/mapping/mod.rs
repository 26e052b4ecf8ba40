//! The mapping file: how the columns of somebody else's file become our fields. `docs/import.md` is its reference.

mod field;
mod table;

pub(crate) use field::{Column, Field};
pub(crate) use table::{Said, Strict, Wrong, nearest};

use super::currency;
use super::number::NumberForm;
use super::sums::Equation;
use field::Kind;

/// A mapping file, read and found sound by itself; whether its columns exist is known once the source is open.
#[derive(Debug)]
pub(crate) struct Mapping {
    /// Whose rows these are. A row is loaded once a source.
    pub(crate) source: String,
    /// ISO 4217 code of the amounts.
    pub(crate) currency: String,
    /// IANA name of the zone of the people.
    pub(crate) zone: String,
    /// How the files are written.
    pub(crate) file: FileForm,
    /// Which rows count; the others are passed over.
    pub(crate) only: Vec<Only>,
    /// Other files whose rows belong to these.
    pub(crate) joins: Vec<Join>,
    /// Sums that a row should keep.
    pub(crate) checks: Vec<Equation>,
    /// What the rows are.
    pub(crate) fields: Fields,
}

/// What the rows are, and their fields.
#[derive(Debug)]
pub(crate) enum Fields {
    Loans(Box<LoanFields>),
    Payments(Box<PaymentFields>),
    Contacts(Box<ContactFields>),
}

/// The form of the source files.
#[derive(Clone, Debug)]
pub(crate) struct FileForm {
    pub(crate) delimiter: u8,
    pub(crate) quote: u8,
    pub(crate) encoding: &'static encoding_rs::Encoding,
    /// Texts that stand for nothing.
    pub(crate) nothing: Vec<String>,
    pub(crate) numbers: NumberForm,
}

/// `column = value` or `column != value`.
#[derive(Clone, Debug)]
pub(crate) struct Only {
    pub(crate) column: Column,
    pub(crate) value: String,
    pub(crate) is_equal: bool,
}

/// Another file, whose row with `matching` equal to the row's `to` is joined to it.
#[derive(Debug)]
pub(crate) struct Join {
    /// Its columns are called `name.column`.
    pub(crate) name: String,
    /// In the folder of the source.
    pub(crate) file: Said,
    /// The column of the other file.
    pub(crate) matching: Column,
    /// The column of the row so far.
    pub(crate) to: Column,
    /// Which rows of the other file count.
    pub(crate) only: Vec<Only>,
}

/// The fields of a loan.
#[derive(Debug)]
pub(crate) struct LoanFields {
    pub(crate) key: Field,
    pub(crate) number: Option<Field>,
    pub(crate) principal: Field,
    pub(crate) disbursed_on: Field,
    pub(crate) first_due_on: Option<Field>,
    pub(crate) instalments: Field,
    pub(crate) annual_rate: Option<Field>,
    pub(crate) method: Option<Field>,
    pub(crate) rounding: Option<Field>,
    pub(crate) grace_days: Option<Field>,
    /// The fee of one instalment as a share of the principal, for `flat_fee`.
    pub(crate) fee_rate: Option<Field>,
    pub(crate) late_rate: Option<Field>,
    pub(crate) currency: Option<Field>,
    /// The instalment that the other system states; compared with ours.
    pub(crate) instalment: Option<Field>,
    pub(crate) opening: Option<OpeningFields>,
    pub(crate) status: Option<StatusField>,
    pub(crate) person: PersonFields,
}

/// Where the loan stood when it was taken over.
#[derive(Debug)]
pub(crate) struct OpeningFields {
    pub(crate) as_of: Field,
    pub(crate) paid_principal: Option<Field>,
    pub(crate) paid_interest: Option<Field>,
    pub(crate) paid_fees: Option<Field>,
    pub(crate) paid_penalty: Option<Field>,
    pub(crate) penalty_owed: Option<Field>,
    /// The principal still owed, as the other system states it; compared with ours.
    pub(crate) balance: Option<Field>,
}

/// How the other system calls the state of a loan.
#[derive(Debug)]
pub(crate) struct StatusField {
    pub(crate) field: Field,
    pub(crate) means: Vec<(String, Status)>,
}

/// The state of a loan as the other system states it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// Not past due.
    Current,
    /// Past due by so many days.
    Late { from: u32, to: u32 },
    /// Nothing owed any more.
    Settled,
    /// Given up: a write-off is recorded.
    WrittenOff,
    /// Says nothing that can be compared.
    Unsaid,
}

/// The fields of a person. All but the key stay outside the log.
#[derive(Debug)]
pub(crate) struct PersonFields {
    pub(crate) key: Field,
    pub(crate) name: Field,
    pub(crate) phone: Option<Field>,
    pub(crate) resident_id: Option<Field>,
    /// A Czech birth number: day of birth and sex.
    pub(crate) birth_number: Option<Field>,
    pub(crate) address: Option<Field>,
    pub(crate) city: Option<Field>,
}

/// How a row names a loan of the book.
#[derive(Debug)]
pub(crate) struct LoanRef {
    /// The source under which the loans were imported.
    pub(crate) source: String,
    /// What names it.
    pub(crate) field: Field,
    /// Whether that is its key in the source, and not its number.
    pub(crate) is_key: bool,
}

/// The fields of a payment.
#[derive(Debug)]
pub(crate) struct PaymentFields {
    pub(crate) key: Field,
    pub(crate) loan: LoanRef,
    pub(crate) amount: Field,
    pub(crate) paid_on: Field,
    pub(crate) currency: Option<Field>,
}

/// The fields of a contact that another system recorded.
#[derive(Debug)]
pub(crate) struct ContactFields {
    pub(crate) key: Field,
    pub(crate) loan: LoanRef,
    pub(crate) channel: Field,
    /// Outbound where the mapping does not say.
    pub(crate) direction: Option<Field>,
    pub(crate) outcome: Field,
    /// The instant, or the wall clock of the mapping's zone.
    pub(crate) at: Field,
    /// The number of the agency in the house's register; the lender's own staff where there is none.
    pub(crate) agency: Option<Field>,
}

/// What is imported, as the command says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    Loans,
    Payments,
    Contacts,
}

impl What {
    /// The word of the command line.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            What::Loans => "loans",
            What::Payments => "payments",
            What::Contacts => "contacts",
        }
    }

    /// The heading of its report.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            What::Loans => "import-title-loans",
            What::Payments => "import-title-payments",
            What::Contacts => "import-title-contacts",
        }
    }
}

impl Mapping {
    /// Reads a mapping of `what`.
    pub(crate) fn parse(text: &str, what: What) -> Result<Mapping, Wrong> {
        let mut whole = table::read(text)?;
        let source = whole.required("source", "source = \"old-core\"")?;
        if source.text.is_empty() || source.text.contains(':') {
            return Err(source.wrong("`source` is a short name without `:`"));
        }
        let currency = whole.required("currency", "currency = \"CNY\"")?;
        currency::check(&currency.text).map_err(|fix| currency.wrong(fix.in_english()))?;
        let zone = whole.required("zone", "zone = \"Asia/Shanghai\"")?;
        jiff::tz::TimeZone::get(&zone.text)
            .map_err(|_| zone.wrong(format!("`{}` is no IANA time zone such as Asia/Shanghai", zone.text)))?;
        let file = file_form(whole.table("file")?)?;
        let only = only(whole.texts("only")?)?;
        let joins = whole.tables("join")?.into_iter().map(join).collect::<Result<_, _>>()?;
        let checks =
            whole.tables("check")?.into_iter().map(|table| Equation::read(table, file.numbers)).collect::<Result<_, _>>()?;
        let numbers = file.numbers;
        let fields = match what {
            What::Loans => Fields::Loans(Box::new(loan_fields(&mut whole, numbers)?)),
            What::Payments => Fields::Payments(Box::new(payment_fields(&mut whole, numbers, &source.text)?)),
            What::Contacts => Fields::Contacts(Box::new(contact_fields(&mut whole, numbers, &source.text)?)),
        };
        whole.finish()?;
        Ok(Mapping { source: source.text, currency: currency.text, zone: zone.text, file, only, joins, checks, fields })
    }

    /// Every column that is named, for finding its place. Joins are found first, each by what stands before it.
    pub(crate) fn columns_mut(&mut self) -> Vec<&mut Column> {
        let mut columns: Vec<&mut Column> = self.only.iter_mut().map(|only| &mut only.column).collect();
        columns.extend(self.checks.iter_mut().flat_map(Equation::columns_mut));
        let fields: Vec<&mut Field> = match &mut self.fields {
            Fields::Loans(loan) => loan.all_mut(),
            Fields::Payments(payment) => payment.all_mut(),
            Fields::Contacts(contact) => contact.all_mut(),
        };
        columns.extend(fields.into_iter().flat_map(Field::columns_mut));
        columns
    }
}

impl LoanFields {
    fn all_mut(&mut self) -> Vec<&mut Field> {
        let person = &mut self.person;
        let mut fields = vec![
            &mut self.key,
            &mut self.principal,
            &mut self.disbursed_on,
            &mut self.instalments,
            &mut person.key,
            &mut person.name,
        ];
        let maybe = [
            &mut self.number,
            &mut self.first_due_on,
            &mut self.annual_rate,
            &mut self.method,
            &mut self.rounding,
            &mut self.grace_days,
            &mut self.late_rate,
            &mut self.fee_rate,
            &mut self.currency,
            &mut self.instalment,
            &mut person.phone,
            &mut person.resident_id,
            &mut person.birth_number,
            &mut person.address,
            &mut person.city,
        ];
        fields.extend(maybe.into_iter().flatten());
        fields.extend(self.status.as_mut().map(|status| &mut status.field));
        if let Some(opening) = &mut self.opening {
            fields.push(&mut opening.as_of);
            let paid =
                [&mut opening.paid_principal, &mut opening.paid_interest, &mut opening.paid_fees, &mut opening.paid_penalty];
            fields.extend(paid.into_iter().flatten());
            fields.extend([&mut opening.penalty_owed, &mut opening.balance].into_iter().flatten());
        }
        fields
    }
}

impl PaymentFields {
    fn all_mut(&mut self) -> Vec<&mut Field> {
        let mut fields = vec![&mut self.loan.field, &mut self.key, &mut self.amount, &mut self.paid_on];
        fields.extend(self.currency.as_mut());
        fields
    }
}

impl ContactFields {
    fn all_mut(&mut self) -> Vec<&mut Field> {
        let mut fields = vec![&mut self.loan.field, &mut self.key, &mut self.channel, &mut self.outcome, &mut self.at];
        fields.extend([&mut self.direction, &mut self.agency].into_iter().flatten());
        fields
    }
}

fn file_form(table: Option<Strict<'_>>) -> Result<FileForm, Wrong> {
    let numbers = NumberForm { decimal: '.', grouping: None };
    let mut form = FileForm { delimiter: b',', quote: b'"', encoding: encoding_rs::UTF_8, nothing: vec![], numbers };
    let Some(mut table) = table else { return Ok(form) };
    let letter = |said: &Said| match said.text.chars().collect::<Vec<_>>()[..] {
        [letter] if letter.is_ascii() => Ok(letter),
        _ => Err(said.wrong(format!("`{}` must be one ASCII character", said.text))),
    };
    if let Some(said) = table.text("delimiter")? {
        form.delimiter = letter(&said)? as u8;
    }
    if let Some(said) = table.text("quote")? {
        form.quote = letter(&said)? as u8;
    }
    if let Some(said) = table.text("encoding")? {
        form.encoding = encoding_rs::Encoding::for_label(said.text.as_bytes()).ok_or_else(|| {
            said.wrong(format!("`{}` is no known encoding; utf-8, gb18030, windows-1250 and the like are", said.text))
        })?;
    }
    if let Some(said) = table.text("decimal")? {
        form.numbers.decimal = letter(&said)?;
    }
    if let Some(said) = table.text("grouping")? {
        form.numbers.grouping = Some(letter(&said)?);
    }
    if form.numbers.grouping == Some(form.numbers.decimal) {
        return Err(table.wrong("`decimal` and `grouping` are the same character"));
    }
    form.nothing = table.texts("nothing")?.into_iter().map(|said| said.text).collect();
    table.finish()?;
    Ok(form)
}

fn only(texts: Vec<Said>) -> Result<Vec<Only>, Wrong> {
    let read = |said: Said| {
        let (is_equal, parts) = match said.text.split_once("!=") {
            Some(parts) => (false, Some(parts)),
            None => (true, said.text.split_once('=')),
        };
        let (column, value) =
            parts.ok_or_else(|| said.wrong(format!("`{}` must read `column = value` or `column != value`", said.text)))?;
        let column = Column::named(Said { text: column.trim().into(), line: said.line });
        Ok(Only { column, value: value.trim().into(), is_equal })
    };
    texts.into_iter().map(read).collect()
}

fn join(mut table: Strict<'_>) -> Result<Join, Wrong> {
    let join = Join {
        name: table.required("name", "name = \"client\"")?.text,
        file: table.required("file", "file = \"client.asc\"")?,
        matching: Column::named(table.required("match", "match = \"client_id\"")?),
        to: Column::named(table.required("to", "to = \"client_id\"")?),
        only: only(table.texts("only")?)?,
    };
    table.finish()?;
    Ok(join)
}

fn loan_fields(whole: &mut Strict<'_>, numbers: NumberForm) -> Result<LoanFields, Wrong> {
    let mut opening = None;
    if let Some(mut table) = whole.table("opening")? {
        let mut field = |key, kind| Field::read(&mut table, key, kind, numbers);
        let as_of = field("as_of", Kind::Day)?;
        let fields = (
            field("paid_principal", Kind::Amount)?,
            field("paid_interest", Kind::Amount)?,
            field("paid_fees", Kind::Amount)?,
            field("paid_penalty", Kind::Amount)?,
            field("penalty_owed", Kind::Amount)?,
            field("balance", Kind::Amount)?,
        );
        let as_of = as_of.ok_or_else(|| table.missing("as_of", "as_of = { value = \"2026-06-30\" }"))?;
        let (paid_principal, paid_interest, paid_fees, paid_penalty, penalty_owed, balance) = fields;
        opening = Some(OpeningFields { as_of, paid_principal, paid_interest, paid_fees, paid_penalty, penalty_owed, balance });
        table.finish()?;
    }
    let status = whole.table("status")?.map(|table| status_field(table, numbers)).transpose()?;
    let person = person_fields(whole, numbers)?;
    let mut table = whole
        .table("loan")?
        .ok_or_else(|| whole.missing("loan", "a table [loan] with key, principal, disbursed_on and instalments"))?;
    let mut field = |key, kind| Field::read(&mut table, key, kind, numbers);
    let (key, principal) = (field("key", Kind::Text)?, field("principal", Kind::Amount)?);
    let (disbursed_on, instalments) = (field("disbursed_on", Kind::Day)?, field("instalments", Kind::Count)?);
    let number = field("number", Kind::Text)?;
    let first_due_on = field("first_due_on", Kind::Day)?;
    let annual_rate = field("annual_rate", Kind::Rate)?;
    let (method, fee_rate, rounding) =
        (field("method", Kind::Text)?, field("fee_rate", Kind::Rate)?, field("rounding", Kind::Text)?);
    let (grace_days, late_rate) = (field("grace_days", Kind::Count)?, field("late_rate", Kind::Rate)?);
    let (currency, instalment) = (field("currency", Kind::Text)?, field("instalment", Kind::Amount)?);
    let fields = LoanFields {
        key: key.ok_or_else(|| table.missing("key", "key = \"loan_id\""))?,
        principal: principal.ok_or_else(|| table.missing("principal", "principal = \"amount\""))?,
        disbursed_on: disbursed_on.ok_or_else(|| table.missing("disbursed_on", "disbursed_on = \"date\""))?,
        instalments: instalments.ok_or_else(|| table.missing("instalments", "instalments = \"term\""))?,
        number,
        first_due_on,
        annual_rate,
        method,
        rounding,
        grace_days,
        late_rate,
        fee_rate,
        currency,
        instalment,
        opening,
        status,
        person,
    };
    table.finish()?;
    Ok(fields)
}

fn status_field(mut table: Strict<'_>, numbers: NumberForm) -> Result<StatusField, Wrong> {
    let field =
        Field::read(&mut table, "from", Kind::Text, numbers)?.ok_or_else(|| table.missing("from", "from = \"loan_status\""))?;
    let pairs = table.table("means")?.ok_or_else(|| table.missing("means", "means = { Current = \"current\" }"))?.pairs()?;
    let means = pairs.into_iter().map(|(theirs, ours)| Ok((theirs.text, status(&ours)?))).collect::<Result<_, _>>()?;
    table.finish()?;
    Ok(StatusField { field, means })
}

fn status(said: &Said) -> Result<Status, Wrong> {
    let range = |text: &str| {
        let (from, to) = text.split_once('-')?;
        Some(Status::Late { from: from.trim().parse().ok()?, to: to.trim().parse().ok()? })
    };
    let known = match said.text.as_str() {
        "current" => Some(Status::Current),
        "late" => Some(Status::Late { from: 1, to: u32::MAX }),
        "settled" => Some(Status::Settled),
        "written_off" => Some(Status::WrittenOff),
        "unsaid" => Some(Status::Unsaid),
        text => text.strip_prefix("late ").and_then(range),
    };
    known.ok_or_else(|| {
        said.wrong(format!("`{}` is no status: use current, late, late 31-120, settled, written_off or unsaid", said.text))
    })
}

fn person_fields(whole: &mut Strict<'_>, numbers: NumberForm) -> Result<PersonFields, Wrong> {
    let mut table = whole.table("person")?.ok_or_else(|| whole.missing("person", "a table [person] with key and name"))?;
    let mut field = |key| Field::read(&mut table, key, Kind::Text, numbers);
    let (key, name) = (field("key")?, field("name")?);
    let (phone, resident_id, birth_number) = (field("phone")?, field("resident_id")?, field("birth_number")?);
    let (address, city) = (field("address")?, field("city")?);
    let key = key.ok_or_else(|| table.missing("key", "key = \"customer_id\""))?;
    let name = name.ok_or_else(|| table.missing("name", "name = { text = \"Borrower {customer_id}\" }"))?;
    if address.is_some() != city.is_some() {
        return Err(table.wrong("`address` and `city` belong together: map both or neither"));
    }
    table.finish()?;
    Ok(PersonFields { key, name, phone, resident_id, birth_number, address, city })
}

fn payment_fields(whole: &mut Strict<'_>, numbers: NumberForm, source: &str) -> Result<PaymentFields, Wrong> {
    let mut table = whole
        .table("payment")?
        .ok_or_else(|| whole.missing("payment", "a table [payment] with key, loan, amount and paid_on"))?;
    let loan = loan_ref(&mut table, numbers, source)?;
    let mut field = |key, kind| Field::read(&mut table, key, kind, numbers);
    let key = field("key", Kind::Text)?;
    let (amount, paid_on, currency) =
        (field("amount", Kind::Amount)?, field("paid_on", Kind::Day)?, field("currency", Kind::Text)?);
    let fields = PaymentFields {
        key: key.ok_or_else(|| table.missing("key", "key = \"trans_id\""))?,
        amount: amount.ok_or_else(|| table.missing("amount", "amount = \"amount\""))?,
        paid_on: paid_on.ok_or_else(|| table.missing("paid_on", "paid_on = \"date\""))?,
        loan,
        currency,
    };
    table.finish()?;
    Ok(fields)
}

fn contact_fields(whole: &mut Strict<'_>, numbers: NumberForm, source: &str) -> Result<ContactFields, Wrong> {
    let mut table = whole
        .table("contact")?
        .ok_or_else(|| whole.missing("contact", "a table [contact] with key, loan, channel, outcome and at"))?;
    let loan = loan_ref(&mut table, numbers, source)?;
    let mut field = |key, kind| Field::read(&mut table, key, kind, numbers);
    let key = field("key", Kind::Text)?;
    let (channel, direction, outcome) =
        (field("channel", Kind::Text)?, field("direction", Kind::Text)?, field("outcome", Kind::Text)?);
    let (at, agency) = (field("at", Kind::Text)?, field("agency", Kind::Count)?);
    let fields = ContactFields {
        key: key.ok_or_else(|| table.missing("key", "key = \"call_id\""))?,
        channel: channel.ok_or_else(|| table.missing("channel", "channel = { value = \"call\" }"))?,
        outcome: outcome.ok_or_else(|| table.missing("outcome", "outcome = \"result\""))?,
        at: at.ok_or_else(|| table.missing("at", "at = \"began_at\""))?,
        loan,
        direction,
        agency,
    };
    table.finish()?;
    Ok(fields)
}

/// Reads how the rows of `table` name their loan.
fn loan_ref(table: &mut Strict<'_>, numbers: NumberForm, source: &str) -> Result<LoanRef, Wrong> {
    let source = table.text("loans")?.map_or_else(|| source.to_string(), |said| said.text);
    let mut field = |key| Field::read(table, key, Kind::Text, numbers);
    match (field("loan")?, field("number")?) {
        (Some(field), None) => Ok(LoanRef { source, field, is_key: true }),
        (None, Some(field)) => Ok(LoanRef { source, field, is_key: false }),
        _ => Err(table.wrong("say which loan by exactly one of `loan` (its key when it was imported) or `number`")),
    }
}
