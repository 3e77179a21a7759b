//! A mail server on loopback that records what it is given and misbehaves on request.
//!
//! In: what each next connection gets. Out: the mails that it took, whole, and how they came. Raw TCP and TLS on a thread of
//! its own, so that tests may move their clocks.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, mpsc};

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

/// The name on its certificate.
pub(crate) const NAME: &str = "mail.example.org";

/// What a connection gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mood {
    /// Takes the mail.
    Well,
    /// 451 to the first receiver: try later.
    PutOff,
    /// 550 to the receiver `two`: nobody of that name.
    RefuseTwo,
    /// 452 to the receiver `two`: its box is full.
    FullTwo,
    /// 452 to the receiver `two`, 550 to the receiver `three`.
    FullTwoNoThree,
    /// 451 at the end of the mail where it is for the receiver `two`.
    FullTwoAtEnd,
    /// 550 at the end of the mail: not this one.
    Refuse,
    /// Hangs up in the middle of the mail.
    DropInData,
    /// Takes the mail, says so and hangs up.
    CloseEarly,
    /// Takes the mail and hangs up before it says so.
    TakeAndDrop,
    /// Says nothing at all.
    Silent,
    /// 535 to the password.
    WrongPassword,
    /// Knows no STARTTLS.
    NoStartTls,
}

/// How connections begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Door {
    Open,
    StartTls,
    Tls,
}

/// A mail as it was taken.
#[derive(Debug, Clone)]
pub(crate) struct Taken {
    pub(crate) bytes: Vec<u8>,
    pub(crate) receivers: Vec<String>,
    pub(crate) is_sealed: bool,
    /// What AUTH PLAIN said, decoded.
    pub(crate) login: Option<String>,
}

#[derive(Default)]
struct Desk {
    moods: VecDeque<Mood>,
    taken: Vec<Taken>,
    n_connections: usize,
}

pub(crate) struct Office {
    pub(crate) addr: SocketAddr,
    /// Its certificate, PEM.
    pub(crate) ca: String,
    desk: Arc<Mutex<Desk>>,
    _stop: tokio::sync::oneshot::Sender<()>,
}

fn lock(desk: &Mutex<Desk>) -> MutexGuard<'_, Desk> {
    desk.lock().expect("no connection panics")
}

impl Office {
    pub(crate) fn open(door: Door) -> Self {
        let key = rcgen::generate_simple_self_signed(vec![NAME.to_owned()]).expect("a certificate");
        let private = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.signing_key.serialize_der()));
        let provider = Arc::new(tokio_rustls::rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().expect("TLS");
        let config = config.with_no_client_auth().with_single_cert(vec![key.cert.der().clone()], private);
        let acceptor = TlsAcceptor::from(Arc::new(config.expect("a key and its certificate")));
        let (desk, (stop, stopped)) = (Arc::new(Mutex::new(Desk::default())), tokio::sync::oneshot::channel());
        let (tell, told) = mpsc::channel();
        let shared = Arc::clone(&desk);
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async move {
                let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
                tell.send(listener.local_addr().expect("an address")).expect("the opener waits");
                tokio::select! {
                    () = serve(listener, door, acceptor, shared) => (),
                    _ = stopped => (),
                }
            });
        });
        let addr = told.recv().expect("the office is open");
        Self { addr, ca: key.cert.pem(), desk, _stop: stop }
    }

    /// The next connections get these moods; all after them `Well`.
    pub(crate) fn moods(&self, moods: &[Mood]) {
        lock(&self.desk).moods = moods.iter().copied().collect();
    }

    pub(crate) fn taken(&self) -> Vec<Taken> {
        lock(&self.desk).taken.clone()
    }

    pub(crate) fn n_connections(&self) -> usize {
        lock(&self.desk).n_connections
    }
}

async fn serve(listener: TcpListener, door: Door, acceptor: TlsAcceptor, desk: Arc<Mutex<Desk>>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else { return };
        let (acceptor, desk) = (acceptor.clone(), Arc::clone(&desk));
        let mood = {
            let mut desk = lock(&desk);
            desk.n_connections += 1;
            desk.moods.pop_front().unwrap_or(Mood::Well)
        };
        tokio::spawn(async move {
            if mood == Mood::Silent {
                std::future::pending::<()>().await;
            }
            let talk = Talk { mood, desk, is_sealed: door == Door::Tls, login: None, receivers: Vec::new() };
            if door == Door::Tls {
                if let Ok(stream) = acceptor.accept(stream).await {
                    let _ = talk.with(BufReader::new(stream), false, true).await;
                }
                return;
            }
            let offers = door == Door::StartTls && mood != Mood::NoStartTls;
            if let Ok(Next::Seal(mut talk, stream)) = talk.with(BufReader::new(stream), offers, true).await
                && let Ok(stream) = acceptor.accept(stream.into_inner()).await
            {
                talk.is_sealed = true;
                let _ = talk.with(BufReader::new(stream), false, false).await;
            }
        });
    }
}

