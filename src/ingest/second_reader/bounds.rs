//! The second reader bounds itself before it reads a byte: memory, processor time, and no image of its memory on disk.
//!
//! Linux: address space and processor time by the system. Other Unix: processor time by the system. Windows: memory is
//! looked at every few milliseconds, since its job objects cannot be had without `unsafe`. Everywhere the parent ends a child
//! that takes too long.

/// Seconds of processor time.
#[cfg(unix)]
const CPU_SECONDS: u64 = 60;

/// Bounds this process to `memory` bytes.
///
/// # Errors
/// The system refuses: then nothing is to be read.
#[cfg(unix)]
pub(super) fn bound_self(memory: u64) -> std::io::Result<()> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let lower = |resource: Resource, most: u64| {
        // A bound that is set lower already stays.
        let most = getrlimit(resource).maximum.map_or(most, |now| now.min(most));
        setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })
    };
    lower(Resource::Core, 0)?;
    lower(Resource::Cpu, CPU_SECONDS)?;
    #[cfg(target_os = "linux")]
    lower(Resource::As, memory)?;
    #[cfg(not(target_os = "linux"))]
    let _ = memory;
    Ok(())
}

/// Bounds this process to `memory` bytes.
///
/// # Errors
/// None here.
#[cfg(windows)]
pub(super) fn bound_self(memory: u64) -> std::io::Result<()> {
    const EVERY: std::time::Duration = std::time::Duration::from_millis(5);
    std::thread::spawn(move || {
        while memory_stats::memory_stats().is_none_or(|now| now.virtual_mem as u64 <= memory) {
            std::thread::sleep(EVERY);
        }
        std::process::exit(1);
    });
    Ok(())
}
