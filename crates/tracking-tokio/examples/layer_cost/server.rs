//! A program that serves on a thread of its own, and its only client.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;

use axum::extract::Request;
use axum::{Router, ServiceExt as _};
use tokio::net::TcpListener;
use tower::ServiceExt as _;

use crate::Answer;
use crate::variant::Program;

/// How many connections ask at the same time, so that the server always has something to do.
const CONNECTIONS: u32 = 8;

/// Processor time: microseconds a request.
pub(crate) struct Used {
    pub(crate) serving: f64,
    pub(crate) others: f64,
}

pub(crate) struct Server {
    /// The kernel's account of the thread that serves.
    account: PathBuf,
    connections: Vec<TcpStream>,
    is_recording: Arc<AtomicBool>,
    recorded: u32,
}

impl Server {
    pub(crate) fn start(program: &Program) -> Answer<Self> {
        let (started, starts) = mpsc::channel();
        let is_recording = Arc::new(AtomicBool::new(false));
        let (with, without) = (program.with.clone(), program.without.clone());
        let switch = Arc::clone(&is_recording);
        thread::spawn(move || serve(with, without, switch, &started));
        let (account, address) = starts.recv()?;
        let connect = |_| {
            let connection = TcpStream::connect(address)?;
            connection.set_nodelay(true)?;
            Ok(connection)
        };
        Ok(Self {
            account,
            connections: (0..CONNECTIONS).map(connect).collect::<Answer<_>>()?,
            is_recording,
            recorded: 0,
        })
    }

    /// How many requests were answered with the layer.
    pub(crate) fn recorded(&self) -> u32 {
        self.recorded
    }

    /// What answering so many requests uses without the layer, and with it.
    pub(crate) fn round(
        &mut self,
        requests: u32,
        plain_first: bool,
        program: &Program,
    ) -> Answer<(Used, Used)> {
        let requests = requests.next_multiple_of(CONNECTIONS);
        if plain_first {
            let plain = self.used_by(requests, false, program)?;
            return Ok((plain, self.used_by(requests, true, program)?));
        }
        let recorded = self.used_by(requests, true, program)?;
        Ok((self.used_by(requests, false, program)?, recorded))
    }

    /// What answering so many requests uses, until all of it is done.
    fn used_by(&mut self, requests: u32, records: bool, program: &Program) -> Answer<Used> {
        self.is_recording.store(records, Ordering::Relaxed);
        self.recorded += if records { requests } else { 0 };
        let before = self.accounts()?;
        for round in 0..requests / CONNECTIONS {
            for (connection, n) in self.connections.iter_mut().zip(0..) {
                send_request(connection, round * CONNECTIONS + n)?;
            }
            self.connections.iter_mut().try_for_each(read_response)?;
        }
        program.flush()?;
        let after = self.accounts()?;
        let each = |nanoseconds: f64| nanoseconds / 1e3 / f64::from(requests);
        Ok(Used {
            serving: each(after.serving - before.serving),
            others: each(after.others - before.others),
        })
    }

    /// Nanoseconds that the threads have used so far: the serving one, and all others but the
    /// client's.
    fn accounts(&self) -> Answer<Used> {
        let client = own_account()?;
        let mut used = Used {
            serving: used(&self.account)?,
            others: 0.0,
        };
        for thread in fs::read_dir("/proc/self/task")? {
            let account = thread?.path();
            if account.file_name() != self.account.file_name()
                && account.file_name() != client.file_name()
            {
                used.others += self::used(&account)?;
            }
        }
        Ok(used)
    }
}

fn send_request(connection: &mut TcpStream, n: u32) -> Answer<()> {
    let request = format!(
        "GET /lesson/{n} HTTP/1.1\r\nhost: localhost\r\nuser-agent: layer_cost\r\naccept: */*\r\n\
         x-user: anna\r\nx-request-id: 0123456789abcdef\r\n\r\n"
    );
    Ok(connection.write_all(request.as_bytes())?)
}

/// Reads a response to its end.
fn read_response(connection: &mut TcpStream) -> Answer<()> {
    let mut response = [0; 1024];
    let mut read = 0;
    while !response
        .get(..read)
        .is_some_and(|text| text.ends_with(b"This is a page."))
    {
        match connection.read(response.get_mut(read..).unwrap_or_default())? {
            0 => return Err("the server has closed the connection".into()),
            more => read += more,
        }
    }
    Ok(())
}

fn serve(
    with: Router,
    without: Router,
    is_recording: Arc<AtomicBool>,
    started: &mpsc::Sender<(PathBuf, SocketAddr)>,
) -> Answer<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let service = tower::service_fn(move |request: Request| {
        let records = is_recording.load(Ordering::Relaxed);
        let router = if records { &with } else { &without };
        router.clone().oneshot(request)
    });
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        started.send((own_account()?, listener.local_addr()?))?;
        Ok(axum::serve(listener, service.into_make_service()).await?)
    })
}

/// Where the kernel accounts for this thread.
fn own_account() -> Answer<PathBuf> {
    Ok(PathBuf::from("/proc").join(fs::read_link("/proc/thread-self")?))
}

fn used(account: &Path) -> Answer<f64> {
    let account = fs::read_to_string(account.join("schedstat"))?;
    let used = account.split_whitespace().next();
    Ok(used.unwrap_or_default().parse()?)
}