struct Talk {
    mood: Mood,
    desk: Arc<Mutex<Desk>>,
    is_sealed: bool,
    login: Option<String>,
    receivers: Vec<String>,
}

/// How a conversation goes on.
enum Next<S> {
    End,
    Seal(Talk, BufReader<S>),
}

impl Talk {
    #[expect(clippy::too_many_lines, reason = "one arm a command: the list is the point")]
    async fn with<S: AsyncRead + AsyncWrite + Unpin>(
        mut self,
        mut stream: BufReader<S>,
        offers_tls: bool,
        greets: bool,
    ) -> std::io::Result<Next<S>> {
        if greets {
            stream.write_all(b"220 office ESMTP\r\n").await?;
        }
        let mut line = String::new();
        loop {
            line.clear();
            if stream.read_line(&mut line).await? == 0 {
                return Ok(Next::End);
            }
            let upper = line.trim().to_ascii_uppercase();
            let answer: String = match upper.split([' ', ':']).next().unwrap_or_default() {
                "EHLO" if offers_tls => "250-office\r\n250-8BITMIME\r\n250 STARTTLS\r\n".into(),
                "EHLO" => "250-office\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN\r\n".into(),
                "STARTTLS" => {
                    stream.write_all(b"220 go on\r\n").await?;
                    return Ok(Next::Seal(self, stream));
                }
                "AUTH" if self.mood == Mood::WrongPassword => "535 5.7.8 no: open-sesame-1234 is wrong\r\n".into(),
                "AUTH" => {
                    self.login = line.trim().split(' ').nth(2).map(decoded);
                    "235 welcome\r\n".into()
                }
                "RCPT" if self.mood == Mood::PutOff => "451 4.7.1 try later\r\n".into(),
                "RCPT" => self.receive(line.trim()).into(),
                "DATA" => {
                    stream.write_all(b"354 go on\r\n").await?;
                    let Some(answer) = self.take(&mut stream).await? else { return Ok(Next::End) };
                    answer
                }
                "QUIT" => {
                    stream.write_all(b"221 bye\r\n").await?;
                    return Ok(Next::End);
                }
                _ => "250 ok\r\n".into(),
            };
            stream.write_all(answer.as_bytes()).await?;
            if self.mood == Mood::CloseEarly && answer.starts_with("250 taken") {
                return Ok(Next::End);
            }
        }
    }

    /// What a receiver is answered.
    fn receive(&mut self, line: &str) -> &'static str {
        let is_of = |name: &str| line.contains(&format!("<{name}@"));
        match self.mood {
            Mood::RefuseTwo if is_of("two") => "550 5.1.1 unknown\r\n",
            Mood::FullTwo | Mood::FullTwoNoThree if is_of("two") => "452 4.2.2 box full\r\n",
            Mood::FullTwoNoThree if is_of("three") => "550 5.1.1 unknown\r\n",
            _ => {
                self.receivers.push(line.to_owned());
                "250 ok\r\n"
            }
        }
    }

    /// Reads a mail to its lone dot.
    async fn take<S: AsyncRead + AsyncWrite + Unpin>(
        &mut self,
        stream: &mut BufReader<S>,
    ) -> std::io::Result<Option<String>> {
        let mut bytes = Vec::new();
        loop {
            let mut line = Vec::new();
            if stream.read_until(b'\n', &mut line).await? == 0 || self.mood == Mood::DropInData {
                return Ok(None);
            }
            if line == b".\r\n" {
                break;
            }
            // RFC 5321 section 4.5.2: a dot at the beginning of a line is doubled on the way.
            bytes.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
        }
        if self.mood == Mood::Refuse {
            return Ok(Some("550 5.7.1 not this one\r\n".into()));
        }
        let receivers = std::mem::take(&mut self.receivers);
        if self.mood == Mood::FullTwoAtEnd && receivers.iter().any(|line| line.contains("<two@")) {
            return Ok(Some("451 4.2.2 box full\r\n".into()));
        }
        let taken = Taken { bytes, receivers, is_sealed: self.is_sealed, login: self.login.clone() };
        lock(&self.desk).taken.push(taken);
        Ok((self.mood != Mood::TakeAndDrop).then(|| "250 taken\r\n".to_owned()))
    }
}

fn decoded(text: &str) -> String {
    use base64::Engine as _;
    let bytes = base64::engine::general_purpose::STANDARD.decode(text).unwrap_or_default();
    String::from_utf8_lossy(&bytes).replace('\0', "|")
}
