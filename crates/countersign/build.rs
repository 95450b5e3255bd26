//! Puts the console and the site into the binary, compressed. Where they were not built there is nothing to put in:
//! the server still compiles, and says so when somebody asks for a page.

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const REVALIDATE: &str = "no-cache";
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// Collects files and the Rust code that names them.
struct Writer {
    out: PathBuf,
    count: usize,
    code: String,
    files: Vec<String>,
}

struct File<'a> {
    path: &'a str,
    media_type: &'a str,
    cache: &'a str,
    integrity: &'a str,
    plain: Vec<u8>,
    brotli: Option<Vec<u8>>,
}

fn main() -> Result<()> {
    let root = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?).join("../..");
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    let files = out.join("assets");
    let _ = fs::remove_dir_all(&files);
    fs::create_dir_all(&files)?;
    let mut writer = Writer { out: files, count: 0, code: String::new(), files: Vec::new() };

    let console = root.join("console/build");
    println!("cargo::rerun-if-changed={}", console.display());
    if console.join("index.html").exists() {
        walk(&console, &console, &mut writer)?;
    }
    writer.list("CONSOLE", "The console.");

    let site = root.join("site/dist");
    let manifest = site.join("manifest.json");
    println!("cargo::rerun-if-changed={}", manifest.display());
    let listed: serde_json::Value = match fs::read(&manifest) {
        Ok(bytes) => serde_json::from_slice(&bytes)?,
        Err(_) => serde_json::Value::Null,
    };
    for (list, name, doc) in
        [("server", "SITE", "What runs on companies' pages."), ("demo", "DEMO", "The pages of the demo.")]
    {
        for entry in listed[list].as_array().into_iter().flatten() {
            let text = |key: &str| entry[key].as_str().unwrap_or_default();
            let plain = fs::read(site.join(text("file")))?;
            let brotli = compress(&plain)?;
            writer.add(&File {
                path: text("path"),
                media_type: text("type"),
                cache: text("cache"),
                integrity: text("integrity"),
                plain,
                brotli,
            })?;
        }
        writer.list(name, doc);
    }
    let is_whole = console.join("index.html").exists() && manifest.exists();
    if !is_whole && std::env::var("PROFILE")? == "release" {
        println!("cargo::warning=console/build or site/dist is missing: this binary will have no pages");
    }
    fs::write(out.join("assets.rs"), writer.code)?;
    Ok(())
}

fn walk(root: &Path, directory: &Path, writer: &mut Writer) -> Result<()> {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(directory)?.map(|e| e.map(|e| e.path())).collect::<std::io::Result<_>>()?;
    entries.sort();
    for file in entries {
        if file.is_dir() {
            walk(root, &file, writer)?;
            continue;
        }
        let end = file.extension().and_then(|e| e.to_str()).unwrap_or_default();
        let Some(media_type) = media_type(end) else { continue };
        let path = format!("/{}", file.strip_prefix(root)?.to_string_lossy());
        let cache = match path.as_str() {
            "/index.html" => "no-store",
            path if path.starts_with("/_app/immutable/") => FOR_EVER,
            _ => REVALIDATE,
        };
        let plain = fs::read(&file)?;
        let compressed = fs::read(file.with_extension(format!("{end}.br"))).ok();
        let brotli = match compressed {
            Some(compressed) => Some(compressed),
            None => compress(&plain)?,
        };
        writer.add(&File { path: &path, media_type, cache, integrity: "", plain, brotli })?;
    }
    Ok(())
}

/// What a file is; `None` for what is not sent.
fn media_type(end: &str) -> Option<&'static str> {
    Some(match end {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "json" => "application/json",
        "png" => "image/png",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        "webmanifest" => "application/manifest+json",
        _ => return None,
    })
}

/// Compressed, if that is worth it.
fn compress(plain: &[u8]) -> Result<Option<Vec<u8>>> {
    let mut out = Vec::new();
    let mut writer = brotli::CompressorWriter::new(&mut out, 4096, 11, 22);
    writer.write_all(plain)?;
    drop(writer);
    Ok((out.len() + 64 < plain.len()).then_some(out))
}

impl Writer {
    /// Writes what was added down as a list. An array, not a slice: what a slice refers to is a constant without a name, of
    /// which every unit of the compiler that reads it makes a copy of its own (16 MB of files instead of 5).
    fn list(&mut self, name: &str, doc: &str) {
        let files = std::mem::take(&mut self.files);
        let _ = writeln!(
            self.code,
            "/// {doc}\npub static {name}: [Asset; {}] = [\n{}];",
            files.len(),
            files.concat()
        );
    }

    fn add(&mut self, file: &File<'_>) -> Result<()> {
        // A copy, because what is being compiled may be built anew meanwhile.
        let plain = self.keep(&file.plain)?;
        let brotli = match &file.brotli {
            Some(bytes) => format!("include_bytes!({:?})", self.keep(bytes)?),
            None => "&[]".to_owned(),
        };
        let tag = hex::encode(&Sha256::digest(&file.plain)[..12]);
        self.files.push(format!(
            "Asset {{ path: {:?}, media_type: {:?}, cache: {:?}, integrity: {:?}, tag: {tag:?}, \
             plain: include_bytes!({plain:?}), brotli: {brotli} }},\n",
            file.path, file.media_type, file.cache, file.integrity
        ));
        Ok(())
    }

    fn keep(&mut self, bytes: &[u8]) -> Result<PathBuf> {
        let path = self.out.join(self.count.to_string());
        self.count += 1;
        fs::write(&path, bytes)?;
        Ok(path)
    }
}
