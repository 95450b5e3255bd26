//! Real mail servers: Postfix, Dovecot and OpenDKIM, each with settings, queue and ports of its own.
//!
//! One Postfix plays two parts. `customer.test`, a provider whose mail is signed (DKIM), takes mail at
//! [`MailServers::customers_port`]. `company.test`, where the company's mailbox is, takes everybody's mail at
//! [`MailServers::world_port`], checks signatures, writes `Authentication-Results` as `mx.company.test` and hands over to
//! Dovecot; people there send at [`MailServers::submission_port`] with a password.

use std::fs;
use std::io::{BufRead, BufReader, Read, Seek, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::free_port;

/// The password of everybody.
pub const MAIL_PASSWORD: &str = "correct horse";
const PROGRAMS: [&str; 4] = ["postfix", "dovecot", "opendkim", "openssl"];
const START_MAX: Duration = Duration::from_secs(20);

/// Running mail servers. Stopped when dropped.
pub struct MailServers {
    directory: TempDir,
    filters: Vec<Child>,
    /// Where `mx.company.test` takes mail from anybody.
    pub world_port: u16,
    /// Where the provider of `customer.test` takes mail of its customers.
    pub customers_port: u16,
    /// Where people of `company.test` send, by STARTTLS.
    pub submission_port: u16,
    /// Where mailboxes are read, by TLS.
    pub imap_port: u16,
}

impl MailServers {
    /// Why they cannot run here, if they cannot: Postfix needs to be root.
    pub fn missing() -> Option<String> {
        let is_there = |program: &&str| {
            let paths = std::env::var_os("PATH").unwrap_or_default();
            let usual = [PathBuf::from("/usr/sbin")];
            std::env::split_paths(&paths).chain(usual).any(|path| path.join(program).is_file())
        };
        if let Some(absent) = PROGRAMS.iter().find(|program| !is_there(program)) {
            return Some(format!("{absent} is not installed"));
        }
        (!rustix::process::geteuid().is_root()).then(|| "Postfix starts for root alone".to_owned())
    }

    /// Starts them and waits until they listen.
    pub fn start() -> Self {
        let directory = tempfile::Builder::new().prefix("cs-mail-").tempdir().expect("a directory");
        let path = directory.path();
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("its mode is set");
        let mut servers = Self {
            world_port: free_port(),
            customers_port: free_port(),
            submission_port: free_port(),
            imap_port: free_port(),
            filters: Vec::new(),
            directory,
        };
        servers.certificates();
        servers.dovecot();
        let (checks, signs) = servers.opendkim();
        servers.postfix(checks, signs);
        for port in [servers.world_port, servers.customers_port, servers.submission_port, servers.imap_port] {
            listens(port);
        }
        servers
    }

    fn path(&self) -> &Path {
        self.directory.path()
    }

    /// The certificate of the authority that signed theirs.
    pub fn authority(&self) -> PathBuf {
        self.path().join("ca.pem")
    }

    /// The mails of an address' mailbox, as they lie there.
    pub fn mailbox(&self, address: &str) -> Vec<String> {
        let (name, domain) = address.split_once('@').expect("an address");
        let folder = self.path().join("mail").join(domain).join(name);
        let mut mails: Vec<(PathBuf, String)> = ["new", "cur"]
            .iter()
            .filter_map(|part| fs::read_dir(folder.join(part)).ok())
            .flatten()
            .filter_map(|entry| entry.ok().map(|entry| entry.path()))
            .map(|path| {
                (path.clone(), String::from_utf8_lossy(&fs::read(&path).unwrap_or_default()).into_owned())
            })
            .collect();
        mails.sort_by_key(|(path, _)| path.file_name().map(ToOwned::to_owned));
        mails.into_iter().map(|(_, mail)| mail).collect()
    }

    /// Hands a mail over by SMTP, as one program does to another.
    pub fn hand_over(port: u16, from: &str, to: &str, mail: &str) {
        let stream = TcpStream::connect(("127.0.0.1", port)).expect("the mail server takes connections");
        stream.set_read_timeout(Some(START_MAX)).expect("a time limit");
        let mut reader = BufReader::new(stream.try_clone().expect("the stream"));
        let mut writer = stream;
        let mut answered = |expected: &str| {
            let mut line = String::new();
            loop {
                line.clear();
                reader.read_line(&mut line).expect("the mail server answers");
                if line.as_bytes().get(3) != Some(&b'-') {
                    break;
                }
            }
            assert!(line.starts_with(expected), "{line}");
        };
        answered("220");
        for (command, expected) in [
            ("EHLO sender.test".to_owned(), "250"),
            (format!("MAIL FROM:<{from}>"), "250"),
            (format!("RCPT TO:<{to}>"), "250"),
            ("DATA".to_owned(), "354"),
            (format!("{}\r\n.", mail.replace("\r\n", "\n").replace('\n', "\r\n")), "250"),
            ("QUIT".to_owned(), "221"),
        ] {
            writer.write_all(format!("{command}\r\n").as_bytes()).expect("the mail server listens");
            answered(expected);
        }
    }

    /// An authority and a certificate of `localhost`.
    fn certificates(&self) {
        let path = self.path();
        let extensions = "subjectAltName=DNS:localhost\nbasicConstraints=CA:FALSE\n";
        fs::write(path.join("ext"), extensions).expect("a file");
        let authority = "req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 2 -subj /CN=Authority -addext basicConstraints=critical,CA:TRUE";
        let request = "req -newkey rsa:2048 -nodes -keyout key.pem -out request.pem -subj /CN=localhost";
        let sign = "x509 -req -in request.pem -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile ext -out cert.pem";
        for command in [authority, request, sign] {
            run(Command::new("openssl").args(command.split(' ')).current_dir(path));
        }
    }

    fn dovecot(&self) {
        let (path, port) = (self.path().display(), self.imap_port);
        let settings = format!(
            "base_dir = {path}/run
state_dir = {path}/state
protocols = imap lmtp
listen = 127.0.0.1
ssl = required
ssl_cert = <{path}/cert.pem
ssl_key = <{path}/key.pem
log_path = {path}/dovecot.log
mail_location = maildir:{path}/mail/%d/%n
first_valid_uid = 1
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {path}/users
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={path}/mail/%d/%n
}}
service imap-login {{
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
    ssl = yes
  }}
}}
service lmtp {{
  unix_listener {path}/lmtp {{
    mode = 0666
  }}
}}
service auth {{
  unix_listener {path}/auth {{
    mode = 0666
  }}
}}
"
        );
        let users = ["support@company.test", "mia@customer.test", "eve@customer.test"];
        let users: String = users.iter().map(|user| format!("{user}:{{PLAIN}}{MAIL_PASSWORD}\n")).collect();
        fs::write(self.path().join("dovecot.conf"), settings).expect("a file");
        fs::write(self.path().join("users"), users).expect("a file");
        let mail = self.path().join("mail");
        fs::create_dir(&mail).expect("a directory");
        run(Command::new("chown").arg("nobody:nogroup").arg(&mail));
        run(sbin("dovecot").arg("-c").arg(self.path().join("dovecot.conf")));
    }

    /// One that checks what comes to the company, one that signs for the customers' provider; their ports.
    fn opendkim(&mut self) -> (u16, u16) {
        let path = self.path().to_owned();
        run(Command::new("openssl")
            .args(["genrsa", "-traditional", "-out", "dkim.key", "1024"])
            .current_dir(&path));
        let public = Command::new("openssl")
            .args(["rsa", "-in", "dkim.key", "-pubout"])
            .current_dir(&path)
            .stderr(Stdio::null())
            .output()
            .expect("openssl runs");
        let public: String =
            String::from_utf8_lossy(&public.stdout).lines().filter(|line| !line.starts_with('-')).collect();
        let key = format!("test._domainkey.customer.test v=DKIM1; k=rsa; p={public}\n");
        fs::write(path.join("keys.test"), key).expect("a file");
        fs::write(path.join("internal"), "192.0.2.1\n").expect("a file");
        let (checks, signs) = (free_port(), free_port());
        let at = path.display();
        let common = "UserID root\nSyslog no\nRequireSafeKeys no\n";
        let checking = format!(
            "Mode v\nSocket inet:{checks}@127.0.0.1\nAuthservID mx.company.test\nAlwaysAddARHeader yes\nTestPublicKeys {at}/keys.test\nInternalHosts {at}/internal\n{common}"
        );
        let signing = format!(
            "Mode s\nSocket inet:{signs}@127.0.0.1\nDomain customer.test\nSelector test\nKeyFile {at}/dkim.key\n{common}"
        );
        for (name, settings, port) in [("checks.conf", checking, checks), ("signs.conf", signing, signs)] {
            let file = path.join(name);
            fs::write(&file, settings).expect("a file");
            let mut command = sbin("opendkim");
            command
                .arg("-f")
                .arg("-x")
                .arg(file)
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null());
            self.filters.push(command.spawn().expect("opendkim runs"));
            listens(port);
        }
        (checks, signs)
    }

    fn postfix(&self, checks: u16, signs: u16) {
        let path = self.path().display();
        let (world, customers, submission) = (self.world_port, self.customers_port, self.submission_port);
        let main = format!(
            "compatibility_level = 3.6
queue_directory = {path}/queue
data_directory = {path}/data
maillog_file = {path}/postfix.log
maillog_file_prefixes = {path}
myhostname = mx.company.test
mydestination =
mynetworks =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
disable_dns_lookups = yes
smtp_host_lookup = native
smtpd_peername_lookup = no
alias_maps =
local_recipient_maps =
virtual_mailbox_domains = company.test, customer.test
virtual_transport = lmtp:unix:{path}/lmtp
smtpd_recipient_restrictions = permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination
smtpd_sasl_type = dovecot
smtpd_sasl_path = {path}/auth
smtpd_tls_cert_file = {path}/cert.pem
smtpd_tls_key_file = {path}/key.pem
message_size_limit = 60000000
virtual_mailbox_limit = 0
"
        );
        let services = format!(
            "127.0.0.1:{world} inet n - n - - smtpd -o smtpd_milters=inet:127.0.0.1:{checks}
127.0.0.1:{customers} inet n - n - - smtpd -o smtpd_milters=inet:127.0.0.1:{signs} -o mynetworks=127.0.0.0/8 -o content_filter=smtp:[127.0.0.1]:{world}
127.0.0.1:{submission} inet n - n - - smtpd -o smtpd_tls_security_level=encrypt -o smtpd_sasl_auth_enable=yes -o content_filter=smtp:[127.0.0.1]:{world}
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"
        );
        let folder = self.path().join("postfix");
        for name in ["postfix", "queue", "data"] {
            fs::create_dir(self.path().join(name)).expect("a directory");
        }
        run(Command::new("chown").arg("postfix").arg(self.path().join("data")));
        fs::write(folder.join("main.cf"), main).expect("a file");
        fs::write(folder.join("master.cf"), services).expect("a file");
        run(sbin("postfix").arg("-c").arg(&folder).arg("start"));
    }
}

