//! Messages handed to real servers on this machine: what leaves, and what each answer means.

mod servers;

use std::fs;

use post::{Handed, Parcel, Providers, Settings, Way, signature};
use servers::{Http, Smtp};

const KEY: &str = "a key of thirty-two characters..";

fn providers(settings: &str) -> Result<Providers, post::Unfit> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("messages.toml"), settings).unwrap();
    fs::write(folder.path().join("sms.key"), format!("{KEY}\n")).unwrap();
    fs::write(folder.path().join("short.key"), "short").unwrap();
    Providers::new(&Settings::read(folder.path())?, folder.path())
}

fn parcel(to: &str) -> Parcel {
    Parcel {
        id: "000000000000a".into(),
        to: to.into(),
        subject: "关于您的账户".into(),
        text: "您好，您的账户有一笔款项已到期。\n如有困难，请告诉我们。".into(),
    }
}

#[test]
fn a_mail_arrives_with_its_id_and_its_words() {
    let server = Smtp::start(&[]);
    let providers = providers(&format!(
        "[email]\nserver = \"127.0.0.1\"\nport = {}\ntls = \"none\"\nfrom = \"诚信消费金融 <post@lender.example>\"",
        server.port
    ));
    let providers = providers.unwrap();
    assert_eq!(providers.hand_over(Way::Email, &parcel("wang@example.com")), Handed::Taken);
    let mails = server.mails();
    assert_eq!(mails.len(), 1);
    let mail = &mails[0];
    assert_eq!(mail.to, "wang@example.com");
    assert!(mail.data.contains("Message-ID: <000000000000a@lender.example>"), "{}", mail.data);
    assert!(mail.data.contains("Subject: =?utf-8?"), "{}", mail.data);
    assert!(!mail.data.contains("困难"), "the words travel encoded: {}", mail.data);
}

#[test]
fn what_a_mail_server_answers_decides_whether_it_is_tried_again() {
    let server = Smtp::start(&[("nobody@example.com", "550 5.1.1 no such user"), ("full@example.com", "452 4.2.2 mailbox full")]);
    let settings =
        format!("[email]\nserver = \"127.0.0.1\"\nport = {}\ntls = \"none\"\nfrom = \"post@lender.example\"", server.port);
    let providers = providers(&settings).unwrap();
    assert_eq!(
        providers.hand_over(Way::Email, &parcel("nobody@example.com")),
        Handed::Refused("the mail server answered 550".into())
    );
    assert_eq!(
        providers.hand_over(Way::Email, &parcel("full@example.com")),
        Handed::Unclear("the mail server answered 452".into())
    );
    assert_eq!(providers.hand_over(Way::Email, &parcel("13800001234")), Handed::Refused("not an e-mail address".into()));
    drop(server);
    // Made anew: the old ones still hold their connection.
    let providers = self::providers(&settings).unwrap();
    assert!(matches!(providers.hand_over(Way::Email, &parcel("wang@example.com")), Handed::Unclear(_)));
}

#[test]
fn a_short_message_is_a_signed_call_with_its_id_as_the_key() {
    let server = Http::start(|_| 202);
    let settings = format!("[sms]\nurl = \"http://127.0.0.1:{}/send\"\nkey_file = \"sms.key\"", server.port);
    let providers = providers(&settings).unwrap();
    for _ in 0..2 {
        assert_eq!(providers.hand_over(Way::Sms, &parcel("13800001234")), Handed::Taken);
    }
    let calls = server.calls();
    assert_eq!(calls.len(), 2);
    for call in calls {
        assert_eq!(call.header("idempotency-key"), Some("000000000000a"));
        let at: i64 = call.header("forbear-signature").unwrap()[2..12].parse().unwrap();
        assert_eq!(signature::check(KEY.as_bytes(), call.header("forbear-signature"), at, &call.body), Ok(()));
        let body: serde_json::Value = serde_json::from_slice(&call.body).unwrap();
        assert_eq!(body["to"], "13800001234");
        assert_eq!(body["text"], parcel("").text);
    }
}

#[test]
fn what_a_provider_answers_decides_whether_it_is_tried_again() {
    let cases = [
        (200, "taken"),
        (400, "refused"),
        (404, "refused"),
        (302, "refused"),
        (409, "unclear"),
        (429, "unclear"),
        (503, "unclear"),
    ];
    for (status, expected) in cases {
        let server = Http::start(move |_| status);
        let settings = format!("[chat]\nurl = \"http://localhost:{}/\"\nkey_file = \"sms.key\"", server.port);
        let handed = providers(&settings).unwrap().hand_over(Way::Chat, &parcel("wang"));
        let found = match handed {
            Handed::Taken => "taken",
            Handed::Refused(_) => "refused",
            Handed::Unclear(_) => "unclear",
        };
        assert_eq!(found, expected, "{status}");
    }
}

#[test]
fn settings_that_would_leak_do_not_load() {
    let cases = [
        ("[sms]\nurl = \"http://sms.example.com/\"\nkey_file = \"sms.key\"", "must begin with https://"),
        ("[sms]\nurl = \"http://127.0.0.1.example.com/\"\nkey_file = \"sms.key\"", "must begin with https://"),
        ("[sms]\nurl = \"https://sms.example.com/\"\nkey_file = \"short.key\"", "shorter than 32"),
        ("[sms]\nurl = \"https://sms.example.com/\"\nkey_file = \"none.key\"", "cannot read"),
        ("[email]\nserver = \"mail.example.com\"\ntls = \"none\"\nfrom = \"a@b.example\"", "only a server on this machine"),
        ("[email]\nserver = \"127.0.0.1\"\ntls = \"none\"\nfrom = \"nobody\"", "no address to write from"),
        ("[email]\nserver = \"localhost\"\ntls = \"none\"\nfrom = \"a@b.example\"\nuser = \"a\"", "password_file"),
        ("[pigeon]\nloft = 1", "unknown field"),
    ];
    for (settings, says) in cases {
        let unfit = providers(settings).err().unwrap_or_else(|| panic!("{settings} loads"));
        assert!(unfit.0.contains(says), "{settings}: {}", unfit.0);
    }
    assert!(!providers("").unwrap().has(Way::Sms));
}
