//! `multipart/form-data` (RFC 7578), for providers that take files no other way.

/// A form on its way out.
pub(crate) struct Form {
    boundary: String,
    body: Vec<u8>,
}

impl Form {
    /// `seed` is a message id: unguessable, so that no file holds the boundary.
    pub(crate) fn new(seed: &str) -> Self {
        Self { boundary: format!("countersign-{seed}"), body: Vec::new() }
    }

    /// A field.
    pub(crate) fn text(&mut self, name: &str, value: &str) {
        self.begin(&format!("Content-Disposition: form-data; name=\"{name}\"\r\n\r\n"));
        self.body.extend_from_slice(value.as_bytes());
        self.body.extend_from_slice(b"\r\n");
    }

    /// A file. What a name may not hold (quotes, ends of lines) is left out.
    pub(crate) fn file(&mut self, name: &str, file_name: &str, media_type: &str, bytes: &[u8]) {
        let safe: String = file_name
            .chars()
            .map(|c| if c == '"' || c == '\\' || c.is_control() { '_' } else { c })
            .collect();
        self.begin(&format!(
            "Content-Disposition: form-data; name=\"{name}\"; filename=\"{safe}\"\r\nContent-Type: {media_type}\r\n\r\n"
        ));
        self.body.extend_from_slice(bytes);
        self.body.extend_from_slice(b"\r\n");
    }

    fn begin(&mut self, head: &str) {
        self.body.extend_from_slice(format!("--{}\r\n{head}", self.boundary).as_bytes());
    }

    /// The content type and the body.
    pub(crate) fn finish(mut self) -> (String, Vec<u8>) {
        self.body.extend_from_slice(format!("--{}--\r\n", self.boundary).as_bytes());
        (format!("multipart/form-data; boundary={}", self.boundary), self.body)
    }
}
