//! The countersign server. See `countersign --help`.

/// Gives memory back to the system soon after it was used: hashing one password takes 19 MiB.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    countersign::main()
}
