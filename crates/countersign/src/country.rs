//! In which country an address stands: read from a database file that the operator gives (MaxMind, DB-IP or another of
//! that format). It is read at the start and kept in memory; nobody is asked over the network.

use std::net::IpAddr;
use std::path::Path;

use countersign_service::port::Countries;
use maxminddb::{PathElement, Reader};

use crate::failure::{Exit, Failure, Result};

/// A database of countries.
pub struct CountryDatabase(Reader<Vec<u8>>);

impl CountryDatabase {
    /// Reads it.
    ///
    /// # Errors
    /// The file cannot be read, or is no such database.
    pub fn open(path: &Path) -> Result<Self> {
        let bad = |error: &(dyn std::error::Error + 'static)| {
            let what = format!("The database of countries {} cannot be used", path.display());
            Failure::new(Exit::Config, what).source(error).hint(
                "Give `tracker.country_database` the path of a file in the MaxMind format (.mmdb), or leave it empty.",
            )
        };
        let bytes = std::fs::read(path).map_err(|error| bad(&error))?;
        let reader = Reader::from_source(bytes).map_err(|error| bad(&error))?;
        Ok(Self(reader))
    }
}

impl Countries for CountryDatabase {
    fn country_of(&self, address: IpAddr) -> Option<String> {
        // An IPv4 address may come in the clothes of IPv6.
        let found = self.0.lookup(address.to_canonical()).ok()?;
        let code: String =
            found.decode_path(&[PathElement::Key("country"), PathElement::Key("iso_code")]).ok()??;
        (code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase())).then_some(code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A text, a map or a number as the format writes it.
    fn text(text: &str) -> Vec<u8> {
        let mut bytes = vec![2 << 5 | u8::try_from(text.len()).unwrap()];
        bytes.extend(text.as_bytes());
        bytes
    }

    fn map(fields: &[(&str, Vec<u8>)]) -> Vec<u8> {
        let mut bytes = vec![7 << 5 | u8::try_from(fields.len()).unwrap()];
        for (name, value) in fields {
            bytes.extend(text(name));
            bytes.extend(value);
        }
        bytes
    }

    fn number(kind: u8, value: u16) -> Vec<u8> {
        // Kinds above 7 stand in a second byte.
        let mut bytes = if kind > 7 { vec![2, kind - 7] } else { vec![kind << 5 | 2] };
        bytes.extend(value.to_be_bytes());
        bytes
    }

    /// A database that knows these networks, made of nothing: none may stand in the repository.
    fn database(networks: &[([u8; 4], u32, &str)]) -> Vec<u8> {
        const NOWHERE: usize = usize::MAX;
        // Each node: what follows a 0 and a 1; numbers from 1,000 up are countries.
        let mut nodes: Vec<[usize; 2]> = vec![[NOWHERE; 2]];
        for (n, (address, length, _)) in networks.iter().enumerate() {
            let bits = u32::from_be_bytes(*address);
            let mut at = 0;
            for depth in 0..*length {
                let bit = (bits >> (31 - depth) & 1) as usize;
                if depth + 1 == *length {
                    nodes[at][bit] = 1_000 + n;
                } else {
                    if nodes[at][bit] == NOWHERE {
                        nodes.push([NOWHERE; 2]);
                        nodes[at][bit] = nodes.len() - 1;
                    }
                    at = nodes[at][bit];
                }
            }
        }
        let (mut data, mut offsets) = (Vec::new(), Vec::new());
        for (_, _, code) in networks {
            offsets.push(data.len());
            data.extend(map(&[("country", map(&[("iso_code", text(code))]))]));
        }
        let count = nodes.len();
        let mut file = Vec::new();
        for side in nodes.into_iter().flatten() {
            let value = match side {
                NOWHERE => count,
                country if country >= 1_000 => count + 16 + offsets[country - 1_000],
                node => node,
            };
            file.extend(&u32::try_from(value).unwrap().to_be_bytes()[1..]);
        }
        file.extend([0; 16]);
        file.extend(data);
        file.extend(b"\xab\xcd\xefMaxMind.com");
        file.extend(map(&[
            ("node_count", number(6, u16::try_from(count).unwrap())),
            ("record_size", number(5, 24)),
            ("ip_version", number(5, 4)),
            ("database_type", text("Test-Country")),
            ("languages", vec![1, 4, 2 << 5 | 2, b'e', b'n']),
            ("binary_format_major_version", number(5, 2)),
            ("binary_format_minor_version", number(5, 0)),
            ("build_epoch", number(9, 1)),
            ("description", map(&[("en", text("Made by a test"))])),
        ]));
        file
    }

    fn open(bytes: &[u8]) -> Result<CountryDatabase> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("countries.mmdb");
        std::fs::write(&path, bytes).unwrap();
        CountryDatabase::open(&path)
    }

    #[test]
    fn an_address_stands_in_the_country_that_the_database_says() {
        let known = [([203, 0, 113, 0], 24, "SE"), ([198, 51, 0, 0], 16, "DE"), ([192, 0, 2, 128], 25, "x1")];
        let Ok(countries) = open(&database(&known)) else { panic!("the database opens") };
        for (address, code) in [
            ("203.0.113.7", Some("SE")),
            ("::ffff:203.0.113.7", Some("SE")),
            ("198.51.100.1", Some("DE")),
            ("203.0.114.1", None),
            ("192.0.2.1", None),
            // What is no code of a country is none.
            ("192.0.2.200", None),
            ("2001:db8::1", None),
        ] {
            assert_eq!(countries.country_of(address.parse().unwrap()).as_deref(), code, "{address}");
        }
    }

    #[test]
    fn a_file_that_is_no_database_or_is_not_there_is_named() {
        let Err(failure) = open(b"no database") else { panic!("it opened") };
        assert!(failure.one_line().contains("countries.mmdb"), "{}", failure.one_line());
        let Err(failure) = CountryDatabase::open(Path::new("/nowhere/countries.mmdb")) else {
            panic!("it opened")
        };
        assert!(failure.one_line().contains("/nowhere/countries.mmdb"), "{}", failure.one_line());
    }
}
