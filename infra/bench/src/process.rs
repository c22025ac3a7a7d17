//! What a running function has used, read from `/proc` (`proc(5)`).

use crate::failure::{Failure, read};
use std::path::PathBuf;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Longest wait for a function to fall asleep; one period of any quota is far less.
const SETTLE_LIMIT: Duration = Duration::from_millis(500);

/// Time on a processor of all the process's threads, user and system together.
///
/// From `schedstat`, which counts nanoseconds: `stat` counts hundredths of a second, more than a whole cold start. Two conditions come
/// with it. A thread that has ended is no longer counted, which no function here makes happen. And a thread's counter moves when it
/// stops running, so the process is first given the time to fall asleep: call this while it waits for something only the caller can give.
pub(crate) fn processor_time(pid: u32) -> Result<Duration, Failure> {
    let deadline = Instant::now() + SETTLE_LIMIT;
    while !is_asleep(pid)? && Instant::now() < deadline {
        sleep(Duration::from_micros(20));
    }
    let mut total = Duration::ZERO;
    for thread in threads(pid)? {
        let text = text(thread.join("schedstat"))?;
        total += Duration::from_nanos(text.split(' ').next().and_then(|word| word.parse().ok()).unwrap_or(0));
    }
    Ok(total)
}

/// The most memory the process has had resident at any time, in KiB.
pub(crate) fn peak_memory_kib(pid: u32) -> Result<u64, Failure> {
    Ok(peak_in(&text(format!("/proc/{pid}/status"))?).unwrap_or(0))
}

fn peak_in(status: &str) -> Option<u64> {
    status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.trim().strip_suffix(" kB")?.parse().ok()
}

fn is_asleep(pid: u32) -> Result<bool, Failure> {
    for thread in threads(pid)? {
        if state_in(&text(thread.join("stat"))?) == Some('R') {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The third field of `stat`; the second is the command's name in brackets, and may itself hold brackets and spaces.
fn state_in(stat: &str) -> Option<char> {
    stat.rsplit_once(") ")?.1.chars().next()
}

fn threads(pid: u32) -> Result<Vec<PathBuf>, Failure> {
    let path = PathBuf::from(format!("/proc/{pid}/task"));
    let list = || -> std::io::Result<Vec<PathBuf>> { std::fs::read_dir(&path)?.map(|entry| Ok(entry?.path())).collect() };
    list().map_err(|source| Failure::Read { path: path.clone(), source })
}

fn text(path: impl Into<PathBuf>) -> Result<String, Failure> {
    Ok(String::from_utf8_lossy(&read(path)?).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::process::{Command, Stdio};

    #[test]
    fn a_process_that_waits_has_used_some_time_and_some_memory() {
        let mut child = Command::new("cat").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        child.stdin.as_mut().unwrap().write_all(b"x").unwrap();
        // What comes back shows that it runs, and it has nothing more to do.
        child.stdout.as_mut().unwrap().read_exact(&mut [0]).unwrap();
        let used = processor_time(child.id()).unwrap();
        let peak = peak_memory_kib(child.id()).unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(used > Duration::ZERO && used < Duration::from_secs(5), "{used:?}");
        assert!(peak > 100, "{peak}");
    }

    #[test]
    fn a_process_that_is_gone_cannot_be_read() {
        assert!(matches!(processor_time(u32::MAX), Err(Failure::Read { .. })));
    }

    #[test]
    fn a_command_named_like_a_state_does_not_confuse() {
        assert_eq!(state_in("17 (a) R) S 1 17"), Some('S'));
        assert_eq!(state_in(""), None);
    }

    #[test]
    fn the_peak_is_in_kib() {
        assert_eq!(peak_in("VmPeak:\t  900 kB\nVmHWM:\t    4096 kB\n"), Some(4096));
        assert_eq!(peak_in("VmPeak:\t  900 kB\n"), None);
    }
}
