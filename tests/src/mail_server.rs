//! A mail server that takes what is sent to it, and answers as a test wants.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use latchkey_core::post::{Smtp, SmtpAddress};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// A mail that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// What `MAIL FROM` said.
    pub from: String,
    /// What `RCPT TO` said.
    pub to: Vec<String>,
    /// The message, as it was before its dots were doubled.
    pub bytes: Vec<u8>,
}

/// What is answered to a command, where that is not the usual thing.
type Script = dyn FnMut(&str) -> Option<String> + Send;

/// A running server on a free loopback port. Dropping it closes everything.
pub struct MailServer {
    address: SocketAddr,
    state: Arc<State>,
    _tasks: JoinSet<()>,
}

struct State {
    taken: Mutex<Vec<Taken>>,
    script: Mutex<Box<Script>>,
}

impl MailServer {
    /// A server that takes everything.
    pub async fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(State { taken: Mutex::default(), script: Mutex::new(Box::new(|_| None)) });
        let mut tasks = JoinSet::new();
        let serving = Arc::clone(&state);
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let state = Arc::clone(&serving);
                connections.spawn(async move {
                    // A client that goes is no concern of the server's.
                    let _ = converse(stream, &state).await;
                });
            }
        });
        Self { address, state, _tasks: tasks }
    }

    /// A client of it.
    pub fn client(&self) -> Smtp {
        Smtp::new(&SmtpAddress::parse(&format!("smtp://{}", self.address)).unwrap()).unwrap()
    }

    /// Answers a command, or the end of a message (`.`), with this, where it is something.
    pub fn answer(&self, script: impl FnMut(&str) -> Option<String> + Send + 'static) {
        *self.state.script.lock().unwrap() = Box::new(script);
    }

    /// What was taken so far.
    pub fn taken(&self) -> Vec<Taken> {
        self.state.taken.lock().unwrap().clone()
    }
}

async fn converse(stream: TcpStream, state: &State) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 mail.example ESMTP\r\n").await?;
    let (mut from, mut to) = (String::new(), Vec::new());
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let line = line.trim_end();
        let scripted = (state.script.lock().unwrap())(line);
        let address = || line[line.find('<').unwrap() + 1..line.find('>').unwrap()].to_owned();
        let reply = match (scripted, line.get(..4).unwrap_or_default().to_ascii_uppercase().as_str()) {
            (Some(reply), _) => reply,
            (None, "EHLO") => "250-mail.example\r\n250 SIZE 41943040".to_owned(),
            (None, "MAIL") => {
                from = address();
                to.clear();
                "250 ok".to_owned()
            }
            (None, "RCPT") => {
                to.push(address());
                "250 ok".to_owned()
            }
            (None, "DATA") => {
                stream.write_all(b"354 go on\r\n").await?;
                let bytes = message(&mut stream).await?;
                let scripted = (state.script.lock().unwrap())(".");
                if scripted.is_none() {
                    state.taken.lock().unwrap().push(Taken { from: from.clone(), to: to.clone(), bytes });
                }
                scripted.unwrap_or_else(|| "250 taken".to_owned())
            }
            (None, "QUIT") => {
                stream.write_all(b"221 bye\r\n").await?;
                return Ok(());
            }
            (None, _) => "500 what?".to_owned(),
        };
        stream.write_all(format!("{reply}\r\n").as_bytes()).await?;
    }
}

async fn message(stream: &mut BufReader<TcpStream>) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    loop {
        let mut line = Vec::new();
        if stream.read_until(b'\n', &mut line).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if line == b".\r\n" {
            return Ok(bytes);
        }
        bytes.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
    }
}
