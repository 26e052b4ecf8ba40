//! E-mail by SMTP. The message's id is its `Message-ID`, so that a mail sent again after a crash is the same mail.

use std::path::Path;
use std::time::Duration;

use lettre::message::{Mailbox, SinglePart};
use lettre::transport::smtp::PoolConfig;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls as Protection, TlsParameters};
use lettre::{Message, SmtpTransport, Transport};

use crate::settings::{self, Email, Tls, Unfit};
use crate::{Handed, Parcel};

/// Longer than this no server takes to answer.
const TIMEOUT: Duration = Duration::from_secs(20);

/// A mail server and our address.
pub(crate) struct Mailer {
    transport: SmtpTransport,
    from: Mailbox,
}

impl Mailer {
    pub(crate) fn new(email: &Email, folder: &Path) -> Result<Mailer, Unfit> {
        if email.tls == Tls::None && !settings::is_here(&email.server) {
            return Err(Unfit("email: without TLS only a server on this machine is used; say tls = \"starttls\"".into()));
        }
        let from = email.from.parse().map_err(|_| Unfit(format!("email: `{}` is no address to write from", email.from)))?;
        let parameters =
            || TlsParameters::new(email.server.clone()).map_err(|error| Unfit(format!("email: TLS cannot be set up: {error}")));
        let (protection, port) = match email.tls {
            Tls::Implicit => (Protection::Wrapper(parameters()?), 465),
            Tls::Starttls => (Protection::Required(parameters()?), 587),
            Tls::None => (Protection::None, 587),
        };
        let mut builder = SmtpTransport::builder_dangerous(&email.server)
            .port(email.port.unwrap_or(port))
            .tls(protection)
            .timeout(Some(TIMEOUT))
            .pool_config(PoolConfig::new().max_size(16));
        if let Some(user) = &email.user {
            let file = email.password_file.as_deref();
            let file = file.ok_or_else(|| Unfit("email: `user` needs `password_file` beside it".into()))?;
            builder = builder.credentials(Credentials::new(user.clone(), settings::password(folder, file)?));
        }
        Ok(Mailer { transport: builder.build(), from })
    }

    pub(crate) fn hand_over(&self, parcel: &Parcel) -> Handed {
        let Ok(to) = parcel.to.parse::<Mailbox>() else { return Handed::Refused("not an e-mail address".into()) };
        let message = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(parcel.subject.clone())
            .message_id(Some(format!("<{}@{}>", parcel.id, self.from.email.domain())))
            .singlepart(SinglePart::plain(parcel.text.clone()));
        let Ok(message) = message else { return Handed::Refused("the mail cannot be put together".into()) };
        match self.transport.send(&message) {
            Ok(_) => Handed::Taken,
            // The server's words may repeat the address; its number does not.
            Err(error) if error.is_permanent() => Handed::Refused(code(&error)),
            Err(error) => Handed::Unclear(code(&error)),
        }
    }
}

fn code(error: &lettre::transport::smtp::Error) -> String {
    error.status().map_or_else(|| "no answer from the mail server".into(), |code| format!("the mail server answered {code}"))
}