impl Drop for MailServers {
    fn drop(&mut self) {
        let quietly = |command: &mut Command| {
            let _ = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
        };
        quietly(sbin("postfix").arg("-c").arg(self.path().join("postfix")).arg("stop"));
        quietly(sbin("doveadm").arg("-c").arg(self.path().join("dovecot.conf")).arg("stop"));
        for filter in &mut self.filters {
            let _ = filter.kill();
            let _ = filter.wait();
        }
    }
}

/// A program of the system's, found also by those whose path has no such folder.
fn sbin(program: &str) -> Command {
    let usual = Path::new("/usr/sbin").join(program);
    Command::new(if usual.is_file() { usual } else { PathBuf::from(program) })
}

/// Runs a program to its end. What it leaves running has nothing of ours: nobody waits for that to close its output.
fn run(command: &mut Command) {
    let mut said = tempfile::tempfile().expect("a file");
    let out = || Stdio::from(said.try_clone().expect("the file"));
    let status = command.stdin(Stdio::null()).stdout(out()).stderr(out()).status();
    if !status.expect("a program of the system's runs").success() {
        let mut text = String::new();
        said.rewind().expect("the file");
        said.read_to_string(&mut text).expect("what it said");
        panic!("{command:?}: {text}");
    }
}

fn listens(port: u16) {
    let since = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(since.elapsed() < START_MAX, "nothing listens on port {port}");
        std::thread::sleep(Duration::from_millis(50));
    }
}
